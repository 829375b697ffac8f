import type { Cluster } from '../../cluster/cluster.ts';
import type { Endpoint, EndpointSlice } from '../../cluster/objects.ts';
import type { EndpointLine, LogLine } from './logLine.ts';
import type { LogNames } from './logNames.ts';
import { logSeconds } from './logTime.ts';

/** Writes a line for each pod that becomes, or ceases to be, a ready endpoint of a Service. */
export class EndpointLines {
  private readonly cluster: Cluster;
  private readonly names: LogNames;
  private readonly write: (line: LogLine) => void;

  constructor(cluster: Cluster, names: LogNames, write: (line: LogLine) => void) {
    this.cluster = cluster;
    this.names = names;
    this.write = write;
    cluster.tables.EndpointSlice.observe((before, after) => this.sliceWritten(before, after));
  }

  private sliceWritten(before: EndpointSlice | undefined, after: EndpointSlice | undefined): void {
    const slice = (after ?? before)!;
    const was = readyByUid(before);
    const is = readyByUid(after);
    for (const [uid, endpoint] of is) if (!was.has(uid)) this.writeLine(slice, endpoint, 'ready');
    for (const [uid, endpoint] of was) if (!is.has(uid)) this.writeLine(slice, endpoint, 'unready');
  }

  private writeLine(slice: EndpointSlice, endpoint: Endpoint, event: EndpointLine['event']): void {
    const { namespace } = slice.meta;
    const name = this.names.object({ namespace, name: slice.serviceName });
    const address = endpoint.dnsName === '' ? this.names.pod(endpoint) : endpoint.dnsName;
    this.write({ t: logSeconds(this.cluster.kernel.nowMicros), kind: 'Endpoint', name, address, event });
  }
}

function readyByUid(slice: EndpointSlice | undefined): ReadonlyMap<number, Endpoint> {
  const ready = (slice?.endpoints ?? []).filter((endpoint) => endpoint.ready);
  return new Map(ready.map((endpoint) => [endpoint.podUid, endpoint]));
}

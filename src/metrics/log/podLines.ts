import type { Cluster } from '../../cluster/cluster.ts';
import { CONTROLLER_REVISION_HASH_LABEL } from '../../cluster/objects.ts';
import { POD_BOUND, POD_READY, POD_TERMINATING } from '../../cluster/podTable.ts';
import type { Micros } from '../../kernel/time.ts';
import type { LogLine, PodLine } from './logLine.ts';
import type { LogNames } from './logNames.ts';
import { logSeconds } from './logTime.ts';

/**
 * Writes what happens to pods. A pod's name in the log is fixed when it is created, whoever owns it later. One that no
 * kubelet has to stop goes without a `terminating`.
 */
export class PodLines {
  private readonly cluster: Cluster;
  private readonly names: LogNames;
  private readonly write: (line: LogLine) => void;
  /** By pod row. */
  private readonly nameOfPod: string[] = [];

  constructor(cluster: Cluster, names: LogNames, write: (line: LogLine) => void) {
    this.cluster = cluster;
    this.names = names;
    this.write = write;
    cluster.observePods((pod, before, after, atMicros) => this.onPod(pod, before, after, atMicros));
  }

  private onPod(pod: number, before: number, after: number, atMicros: Micros): void {
    if (before === 0) {
      this.writeCreated(pod, atMicros);
      return;
    }
    if (after === 0) {
      this.writeEvent(pod, 'deleted', atMicros);
      return;
    }
    if ((after & ~before & POD_BOUND) !== 0) this.writeBound(pod, atMicros);
    if ((after & ~before & POD_READY) !== 0) this.writeEvent(pod, 'ready', atMicros);
    if ((before & ~after & POD_READY) !== 0) this.writeEvent(pod, 'unready', atMicros);
    if ((after & ~before & POD_TERMINATING) !== 0) this.writeEvent(pod, 'terminating', atMicros);
  }

  private writeCreated(pod: number, atMicros: Micros): void {
    const { cluster, names } = this;
    const owner = names.podController(cluster.ownerOf(pod));
    const name = names.newPod(pod);
    this.nameOfPod[pod] = name;
    names.namePod(cluster.pods.uid[pod]!, name);
    const { image } = cluster.templateOf(pod);
    const ownerField = owner === undefined ? {} : { owner };
    const hash = cluster.labelsOf(pod)[CONTROLLER_REVISION_HASH_LABEL];
    const hashField = hash === undefined ? {} : { hash };
    this.write({ t: logSeconds(atMicros), kind: 'Pod', name, event: 'created', ...hashField, image, ...ownerField });
  }

  private writeBound(pod: number, atMicros: Micros): void {
    const node = this.cluster.nodes.names[this.cluster.pods.node[pod]!]!;
    this.write({ t: logSeconds(atMicros), kind: 'Pod', name: this.nameOfPod[pod]!, event: 'bound', node });
  }

  private writeEvent(pod: number, event: PodLine['event'], atMicros: Micros): void {
    this.write({ t: logSeconds(atMicros), kind: 'Pod', name: this.nameOfPod[pod]!, event });
  }
}

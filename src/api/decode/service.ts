/** `v1` Service. */
import { dns1035LabelProblem } from '../names.ts';
import type { FieldPath } from '../path.ts';
import type { JsonObject, ServiceManifest, ServiceSpec } from '../types.ts';
import { PROTOCOLS } from './container.ts';
import { type DecodeContext, failAt, unsupported } from './context.ts';
import { objectAt, objectsAt, readLabels, readMeta, refuse, stringAt } from './read.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const AFFINITIES = ['ClientIP', 'None'];

/**
 * @param document defaulted, of checked shape.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readService(context: DecodeContext, document: JsonObject): ServiceManifest {
  const meta = readMeta(context, document, true);
  refuse(context, ['metadata', 'name'], meta.name, dns1035LabelProblem(meta.name));
  const spec = objectAt(document, 'spec');
  const type = stringAt(spec, 'type');
  if (!TYPES.includes(type)) unsupported(context, ['spec', 'type'], type, TYPES);
  const isHeadless = spec.clusterIP === 'None';
  if (isHeadless && (type === 'LoadBalancer' || type === 'NodePort')) {
    failAt(context, ['spec', 'clusterIP'], `Invalid value: "None": may not be set to 'None' for ${type} services`);
  }
  refuseAddress(context, stringAt(spec, 'clusterIP'));
  const affinity = stringAt(spec, 'sessionAffinity');
  if (!AFFINITIES.includes(affinity)) unsupported(context, ['spec', 'sessionAffinity'], affinity, AFFINITIES);
  if (type === 'ExternalName' && stringAt(spec, 'externalName') === '') {
    failAt(context, ['spec', 'externalName'], 'Required value');
  }
  const read = {
    selector: readLabels(context, ['spec', 'selector'], spec.selector),
    isHeadless,
    publishNotReadyAddresses: spec.publishNotReadyAddresses === true,
    type,
    ports: readPorts(context, spec, !isHeadless && type !== 'ExternalName'),
  };
  return { kind: 'Service', meta, spec: read, manifest: document };
}

/** What only looks like `None` would make a Service of another kind of it. */
function refuseAddress(context: DecodeContext, clusterIP: string): void {
  if (clusterIP === '' || clusterIP === 'None' || /^[0-9a-fA-F]*[.:][0-9a-fA-F.:]*$/.test(clusterIP)) return;
  const message = `Invalid value: ${JSON.stringify(clusterIP)}: must be empty, 'None', or a valid IP address`;
  failAt(context, ['spec', 'clusterIP'], message);
}

function readPorts(context: DecodeContext, spec: JsonObject, isRequired: boolean): ServiceSpec['ports'] {
  const items = objectsAt(spec, 'ports');
  if (items.length === 0 && isRequired) failAt(context, ['spec', 'ports'], 'Required value');
  const ports = items.map((item, index) => readPort(context, ['spec', 'ports', index], item, items.length > 1));
  refuseRepeated(context, ports, (port) => port.name, 'name');
  refuseRepeated(context, ports, (port) => `${port.protocol} ${port.port}`, undefined);
  return ports;
}

function readPort(
  context: DecodeContext,
  path: FieldPath,
  item: JsonObject,
  needsName: boolean,
): ServiceSpec['ports'][number] {
  const name = stringAt(item, 'name');
  if (name === '' && needsName) failAt(context, [...path, 'name'], 'Required value');
  if (name !== '') refuse(context, [...path, 'name'], name, dns1035LabelProblem(name));
  const port = typeof item.port === 'number' ? item.port : 0;
  refusePortNumber(context, [...path, 'port'], port);
  const protocol = stringAt(item, 'protocol');
  if (!PROTOCOLS.includes(protocol)) unsupported(context, [...path, 'protocol'], protocol, PROTOCOLS);
  if (typeof item.targetPort === 'number') refusePortNumber(context, [...path, 'targetPort'], item.targetPort);
  return { name, port, protocol };
}

function refusePortNumber(context: DecodeContext, path: FieldPath, port: number): void {
  if (port >= 1 && port <= 65535) return;
  failAt(context, path, `Invalid value: ${port}: must be between 1 and 65535, inclusive`);
}

/** @param field of the port that the message stands at; undefined: the port as a whole. */
function refuseRepeated(
  context: DecodeContext,
  ports: ServiceSpec['ports'],
  identity: (port: ServiceSpec['ports'][number]) => string,
  field: 'name' | undefined,
): void {
  const seen = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const key = identity(port);
    const path = ['spec', 'ports', index];
    if (key !== '' && seen.has(key)) {
      const value = field === undefined ? { port: port.port, protocol: port.protocol } : port[field];
      failAt(context, field === undefined ? path : [...path, field], `Duplicate value: ${JSON.stringify(value)}`);
    }
    seen.add(key);
  }
}

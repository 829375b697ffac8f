/** Columns of Services and of the pods behind them. */
import { objectAt, objectsAt, stringAt, stringsAt } from '../../../api/decode/read.ts';
import type { JsonObject } from '../../../api/types.ts';
import type { Cluster } from '../../../cluster/cluster.ts';
import type { Endpoint, Service } from '../../../cluster/objects.ts';
import { compareText } from '../objects.ts';
import { timestamp } from '../timestamps.ts';
import { ageOf, type Columns, columnsOf, firstThree, formatMap, NONE, UNSET } from './columns.ts';

/** Addresses that a real cluster would assign are not simulated. */
export const serviceColumns: Columns = columnsOf(
  'Service',
  ['TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)', 'AGE'],
  ['SELECTOR'],
  (service, cluster) => [
    service.spec.type,
    clusterIP(service),
    externalIP(service),
    portsOf(service).map(describePort).join(',') || NONE,
    ageOf(cluster, service.creationMicros),
    formatMap(service.spec.selector),
  ],
);

function clusterIP({ spec, manifest }: Service): string {
  if (spec.isHeadless) return 'None';
  return stringAt(objectAt(manifest, 'spec'), 'clusterIP') || NONE;
}

function externalIP({ spec, manifest }: Service): string {
  const document = objectAt(manifest, 'spec');
  if (spec.type === 'ExternalName') return stringAt(document, 'externalName');
  const addresses = stringsAt(document, 'externalIPs');
  if (addresses.length > 0) return addresses.join(',');
  return spec.type === 'LoadBalancer' ? '<pending>' : NONE;
}

function describePort(port: JsonObject): string {
  const nodePort = port.nodePort === undefined ? '' : `:${String(port.nodePort)}`;
  return `${String(port.port)}${nodePort}/${stringAt(port, 'protocol') || 'TCP'}`;
}

function portsOf({ manifest }: Service): JsonObject[] {
  return objectsAt(objectAt(manifest, 'spec'), 'ports');
}

/** Names stand where a real cluster shows addresses: a pod's name in the DNS where it has one, else its own. */
export const endpointsColumns: Columns = columnsOf('Service', ['ENDPOINTS', 'AGE'], [], (service, cluster) => {
  const names = readyEndpoints(cluster, service).map(addressOf);
  const ports = portsOf(service).map(podPort);
  const shown = ports.length === 0 ? names : ports.flatMap((port) => names.map((name) => `${name}:${port}`));
  return [firstThree(shown) || NONE, ageOf(cluster, service.creationMicros)];
});

/** The same as a document of the older type. */
export function endpointsDocument(cluster: Cluster, service: Service): JsonObject {
  const { namespace, name } = service.meta;
  const addresses = readyEndpoints(cluster, service).map((endpoint) => ({
    hostname: addressOf(endpoint),
    targetRef: { kind: 'Pod', name: endpoint.podName, namespace },
  }));
  const ports = portsOf(service).map((port) => ({
    port: Number(podPort(port)),
    protocol: stringAt(port, 'protocol') || 'TCP',
  }));
  const metadata = { creationTimestamp: timestamp(service.creationMicros), name, namespace };
  const document: JsonObject = { apiVersion: 'v1', kind: 'Endpoints', metadata };
  if (addresses.length > 0) document.subsets = [{ addresses, ports }];
  return document;
}

/** In the order of their names, as the older type sorts its addresses. */
function readyEndpoints(cluster: Cluster, { uid }: Service): Endpoint[] {
  const slices = cluster.tables.EndpointSlice.list().filter(({ ownerUid }) => ownerUid === uid);
  const ready = slices.flatMap((slice) => slice.endpoints.filter((endpoint) => endpoint.ready));
  return ready.sort((a, b) => compareText(addressOf(a), addressOf(b)));
}

export const endpointSliceColumns: Columns = columnsOf(
  'EndpointSlice',
  ['ADDRESSTYPE', 'PORTS', 'ENDPOINTS', 'AGE'],
  [],
  (slice, cluster) => {
    const service = cluster.tables.Service.get(slice.ownerUid);
    const ports = service === undefined ? [] : portsOf(service).map(podPort);
    return [
      stringAt(slice.manifest, 'addressType'),
      firstThree(ports) || UNSET,
      firstThree(slice.endpoints.map(addressOf)) || UNSET,
      ageOf(cluster, slice.creationMicros),
    ];
  },
);

/** What stands for an endpoint's address. */
export function addressOf({ dnsName, podName }: Endpoint): string {
  return dnsName || podName;
}

/** The port on the pods where the Service gives it as a number; a name is looked up nowhere. */
function podPort({ port, targetPort }: JsonObject): string {
  return String(typeof targetPort === 'number' ? targetPort : port);
}

/** Columns of Services and of the pods behind them. */
import { isJsonObject } from '../../../api/canonical.ts';
import type { JsonObject } from '../../../api/types.ts';
import type { Cluster } from '../../../cluster/cluster.ts';
import type { Endpoint, EndpointSlice, Service } from '../../../cluster/objects.ts';
import { textOf } from '../podTemplate.ts';
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
  return textOf(specOf(manifest).clusterIP) || NONE;
}

function externalIP({ spec, manifest }: Service): string {
  const { externalIPs, externalName } = specOf(manifest);
  if (spec.type === 'ExternalName') return textOf(externalName);
  const addresses = Array.isArray(externalIPs) ? externalIPs.map(textOf) : [];
  if (addresses.length > 0) return addresses.join(',');
  return spec.type === 'LoadBalancer' ? '<pending>' : NONE;
}

function describePort(port: JsonObject): string {
  const nodePort = port.nodePort === undefined ? '' : `:${String(port.nodePort)}`;
  return `${String(port.port)}${nodePort}/${textOf(port.protocol) || 'TCP'}`;
}

function portsOf({ manifest }: Service): JsonObject[] {
  const { ports } = specOf(manifest);
  return Array.isArray(ports) ? ports.filter(isJsonObject) : [];
}

function specOf(manifest: JsonObject): JsonObject {
  return isJsonObject(manifest.spec) ? manifest.spec : {};
}

/** Names stand where a real cluster shows addresses: a pod's name in the DNS where it has one, else its own. */
export const endpointsColumns: Columns = columnsOf('EndpointSlice', ['ENDPOINTS', 'AGE'], [], (slice, cluster) => {
  const names = slice.endpoints.filter(({ ready }) => ready).map(nameOf);
  const ports = portNumbers(cluster, slice);
  const shown = ports.length === 0 ? names : ports.flatMap((port) => names.map((name) => `${name}:${port}`));
  return [firstThree(shown) || NONE, ageOf(cluster, slice.creationMicros)];
});

export const endpointSliceColumns: Columns = columnsOf(
  'EndpointSlice',
  ['ADDRESSTYPE', 'PORTS', 'ENDPOINTS', 'AGE'],
  [],
  (slice, cluster) => [
    'FQDN',
    firstThree(portNumbers(cluster, slice)) || UNSET,
    firstThree(slice.endpoints.map(nameOf)) || UNSET,
    ageOf(cluster, slice.creationMicros),
  ],
);

function nameOf({ dnsName, podName }: Endpoint): string {
  return dnsName || podName;
}

/** Ports on the pods, where the Service gives them as numbers. */
function portNumbers(cluster: Cluster, { ownerUid }: EndpointSlice): string[] {
  const service = cluster.tables.Service.get(ownerUid);
  if (service === undefined) return [];
  return portsOf(service).map(({ port, targetPort }) => String(typeof targetPort === 'number' ? targetPort : port));
}

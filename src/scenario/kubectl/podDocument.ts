import { cloneJson, isJsonObject } from '../../api/canonical.ts';
import { formatBytes, formatCpu } from '../../api/quantity.ts';
import type { Container, JsonObject } from '../../api/types.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { POD_DELETION_COST_ANNOTATION } from '../../cluster/objects.ts';

/**
 * A pod as a document. A bare pod has the one that its user wrote; for a pod of a controller only what its template is
 * known by is left: names, images and requests.
 */
export function podDocument(cluster: Cluster, pod: number): JsonObject {
  const named = cluster.namedPod(pod);
  const document: JsonObject =
    named?.manifest === undefined ? templateDocument(cluster, pod) : cloneJson(named.manifest);
  const metadata: JsonObject = isJsonObject(document.metadata) ? document.metadata : {};
  metadata.name = cluster.podName(pod);
  metadata.namespace = cluster.podNamespace(pod);
  metadata.labels = { ...cluster.labelsOf(pod) };
  const annotations: JsonObject = { ...named?.meta.annotations };
  const { deletionCost } = cluster.templateOf(pod);
  if (deletionCost !== 0) annotations[POD_DELETION_COST_ANNOTATION] ??= String(deletionCost);
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  else delete metadata.annotations;
  document.metadata = metadata;
  const node = cluster.pods.node[pod]!;
  if (node !== -1 && isJsonObject(document.spec)) document.spec.nodeName = cluster.nodes.names[node]!;
  return document;
}

function templateDocument(cluster: Cluster, pod: number): JsonObject {
  const { spec } = cluster.templateOf(pod);
  const podSpec: JsonObject = { containers: spec.containers.map(containerDocument) };
  if (spec.initContainers.length > 0) podSpec.initContainers = spec.initContainers.map(containerDocument);
  podSpec.restartPolicy = spec.restartPolicy;
  podSpec.terminationGracePeriodSeconds = spec.terminationGracePeriodSeconds;
  podSpec.schedulerName = spec.schedulerName;
  return { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: podSpec };
}

function containerDocument(container: Container): JsonObject {
  const { cpuMilli, memoryBytes } = container.requests;
  const requests: JsonObject = {};
  if (cpuMilli > 0) requests.cpu = formatCpu(cpuMilli);
  if (memoryBytes > 0) requests.memory = formatBytes(memoryBytes);
  const document: JsonObject = {
    name: container.name,
    image: container.image,
    imagePullPolicy: container.imagePullPolicy,
    resources: Object.keys(requests).length > 0 ? { requests } : {},
  };
  if (container.isSidecar) document.restartPolicy = 'Always';
  return document;
}

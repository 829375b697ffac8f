import { cloneJson, isJsonObject } from '../../api/canonical.ts';
import type { JsonObject, StringMap } from '../../api/types.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { JOB_COMPLETION_INDEX_LABEL } from '../../cluster/jobs.ts';
import type { PodOwner } from '../../cluster/podOwner.ts';

/**
 * A pod as a document. A bare pod has the one that its user wrote; a controller's pod has its template's, and what the
 * controller adds to tell it from its siblings.
 */
export function podDocument(cluster: Cluster, pod: number): JsonObject {
  const named = cluster.namedPod(pod);
  const document = named?.manifest === undefined ? madeDocument(cluster, pod) : cloneJson(named.manifest);
  const metadata: JsonObject = isJsonObject(document.metadata) ? document.metadata : {};
  metadata.name = cluster.podName(pod);
  metadata.namespace = cluster.podNamespace(pod);
  metadata.labels = { ...cluster.labelsOf(pod) };
  const annotations = {
    ...(named?.meta.annotations ?? cluster.templateOf(pod).annotations),
    ...completionIndexAnnotation(cluster, pod),
  };
  if (Object.keys(annotations).length > 0) metadata.annotations = { ...annotations };
  else delete metadata.annotations;
  document.metadata = metadata;
  if (isJsonObject(document.spec)) setPriority(cluster, pod, document.spec);
  const node = cluster.pods.node[pod]!;
  if (node !== -1 && isJsonObject(document.spec)) document.spec.nodeName = cluster.nodes.names[node]!;
  return document;
}

/** What admission wrote into the pod. */
function setPriority(cluster: Cluster, pod: number, spec: JsonObject): void {
  const { value, preemptionPolicy, className } = cluster.priorityOf(pod);
  spec.priority = value;
  spec.preemptionPolicy = preemptionPolicy;
  if (className !== '') spec.priorityClassName = className;
}

function madeDocument(cluster: Cluster, pod: number): JsonObject {
  const { manifest } = cluster.templateOf(pod);
  const spec: JsonObject = isJsonObject(manifest.spec) ? cloneJson(manifest.spec) : {};
  const owner = cluster.ownerOf(pod);
  if (owner?.kind === 'StatefulSet') addStorageAndName(cluster, pod, owner, spec);
  if (owner?.kind === 'Job') addCompletionIndex(owner, cluster.pods.index[pod]!, spec);
  const pinned = cluster.pods.pinnedNode[pod]!;
  if (pinned !== -1) pinTo(cluster.nodes.names[pinned]!, spec);
  return { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec };
}

/** A StatefulSet's pod is known by its name, and has a claim of its own for each template of one. */
function addStorageAndName(cluster: Cluster, pod: number, owner: PodOwner, spec: JsonObject): void {
  const set = cluster.tables.StatefulSet.get(owner.uid);
  if (set === undefined) return;
  const name = cluster.podName(pod);
  spec.hostname = name;
  if (set.spec.serviceName !== '') spec.subdomain = set.spec.serviceName;
  const claims = set.spec.volumeClaimTemplates.map((template) => ({
    name: template.name,
    persistentVolumeClaim: { claimName: `${template.name}-${name}` },
  }));
  if (claims.length === 0) return;
  const own = Array.isArray(spec.volumes) ? spec.volumes.filter(isJsonObject) : [];
  spec.volumes = [...claims, ...own.filter((volume) => !claims.some((claim) => claim.name === volume.name))];
}

function completionIndexAnnotation(cluster: Cluster, pod: number): StringMap {
  const index = cluster.pods.index[pod]!;
  return cluster.ownerOf(pod)?.kind === 'Job' && index !== -1 ? { [JOB_COMPLETION_INDEX_LABEL]: String(index) } : {};
}

/** The pods of an Indexed Job are told their index. */
function addCompletionIndex(owner: PodOwner, index: number, spec: JsonObject): void {
  if (index === -1) return;
  spec.hostname = `${owner.name}-${index}`;
  const fieldPath = `metadata.labels['${JOB_COMPLETION_INDEX_LABEL}']`;
  const variable = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } };
  for (const container of [spec.containers, spec.initContainers].flat().filter(isJsonObject)) {
    const env = Array.isArray(container.env) ? container.env.filter(isJsonObject) : [];
    if (env.every(({ name }) => name !== variable.name)) container.env = [...env, variable];
  }
}

/** A DaemonSet's pod may go to one node only, whatever its template requires of nodes. */
function pinTo(node: string, spec: JsonObject): void {
  const affinity: JsonObject = isJsonObject(spec.affinity) ? spec.affinity : {};
  const nodeAffinity: JsonObject = isJsonObject(affinity.nodeAffinity) ? affinity.nodeAffinity : {};
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution = { nodeSelectorTerms: [{ matchFields }] };
  affinity.nodeAffinity = nodeAffinity;
  spec.affinity = affinity;
}

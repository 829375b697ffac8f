/** Deployments, ReplicaSets, ReplicationControllers, bare pods and quotas as upstream's sig-apps tests make them. */
import type { JsonObject } from '../../api/types.ts';
import {
  type Deployment,
  POD_READY,
  POD_TERMINATING,
  REVISION_ANNOTATION,
  type ReplicaSet,
} from '../../cluster/index.ts';
import { deploymentComplete } from '../../controllers/deployment/replicaMath.ts';
import type { Stand, StandPod } from '../stand.ts';

export const WEBSERVER = 'webserver:2';
export const AGNHOST = 'agnhost:2';
export const NONEXISTENT = 'gb-redisslave:nonexistent';

function template(labels: JsonObject, image: string): JsonObject {
  return { metadata: { labels }, spec: { terminationGracePeriodSeconds: 30, containers: [{ name: 'app', image }] } };
}

export function newDeployment(
  name: string,
  replicas: number,
  labels: JsonObject,
  image: string,
  fields: JsonObject = {},
): JsonObject {
  const spec = { replicas, selector: { matchLabels: labels }, template: template(labels, image), ...fields };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec };
}

export function newReplicaSet(
  name: string,
  replicas: number,
  labels: JsonObject,
  image: string,
  annotations: JsonObject = {},
): JsonObject {
  const spec = { replicas, selector: { matchLabels: labels }, template: template(labels, image) };
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name, labels, annotations }, spec };
}

export function newReplicationController(
  name: string,
  replicas: number,
  labels: JsonObject,
  image: string,
): JsonObject {
  const spec = { replicas, selector: labels, template: template(labels, image) };
  return { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name, labels }, spec };
}

export function newPod(name: string, labels: JsonObject, image = WEBSERVER): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: { containers: [{ name: 'app', image }] } };
}

export function newPodQuota(name: string, pods: string): JsonObject {
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name }, spec: { hard: { pods } } };
}

// ---- what is there ----

export function deploymentOf(stand: Stand, name: string): Deployment {
  return stand.cluster.deployments.find('default', name)!;
}

export function replicaSetOf(stand: Stand, name: string): ReplicaSet {
  return stand.cluster.replicaSets.find('default', name)!;
}

/** The Deployment's ReplicaSets, in the order of creation. */
export function ownedReplicaSets(stand: Stand, name: string): ReplicaSet[] {
  const { uid } = deploymentOf(stand, name);
  return stand.cluster.replicaSets.list().filter(({ ownerUid }) => ownerUid === uid);
}

export function imageOf(replicaSet: ReplicaSet): string {
  return replicaSet.spec.template.spec.containers[0]!.image;
}

export function revisionOf(stand: Stand, name: string): string | undefined {
  return deploymentOf(stand, name).meta.annotations[REVISION_ANNOTATION];
}

/** Pods that are Ready and not about to go. */
export function readyPods(stand: Stand): StandPod[] {
  return stand.pods().filter(({ row }) => {
    return (stand.cluster.pods.state[row]! & (POD_READY | POD_TERMINATING)) === POD_READY;
  });
}

// ---- what changes ----

export function setImage(stand: Stand, name: string, image: string): void {
  stand.edit('Deployment', name, (spec) => {
    const { containers } = (spec.template as { spec: { containers: { image: string }[] } }).spec;
    containers[0]!.image = image;
  });
}

export function setReplicas(
  stand: Stand,
  kind: 'Deployment' | 'ReplicaSet' | 'ReplicationController',
  name: string,
  replicas: number,
): void {
  stand.edit(kind, name, (spec) => {
    spec.replicas = replicas;
  });
}

/** Pods of this image never become ready, as if it could not be pulled. */
export function breakImage(stand: Stand, image: string): void {
  stand.breakPodsWhere((name) => stand.pod(name).image === image);
}

// ---- what is waited for ----

/** Upstream's `VerifyPodsRunning`. */
export function waitForPods(stand: Stand, count: number): void {
  stand.waitFor(`${count} ready pods`, () => readyPods(stand).length === count);
}

/** Upstream's `WaitForDeploymentComplete`. */
export function waitForComplete(stand: Stand, name: string): void {
  stand.waitFor(`${name} complete`, () => {
    const deployment = deploymentOf(stand, name);
    return deploymentComplete(deployment, deployment.status);
  });
}

/** Upstream's `WaitForDeploymentRevisionAndImage`. */
export function waitForRevisionAndImage(stand: Stand, name: string, revision: string, image: string): void {
  stand.waitFor(`revision ${revision} of ${name}`, () => {
    const current = ownedReplicaSets(stand, name).find((replicaSet) => imageOf(replicaSet) === image);
    return revisionOf(stand, name) === revision && current?.meta.annotations[REVISION_ANNOTATION] === revision;
  });
}

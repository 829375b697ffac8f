/** StatefulSets from a few words, and what is asked of them again and again; for tests. */
import type { JsonObject } from '../../api/types.ts';
import type { PodChange, Stand } from '../stand.ts';

export const OLD_IMAGE = 'httpd:2.4.38';
export const NEW_IMAGE = 'httpd:2.4.39';

/** `ss`, with the replicas that each test asks for. */
export function statefulSet(replicas: number, spec: JsonObject = {}, pod: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'ss' },
    spec: {
      replicas,
      serviceName: 'test',
      selector: { matchLabels: { baz: 'blah', foo: 'bar' } },
      template: {
        metadata: { labels: { baz: 'blah', foo: 'bar' } },
        spec: { containers: [{ name: 'webserver', image: OLD_IMAGE }], ...pod },
      },
      ...spec,
    },
  };
}

/** A claim template as upstream's tests have them. */
export function claimTemplate(name = 'datadir'): JsonObject {
  const resources = { requests: { storage: '1' } };
  return { metadata: { name }, spec: { accessModes: ['ReadWriteOnce'], resources } };
}

export function setImage(stand: Stand, image: string): void {
  stand.edit('StatefulSet', 'ss', (spec) => {
    const template = spec.template as { spec: { containers: { image: string }[] } };
    template.spec.containers[0]!.image = image;
  });
}

export function setReplicas(stand: Stand, replicas: number): void {
  stand.edit('StatefulSet', 'ss', (spec) => {
    spec.replicas = replicas;
  });
}

export function setPartition(stand: Stand, partition: number): void {
  stand.edit('StatefulSet', 'ss', (spec) => {
    spec.updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition } };
  });
}

/** Upstream's `WaitForRunningAndReady`. */
export function waitForRunningAndReady(stand: Stand, replicas: number): void {
  stand.waitFor(`${replicas} pods running and ready`, () => {
    const pods = stand.pods();
    const isReady = pods.every((pod) => pod.phase === 'Running' && pod.isReady && !pod.isTerminating);
    return pods.length === replicas && isReady && stand.set('ss').status.readyReplicas === replicas;
  });
}

/** Upstream's `waitForRollingUpdate` of a set without a partition. */
export function waitForRollingUpdate(stand: Stand): void {
  stand.waitFor('the rolling update', () => {
    const { status, generation, spec } = stand.set('ss');
    const isSeen = status.observedGeneration === generation && status.currentRevision === status.updateRevision;
    return isSeen && status.updatedReplicas === spec.replicas && status.readyReplicas === spec.replicas;
  });
}

/** Upstream's `ConfirmStatefulPodCount`: how many pods there are, a second for each of ten seconds. */
export function podCounts(stand: Stand): number[] {
  return Array.from({ length: 10 }, () => {
    stand.run(1);
    return stand.pods().length;
  });
}

/** Names in the order in which pods changed so. */
export function namesOf(changes: readonly PodChange[], what: PodChange['what']): string[] {
  return changes.filter((change) => change.what === what).map(({ name }) => name);
}

/** Image and revision of each pod, by name. */
export function imagesOf(stand: Stand): Record<string, string> {
  return Object.fromEntries(stand.pods().map(({ name, image }) => [name, image]));
}

export function revisionsOf(stand: Stand): Record<string, string> {
  return Object.fromEntries(stand.pods().map(({ name, revision }) => [name, revision]));
}

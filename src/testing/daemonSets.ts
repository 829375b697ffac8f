/** DaemonSets from a few words, and what became of their pods; for tests. */
import type { JsonObject } from '../api/types.ts';
import type { LogEntry } from '../metrics/log/logLine.ts';

/** `agent`, with image `agent:v1`. */
export function daemonSet(spec: JsonObject = {}, pod: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent' },
    spec: {
      selector: { matchLabels: { app: 'agent' } },
      template: {
        metadata: { labels: { app: 'agent' } },
        spec: { containers: [{ name: 'agent', image: 'agent:v1' }], ...pod },
      },
      ...spec,
    },
  };
}

export function rollingUpdate(limits: JsonObject): JsonObject {
  return { updateStrategy: { type: 'RollingUpdate', rollingUpdate: limits } };
}

/** A pod of a log, until it is deleted. */
export interface NodePod {
  readonly name: string;
  readonly image: string;
  node: string;
  isReady: boolean;
  readySince: number;
  isTerminating: boolean;
}

/** Follows the pods of a log, and calls `look` at the end of every instant. */
export function followPods(
  log: readonly LogEntry[],
  look: (pods: ReadonlyMap<string, NodePod>, t: number, changed: readonly string[]) => void = () => {},
): ReadonlyMap<string, NodePod> {
  const pods = new Map<string, NodePod>();
  let changed: string[] = [];
  for (const [index, line] of log.entries()) {
    if (line.kind === 'Pod') {
      const { name, event, image = '', node = '', t } = line;
      const pod = pods.get(name);
      if (event === 'created') {
        pods.set(name, { name, image, node: '', isReady: false, readySince: t, isTerminating: false });
      } else if (event === 'deleted') pods.delete(name);
      else if (event === 'bound') pod!.node = node;
      else if (event === 'terminating') pod!.isTerminating = true;
      else Object.assign(pod!, { isReady: event === 'ready', readySince: t });
      changed.push(name);
    }
    if (log[index + 1]?.t === line.t) continue;
    look(pods, line.t, changed);
    changed = [];
  }
  return pods;
}

/** `NODE IMAGE` of each pod that is left, sorted. */
export function placesOf(pods: ReadonlyMap<string, NodePod>): string[] {
  return [...pods.values()].map(({ node, image }) => `${node} ${image}`).sort();
}

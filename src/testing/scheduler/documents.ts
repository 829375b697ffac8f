/** Manifests for the scheduler's tests. */
import type { JsonObject, NodeImage, StringMap } from '../../api/types.ts';

export interface NodeSketch {
  readonly labels?: StringMap;
  /** Somebody took the hostname label away. */
  readonly isHostless?: boolean;
  readonly taints?: readonly { key: string; value?: string; effect: string }[];
  readonly unschedulable?: boolean;
  readonly allocatable?: StringMap;
  readonly images?: readonly NodeImage[];
}

export function nodeDocument(name: string, sketch: NodeSketch = {}): JsonObject {
  const { labels = {}, isHostless = false, taints = [], unschedulable = false, allocatable = {}, images = [] } = sketch;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: isHostless ? { ...labels } : { 'kubernetes.io/hostname': name, ...labels } },
    spec: { taints: taints.map((taint) => ({ ...taint })), unschedulable },
    status: {
      allocatable: { cpu: '4', memory: '8Gi', pods: '110', ...allocatable },
      images: images.map(({ names, sizeBytes }) => ({ names: [...names], sizeBytes })),
    },
  };
}

export interface PodSketch {
  readonly namespace?: string;
  readonly labels?: StringMap;
  /** Requests of its one container, unless `spec` has containers of its own. */
  readonly requests?: StringMap;
  readonly spec?: JsonObject;
}

export function podDocument(name: string, sketch: PodSketch = {}): JsonObject {
  const { namespace = 'default', labels = {}, requests, spec = {} } = sketch;
  const resources: JsonObject = requests === undefined ? {} : { requests: { ...requests } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { ...labels } },
    spec: { containers: [{ name: 'app', image: 'app:v1', resources }], ...spec },
  };
}

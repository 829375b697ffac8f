import { describe, expect, test } from 'vitest';
import { decodeObject } from '../../api/decode/decode.ts';
import type { DaemonSetManifest, JsonObject } from '../../api/types.ts';
import { type DaemonSet, EMPTY_DAEMON_SET_STATUS } from '../../cluster/index.ts';
import { daemonSet, rollingUpdate } from '../../testing/daemonSets.ts';
import { allowsSurge, createPodTemplate, surgeCount, unavailableCount } from './daemonPodTemplate.ts';

function stored(spec: JsonObject = {}, pod: JsonObject = {}): DaemonSet {
  const manifest = decodeObject(daemonSet(spec, pod)) as DaemonSetManifest;
  const rest = { uid: 1, resourceVersion: 1, generation: 1, creationMicros: 0, ownerUid: -1 };
  return { ...manifest, ...rest, status: EMPTY_DAEMON_SET_STATUS, templateGeneration: 3 };
}

function tolerationsOf(pod: JsonObject): string[] {
  const { tolerations } = createPodTemplate(stored({}, pod), 'hash').spec;
  return tolerations.map(({ key, effect, tolerationSeconds }) => `${key}:${effect}:${tolerationSeconds ?? ''}`);
}

const ADDED = [
  'node.kubernetes.io/not-ready:NoExecute:',
  'node.kubernetes.io/unreachable:NoExecute:',
  'node.kubernetes.io/disk-pressure:NoSchedule:',
  'node.kubernetes.io/memory-pressure:NoSchedule:',
  'node.kubernetes.io/pid-pressure:NoSchedule:',
  'node.kubernetes.io/unschedulable:NoSchedule:',
];

describe('the template of the pods', () => {
  test('tells their revision', () => {
    const { labels } = createPodTemplate(stored(), 'abc');
    expect(labels).toEqual({ app: 'agent', 'pod-template-generation': '3', 'controller-revision-hash': 'abc' });
  });

  test('tolerates what a node may go through', () => {
    expect(tolerationsOf({ tolerations: [{ key: 'gpu', operator: 'Exists' }] })).toEqual(['gpu::', ...ADDED]);
    expect(tolerationsOf({ hostNetwork: true })).toEqual([
      ...ADDED,
      'node.kubernetes.io/network-unavailable:NoSchedule:',
    ]);
  });

  test('tolerates for ever what the user tolerates for a time', () => {
    const own = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 };
    expect(tolerationsOf({ tolerations: [own] })).toEqual(ADDED);
    // One of all effects is another toleration, and stays.
    expect(tolerationsOf({ tolerations: [{ key: own.key, operator: 'Exists' }] })).toHaveLength(7);
  });

  test('has no required node affinity: the node is chosen already', () => {
    const term = { matchExpressions: [{ key: 'a', operator: 'Exists' }] };
    const nodeAffinity = {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] },
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: term }],
    };
    const { spec } = createPodTemplate(stored({}, { affinity: { nodeAffinity }, nodeSelector: { b: 'c' } }), 'hash');
    expect(spec.nodeAffinity).toMatchObject({ required: undefined, preferred: [{ weight: 1 }] });
    expect(spec.nodeSelector).toEqual({ b: 'c' });
  });
});

describe('the limits of an update', () => {
  test.each([
    { limits: { maxUnavailable: 2 }, nodes: 7, unavailable: 2, surge: 0 },
    { limits: { maxUnavailable: '30%' }, nodes: 7, unavailable: 3, surge: 0 },
    { limits: { maxUnavailable: '1%' }, nodes: 7, unavailable: 1, surge: 0 },
    { limits: { maxUnavailable: 0, maxSurge: '10%' }, nodes: 11, unavailable: 0, surge: 2 },
    { limits: { maxUnavailable: 0, maxSurge: '10%' }, nodes: 0, unavailable: 0, surge: 0 },
  ])('$limits of $nodes round up', ({ limits, nodes, unavailable, surge }) => {
    const set = stored(rollingUpdate(limits));
    expect([unavailableCount(set, nodes), surgeCount(set, nodes)]).toEqual([unavailable, surge]);
    expect(allowsSurge(set)).toBe('maxSurge' in limits);
  });

  test('are none with OnDelete', () => {
    const set = stored({ updateStrategy: { type: 'OnDelete' } });
    expect([unavailableCount(set, 7), surgeCount(set, 7), allowsSurge(set)]).toEqual([0, 0, false]);
  });
});

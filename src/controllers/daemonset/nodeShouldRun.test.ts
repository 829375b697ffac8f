import { expect, test } from 'vitest';
import { decodeObject } from '../../api/decode/decode.ts';
import type { DaemonSetManifest, JsonObject, NodeManifest } from '../../api/types.ts';
import type { Node } from '../../cluster/index.ts';
import { daemonSet } from '../../testing/daemonSets.ts';
import { nodeShouldRunDaemonPod } from './nodeShouldRun.ts';

const BOTH = 3;
const CONTINUE = 2;
const NEITHER = 0;

function node(labels: JsonObject = {}, taints: JsonObject[] = []): Node {
  const document = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a', labels }, spec: { taints } };
  const stored = { uid: 1, resourceVersion: 1, generation: 1, creationMicros: 0, ownerUid: -1 };
  return { ...(decodeObject(document) as NodeManifest), ...stored };
}

function verdict(pod: JsonObject, onNode: Node): number {
  const { template } = (decodeObject(daemonSet({}, pod)) as DaemonSetManifest).spec;
  return nodeShouldRunDaemonPod(template.spec, onNode);
}

function affinity(...nodeSelectorTerms: JsonObject[]): JsonObject {
  const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
  return { affinity: { nodeAffinity } };
}

const taint = (effect: string) => ({ key: 'k', effect });
const ARM = { matchExpressions: [{ key: 'arch', operator: 'In', values: ['arm'] }] };
const NAMED_B = { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b'] }] };

test.each([
  { why: 'any node', pod: {}, on: node(), expected: BOTH },
  { why: 'its own node', pod: { nodeName: 'a' }, on: node(), expected: BOTH },
  { why: 'a node of another name', pod: { nodeName: 'b' }, on: node(), expected: NEITHER },
  { why: 'a node with the label', pod: { nodeSelector: { x: 'y' } }, on: node({ x: 'y' }), expected: BOTH },
  { why: 'a node without the label', pod: { nodeSelector: { x: 'y' } }, on: node({ x: 'z' }), expected: NEITHER },
  { why: 'one of two terms', pod: affinity(NAMED_B, ARM), on: node({ arch: 'arm' }), expected: BOTH },
  { why: 'none of two terms', pod: affinity(NAMED_B, ARM), on: node({ arch: 'amd' }), expected: NEITHER },
  { why: 'NoSchedule lets a pod stay', pod: {}, on: node({}, [taint('NoSchedule')]), expected: CONTINUE },
  { why: 'NoExecute does not', pod: {}, on: node({}, [taint('NoSchedule'), taint('NoExecute')]), expected: NEITHER },
  { why: 'PreferNoSchedule does not count', pod: {}, on: node({}, [taint('PreferNoSchedule')]), expected: BOTH },
  {
    why: 'a tolerated NoExecute',
    pod: { tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoExecute' }] },
    on: node({}, [taint('NoSchedule'), taint('NoExecute')]),
    expected: CONTINUE,
  },
  {
    why: 'all tolerated',
    pod: { tolerations: [{ operator: 'Exists' }] },
    on: node({}, [taint('NoSchedule'), taint('NoExecute')]),
    expected: BOTH,
  },
])('$why', ({ pod, on, expected }) => expect(verdict(pod, on)).toBe(expected));

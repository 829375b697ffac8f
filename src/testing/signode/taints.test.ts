/** The sig-node tests of taint eviction, with upstream's names and numbers (test/e2e/node/taints.go). */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { PodLine } from '../../metrics/log/logLine.ts';
import { LIFTED, type Played, play, type Sketch } from '../play.ts';

const TAINT = 'kubernetes.io/e2e-evict-taint-key=evictTaintVal:NoExecute';
const KUBELET_POD_DELETION_DELAY_SECONDS = 60;
const ADDITIONAL_WAIT_PER_DELETE_SECONDS = 5;

/** Undefined: no toleration; Infinity: one without an end. */
function pod(name: string, tolerationSeconds: number | undefined, nodeName = 'node-0'): JsonObject {
  const toleration = { key: 'kubernetes.io/e2e-evict-taint-key', value: 'evictTaintVal', effect: 'NoExecute' };
  const limit = tolerationSeconds === Number.POSITIVE_INFINITY ? {} : { tolerationSeconds: tolerationSeconds ?? 0 };
  const tolerations: JsonObject[] = tolerationSeconds === undefined ? [] : [{ ...toleration, ...limit }];
  const spec = { nodeName, tolerations, containers: [{ name: 'pause', image: 'pause:3.10' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { group: 'taint-eviction' } }, spec };
}

function playPods(objects: readonly JsonObject[], steps: Sketch['steps']): Played {
  const behavior = { ready: '0s', terminate: '1s' };
  return play({ objects, steps, behavior, nodes: { count: 2 }, controlPlane: LIFTED } as Sketch);
}

/** Seconds after the taint at which each pod was told to stop, to the second. */
function evictions({ log }: Played, taintedSeconds = 10): Record<string, number> {
  const lines = log.filter((line): line is PodLine => line.kind === 'Pod' && line.event === 'terminating');
  return Object.fromEntries(lines.map(({ name, t }) => [name, Math.floor(t - taintedSeconds)]));
}

const TAINT_AT_10 = { '10s': `taint nodes node-0 ${TAINT}` };

describe('NoExecuteTaintManager Single Pod', () => {
  test('evicts pods from tainted nodes', () => {
    expect(evictions(playPods([pod('p', undefined)], TAINT_AT_10))).toEqual({ p: 0 });
  });

  test("doesn't evict pod with tolerations from tainted nodes", () => {
    expect(evictions(playPods([pod('p', Number.POSITIVE_INFINITY)], TAINT_AT_10))).toEqual({});
  });

  test('eventually evict pod with finite tolerations from tainted nodes', () => {
    const seconds = KUBELET_POD_DELETION_DELAY_SECONDS + 2 * ADDITIONAL_WAIT_PER_DELETE_SECONDS;
    expect(evictions(playPods([pod('p', seconds)], TAINT_AT_10))).toEqual({ p: seconds });
  });

  test('removing taint cancels eviction', () => {
    const seconds = 2 * ADDITIONAL_WAIT_PER_DELETE_SECONDS;
    const steps = { ...TAINT_AT_10, '15s': `taint nodes node-0 ${TAINT}-` };
    const played = playPods([pod('p', seconds)], { ...steps, '90s': 'get pods -o name' });
    expect(evictions(played)).toEqual({});
    expect(played.result.steps.at(-1)).toMatchObject({ out: 'pod/p' });
  });

  test('pods evicted from tainted nodes have pod disruption condition', () => {
    const steps = { ...TAINT_AT_10, '10500ms': 'get pod p -o json' };
    const [look] = playPods([pod('p', undefined)], steps).result.steps.slice(-1);
    const { status } = JSON.parse(look!.out) as { status: { conditions: { type: string; status: string }[] } };
    expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'DisruptionTarget', status: 'True' }));
  });
});

describe('NoExecuteTaintManager Multiple Pods', () => {
  test('only evicts pods without tolerations from tainted nodes', () => {
    const both = 'taint nodes node-0 node-1 kubernetes.io/e2e-evict-taint-key=evictTaintVal:NoExecute';
    const pods = [pod('p1', undefined), pod('p2', Number.POSITIVE_INFINITY, 'node-1')];
    expect(evictions(playPods(pods, { '10s': both }))).toEqual({ p1: 0 });
  });

  test('evicts pods with minTolerationSeconds', () => {
    const first = ADDITIONAL_WAIT_PER_DELETE_SECONDS;
    const second = 5 * ADDITIONAL_WAIT_PER_DELETE_SECONDS;
    const played = playPods([pod('p1', first), pod('p2', second)], TAINT_AT_10);
    expect(evictions(played)).toEqual({ p1: first, p2: second });
  });
});

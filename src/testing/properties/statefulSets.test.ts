import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { claimTemplate, setImage, setPartition, setReplicas, statefulSet } from '../sigapps/statefulSets.ts';
import { Stand } from '../stand.ts';

const RUNS = 150;
/** What the controller decided may be this old when it takes effect: a request and a watch. */
const STALE_SECONDS = 0.1;

type Act =
  | { readonly kind: 'scale'; readonly replicas: number }
  | { readonly kind: 'image'; readonly version: number }
  | { readonly kind: 'partition'; readonly partition: number }
  | { readonly kind: 'start'; readonly start: number }
  | { readonly kind: 'delete' | 'break' | 'restore' | 'fail'; readonly ordinal: number };

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constant('scale' as const), replicas: fc.nat(6) }),
  fc.record({ kind: fc.constant('image' as const), version: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('partition' as const), partition: fc.nat(4) }),
  fc.record({ kind: fc.constant('start' as const), start: fc.nat(3) }),
  fc.record({
    kind: fc.constantFrom('delete' as const, 'break' as const, 'restore' as const, 'fail' as const),
    ordinal: fc.nat(7),
  }),
);

const anyCase = fc.record({
  kubernetes: fc.constantFrom('1.30', '1.34', '1.35', '1.37'),
  replicas: fc.nat(5),
  maxUnavailable: fc.option(fc.constantFrom(1, 2, '50%'), { nil: undefined }),
  minReadySeconds: fc.constantFrom(0, 0, 2),
  whenScaled: fc.constantFrom('Retain', 'Delete'),
  hasClaims: fc.boolean(),
  acts: fc.array(fc.tuple(fc.constantFrom(0, 0.004, 0.02, 0.5, 1.02, 3), anyAct), { maxLength: 12 }),
});

type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never;

function create(stand: Stand, podManagementPolicy: string, drawn: Case): void {
  const rollingUpdate = drawn.maxUnavailable === undefined ? {} : { maxUnavailable: drawn.maxUnavailable };
  const claims: JsonObject = drawn.hasClaims
    ? {
        volumeClaimTemplates: [claimTemplate()],
        persistentVolumeClaimRetentionPolicy: { whenScaled: drawn.whenScaled },
      }
    : {};
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate };
  // Before 1.35 a set may miss the moment in which a pod becomes available, and wait for whatever happens next.
  const minReadySeconds = drawn.kubernetes >= '1.35' ? drawn.minReadySeconds : 0;
  stand.create(statefulSet(drawn.replicas, { podManagementPolicy, minReadySeconds, updateStrategy, ...claims }));
}

function perform(stand: Stand, act: Act): void {
  if (act.kind === 'scale') setReplicas(stand, act.replicas);
  else if (act.kind === 'image') setImage(stand, `httpd:v${act.version}`);
  else if (act.kind === 'partition') setPartition(stand, act.partition);
  else if (act.kind === 'start') setStart(stand, act.start);
  else actOnPod(stand, act.kind, `ss-${act.ordinal}`);
}

function setStart(stand: Stand, start: number): void {
  stand.edit('StatefulSet', 'ss', (spec) => {
    spec.ordinals = { start };
  });
}

function actOnPod(stand: Stand, kind: 'delete' | 'break' | 'restore' | 'fail', name: string): void {
  const pod = stand.pods().find((other) => other.name === name);
  if (kind === 'break') stand.breakPod(name);
  else if (kind === 'restore') stand.restorePod(name);
  else if (kind === 'delete' && pod !== undefined) stand.delete('Pod', name);
  else if (kind === 'fail' && pod?.phase === 'Running') stand.failPod(name);
}

/** Plays all acts, then has everything healed and waits until the set is as its last spec says. */
function playOut(stand: Stand, { acts }: Case): void {
  for (const [wait, act] of acts) {
    if (wait > 0) stand.run(wait);
    perform(stand, act);
  }
  for (let ordinal = 0; ordinal <= 10; ordinal++) stand.restorePod(`ss-${ordinal}`);
  // Two condemned pods that have failed wait for each other for ever: somebody has to delete them.
  for (const pod of stand.pods()) if (pod.phase === 'Failed') stand.delete('Pod', pod.name);
  setPartition(stand, 0);
  const isAsAsked = () => {
    const { spec, status, generation } = stand.set('ss');
    const pods = stand.pods();
    const names = Array.from({ length: spec.replicas }, (_, i) => `ss-${spec.ordinalsStart + i}`);
    const image = spec.template.spec.containers[0]!.image;
    return (
      status.observedGeneration === generation &&
      status.availableReplicas === spec.replicas &&
      status.currentRevision === status.updateRevision &&
      stand.podNames().join() === names.join() &&
      pods.every(
        (pod) => pod.isReady && !pod.isTerminating && pod.image === image && pod.revision === status.updateRevision,
      )
    );
  };
  stand.waitFor('the set is as its spec says', isAsAsked, 300);
}

function ordinalOf(name: string): number {
  return Number(name.slice('ss-'.length));
}

/** A spec, and until when it was the one that counted. */
interface PastSpec {
  readonly start: number;
  readonly replicas: number;
  endSeconds: number;
}

/** Fails when a pod is created although one below it has not been ready just now, under any spec that just now counted. */
function holdToOrder(stand: Stand): void {
  const specs: PastSpec[] = [];
  stand.cluster.tables.StatefulSet.observe((_before, after) => {
    const last = specs.at(-1);
    const { ordinalsStart: start, replicas } = after!.spec;
    if (last?.start === start && last.replicas === replicas) return;
    if (last !== undefined) last.endSeconds = stand.nowSeconds;
    specs.push({ start, replicas, endSeconds: Number.POSITIVE_INFINITY });
  });
  const readyUntil = new Map<number, number>();
  stand.cluster.observePods((pod, before, after) => {
    const ordinal = ordinalOf(stand.cluster.podName(pod));
    const isReady = stand.isReadyState(after);
    if (isReady) readyUntil.set(ordinal, Number.POSITIVE_INFINITY);
    else if (stand.isReadyState(before)) readyUntil.set(ordinal, stand.nowSeconds);
    if (before !== 0) return;
    const isInOrder = ({ start }: PastSpec) => {
      for (let below = start; below < ordinal; below++) {
        if ((readyUntil.get(below) ?? -1) < stand.nowSeconds - STALE_SECONDS) return false;
      }
      return true;
    };
    const counted = specs.filter(({ endSeconds }) => endSeconds >= stand.nowSeconds - STALE_SECONDS);
    expect(counted.some(isInOrder), `ss-${ordinal} is created at ${stand.nowSeconds}`).toBe(true);
  });
}

/** Fails when there are two pods of one ordinal. */
function holdToOnePerOrdinal(stand: Stand): void {
  const present = new Set<string>();
  stand.cluster.observePods((pod, before, after) => {
    const name = stand.cluster.podName(pod);
    if (before === 0) {
      expect(present).not.toContain(name);
      present.add(name);
    }
    if (after === 0) present.delete(name);
  });
}

describe('whatever is done to a StatefulSet', () => {
  test.prop([anyCase], { numRuns: RUNS })(
    'OrderedReady: none before those below it, and the spec in the end',
    (drawn) => {
      const stand = new Stand({ kubernetes: drawn.kubernetes });
      holdToOnePerOrdinal(stand);
      holdToOrder(stand);
      create(stand, 'OrderedReady', drawn);
      playOut(stand, drawn);
    },
  );

  test.prop([anyCase], { numRuns: RUNS })('Parallel: one pod an ordinal, and the spec in the end', (drawn) => {
    const stand = new Stand({ kubernetes: drawn.kubernetes });
    holdToOnePerOrdinal(stand);
    create(stand, 'Parallel', drawn);
    playOut(stand, drawn);
  });
});

import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import { POD_FINISHED, POD_READY, type PodStatus } from '../cluster/index.ts';
import { PodRig } from './testing/podRig.ts';

const RUNS = 100;
const GRACE_SECONDS = 8;
const DELETE_AT = 60;

const delay = fc.constantFrom('0s', '1s', '2500ms', '7s', 'never');
const exitCode = fc.constantFrom<JsonObject['exitCode']>(0, 1, { attempts: [1, 0] }, { attempts: [0, 1] });
const behavior = fc.record(
  // What ends in the moment in which it starts is never seen running.
  {
    start: delay,
    ready: delay,
    run: delay.filter((text) => text !== '0s'),
    hang: delay,
    unready: delay,
    terminate: delay,
    exitCode,
  },
  { requiredKeys: [] },
);
const probe = fc.record(
  {
    initialDelaySeconds: fc.integer({ min: 0, max: 6 }),
    periodSeconds: fc.integer({ min: 1, max: 5 }),
    failureThreshold: fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: [] },
);

/** Names tell what a container is: `i0` an init container, `s1` a sidecar, `c0` one of the others. */
const anyPod = fc
  .record({
    restartPolicy: fc.constantFrom('Always', 'OnFailure', 'Never'),
    kinds: fc.array(fc.constantFrom('i', 's'), { maxLength: 3 }),
    containerCount: fc.integer({ min: 1, max: 2 }),
    probes: fc.array(fc.constantFrom('readinessProbe', 'livenessProbe', 'startupProbe'), { maxLength: 2 }),
    probe,
    sleep: fc.integer({ min: 0, max: 3 }),
    behaviors: fc.array(behavior, { minLength: 5, maxLength: 5 }),
    deadline: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
  })
  .map(({ restartPolicy, kinds, containerCount, probes, probe: fields, sleep, behaviors, deadline }) => {
    const probed = Object.fromEntries(probes.map((name) => [name, { exec: { command: ['true'] }, ...fields }]));
    const lifecycle = sleep === 0 ? {} : { lifecycle: { preStop: { sleep: { seconds: sleep } } } };
    const container = (name: string): JsonObject => ({
      name,
      image: 'app:v1',
      ...(name.startsWith('i') ? {} : { ...probed, ...lifecycle }),
      ...(name.startsWith('s') ? { restartPolicy: 'Always' } : {}),
    });
    const initNames = kinds.map((kind, index) => `${kind}${index}`);
    const names = Array.from({ length: containerCount }, (_, index) => `c${index}`);
    const spec: JsonObject = {
      restartPolicy,
      terminationGracePeriodSeconds: GRACE_SECONDS,
      initContainers: initNames.map(container),
      containers: names.map(container),
      ...(deadline === undefined ? {} : { activeDeadlineSeconds: deadline }),
    };
    const rules = [...initNames, ...names].map((name, index) => [name, behaviors[index]!]);
    return { spec, behavior: { run: '1h', containers: Object.fromEntries(rules) } as JsonObject };
  });

interface Moment {
  readonly seconds: number;
  readonly state: number;
  readonly status: PodStatus | undefined;
}

/** Every write of the pod, which is deleted after a minute. */
function live({ spec, behavior: rule }: { spec: JsonObject; behavior: JsonObject }): Moment[] {
  const rig = new PodRig({ pods: { p: spec }, behavior: rule });
  const moments: Moment[] = [];
  rig.cluster.observePods((pod, _before, state, atMicros) => {
    moments.push({ seconds: atMicros / 1e6, state, status: rig.cluster.podStatus(pod) });
  });
  rig.at(DELETE_AT, () => rig.delete('p')).run(DELETE_AT + 100);
  return moments;
}

const statusesOf = ({ status }: Moment) => [...(status?.initContainers ?? []), ...(status?.containers ?? [])];
const isDone = (one: { state: string; exitCode: number }) => one.state === 'terminated' && one.exitCode === 0;

describe('whatever its containers do', () => {
  test.prop([anyPod], { numRuns: RUNS })('a pod is gone soon after it was deleted', (pod) => {
    const end = live(pod).at(-1)!;
    expect(end.state).toBe(0);
    // SIGTERM leaves two seconds to each of at most three sidecars beyond the grace period.
    expect(end.seconds).toBeLessThanOrEqual(DELETE_AT + GRACE_SECONDS + 2 * 4);
  });

  test.prop([anyPod], { numRuns: RUNS })('a pod that has finished stays so, and is not ready', (pod) => {
    const moments = live(pod);
    const finished = moments.findIndex(({ state }) => (state & POD_FINISHED) !== 0);
    for (const { state } of finished === -1 ? [] : moments.slice(finished, -1)) {
      expect(state & POD_FINISHED).toBe(moments[finished]!.state & POD_FINISHED);
      expect(state & POD_READY).toBe(0);
    }
    const status = moments[finished]?.status;
    if (status !== undefined) expect(status.containers.some(({ state }) => state === 'running')).toBe(false);
  });

  test.prop([anyPod], { numRuns: RUNS })('nothing starts before its turn, and restarts only add up', (pod) => {
    const restarts = new Map<string, number>();
    let isInitialized = false;
    for (const moment of live(pod)) {
      const inits = moment.status?.initContainers ?? [];
      const isPassed = inits.map((one) => isDone(one) || (one.name.startsWith('s') && one.started));
      isInitialized ||= moment.status !== undefined && isPassed.every(Boolean);
      for (const [index, one] of statusesOf(moment).entries()) {
        expect(one.restartCount).toBeGreaterThanOrEqual(restarts.get(one.name) ?? 0);
        restarts.set(one.name, one.restartCount);
        if (one.state === 'running' && one.name.startsWith('c')) expect(isInitialized).toBe(true);
        if (one.state === 'running' && one.name.startsWith('i')) {
          const ordinary = inits.slice(0, index).filter(({ name }) => name.startsWith('i'));
          expect(ordinary.every(isDone)).toBe(true);
        }
      }
    }
  });

  test.prop([anyPod], { numRuns: RUNS })('a pod is ready just when all that lasts is', (pod) => {
    for (const moment of live(pod)) {
      if (moment.status === undefined || (moment.state & POD_FINISHED) !== 0) continue;
      const lasting = statusesOf(moment).filter(({ name }) => !name.startsWith('i'));
      expect((moment.state & POD_READY) !== 0).toBe(lasting.every(({ ready }) => ready));
    }
  });
});

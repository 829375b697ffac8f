import { expect, test } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import type { EventLine, LogEntry } from '../metrics/log/logLine.ts';
import { deployment, play } from '../testing/play.ts';
import { replay } from '../testing/replay.ts';

const BEHAVIOR = { behavior: { ready: '1s' } };

function priorityClass(name: string, fields: JsonObject): JsonObject {
  return { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, ...fields };
}

/** What the first pod that a workload of 1 was refused is told, without its name. */
function refusal(pod: JsonObject, ...classes: JsonObject[]): string {
  const { log } = play({ ...BEHAVIOR, replicas: 1, pod, before: classes, until: '30s' });
  return failures(log)[0]?.message.replace(/^.*is forbidden: /, '') ?? '';
}

function failures(log: readonly LogEntry[]): EventLine[] {
  return log.filter((line): line is EventLine => line.kind === 'Event' && line.reason === 'FailedCreate');
}

test('a pod whose class is not there is refused, until the class comes', () => {
  const steps = { '20s': 'create priorityclass high --value=10' };
  const { log } = play({ ...BEHAVIOR, pod: { priorityClassName: 'high' }, until: '60s', steps });
  expect(failures(log)[0]!.message).toMatch(
    /^Error creating: pods "web@1-[a-z0-9]{5}" is forbidden: no PriorityClass with name high was found$/,
  );
  const created = log.filter((line) => line.kind === 'Pod' && line.event === 'created');
  // The ReplicaSet tries again after 5 ms, 10 ms …, the twelfth time after 10.24 s.
  expect(created[0]!.t).toBeGreaterThan(20);
  expect(replay(log, () => {}).active()).toHaveLength(3);
});

test('a pod may name a priority and a policy only if its class says the same', () => {
  const high = priorityClass('high', { value: 10 });
  const never = priorityClass('high', { value: 10, preemptionPolicy: 'Never' });
  expect(refusal({ priorityClassName: 'high', priority: 10, preemptionPolicy: 'PreemptLowerPriority' }, high)).toBe('');
  expect(refusal({ priorityClassName: 'high', preemptionPolicy: 'Never' }, never)).toBe('');
  expect(refusal({ priorityClassName: 'high', priority: 11 }, high)).toBe(
    'the integer value of priority (11) must not be provided in pod spec; priority admission controller computed 10 from the given PriorityClass name',
  );
  expect(refusal({ priority: 5 })).toBe(
    'the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
  );
  expect(refusal({ priorityClassName: 'high', preemptionPolicy: 'PreemptLowerPriority' }, never)).toBe(
    'the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in pod spec; priority admission controller computed Never from the given PriorityClass name',
  );
});

test('a default class is that of new pods without one; a change of it leaves the others as they are', () => {
  const objects = [priorityClass('usual', { value: 7, globalDefault: true }), deployment({ replicas: 1 })];
  const first = (field: string) => `get pods -o jsonpath={.items[0].spec.${field}}`;
  const { result } = play({
    ...BEHAVIOR,
    objects,
    until: '60s',
    steps: {
      '10s': [first('priority'), first('priorityClassName'), 'delete pc usual', first('priority')],
      '20s': ['delete pods --all', first('priority')],
    },
  });
  const texts = result.steps.filter(({ kubectl = '' }) => kubectl.includes('.spec.')).map(({ out }) => out);
  expect(texts).toEqual(['7', 'usual', '7', '0']);
});

test('a quota is not charged for what priority refuses', () => {
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard: { pods: 2 } } };
  const { log } = play({
    ...BEHAVIOR,
    objects: [quota, deployment({ replicas: 2, pod: { priorityClassName: 'late' } })],
    steps: { '5s': 'create priorityclass late --value=1' },
    until: '60s',
  });
  expect(replay(log, () => {}).active()).toHaveLength(2);
});

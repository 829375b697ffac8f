import { expect, test } from 'vitest';
import { phaseOf, wordsOf } from './phases.ts';

test.each([
  ['replicaset-controller/limiter', 'apiLimit'],
  ['scheduler/limiter', 'apiLimit'],
  ['scheduler/bind', 'scheduling'],
  ['statefulset-controller/worker', 'controller'],
  ['replicaset-controller/quota-retry', 'quotaBackOff'],
  ['deployment-controller/min-ready', 'minReady'],
  ['kubelet/pod-due/image', 'imagePull'],
  ['kubelet/gone-due', 'termination'],
  ['kubectl/eviction-retry', 'disruptionBudget'],
  ['kubectl/timer', 'operator'],
])('%s is of the phase %s', (handler, phase) => {
  expect(phaseOf(handler)).toBe(phase);
  expect(wordsOf(handler)).not.toBe('');
});

test('there is no phase for what nobody has thought of', () => {
  expect(() => phaseOf('new-controller/surprise')).toThrow('No phase of the critical path is known');
});

import { expect, test } from 'vitest';
import { strategyPatch } from './strategyPatch.ts';

test('a strategy is a patch of its workload', () => {
  const settings = { 'deployment/web:maxSurge': '25%', 'deployment/web:maxUnavailable': '0' };
  expect(strategyPatch('deployment/web', settings)).toEqual({
    command: `kubectl patch deployment web -p '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":"25%","maxUnavailable":0}}}}'`,
    yaml: 'spec:\n  strategy:\n    rollingUpdate:\n      maxSurge: 25%\n      maxUnavailable: 0\n',
    rest: [],
  });
});

test('a namespace stands in front, and other kinds have their own fields', () => {
  const { command } = strategyPatch('shop/daemonset/agent', { 'shop/daemonset/agent:maxUnavailable': '2' });
  expect(command).toBe(
    `kubectl -n shop patch daemonset agent -p '{"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":2}}}}'`,
  );
});

test('what is not of the workload is left over', () => {
  expect(strategyPatch('deployment/web', { nodes: '20', 'deployment/api:maxSurge': '1' })).toEqual({
    command: undefined,
    yaml: '',
    rest: [
      ['nodes', '20'],
      ['deployment/api:maxSurge', '1'],
    ],
  });
});

import { expect, test } from 'vitest';
import { daemonSet } from '../testing/daemonSets.ts';
import { play } from '../testing/play.ts';

const SET_IMAGE = { '1m': 'set image daemonset/agent agent=agent:v2' };

test('a rollout of a DaemonSet bears the name of its ControllerRevision', () => {
  const { result } = play({ objects: [daemonSet()], steps: SET_IMAGE });
  const revisions = result.rollouts.map(({ revision }) => revision);
  expect(revisions).toEqual([expect.stringMatching(/^agent-[a-z0-9]+$/), expect.stringMatching(/^agent-[a-z0-9]+$/)]);
  expect(revisions[0]).not.toBe(revisions[1]);
});

test('nodes that drop out while it rolls out are told', () => {
  const steps = { ...SET_IMAGE, '62s': 'taint node node-0 busy=true:NoSchedule' };
  const { result } = play({ objects: [daemonSet()], nodes: { count: 3 }, behavior: { ready: '5s' }, steps });
  expect(result.warnings.join('\n')).toMatch(/^daemonset\/agent, revision agent-\w+: went from 3 to 2 nodes during/m);
});

import { expect, test } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import { play } from '../testing/play.ts';

const AGENT: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'agent' },
  spec: {
    selector: { matchLabels: { app: 'agent' } },
    template: {
      metadata: { labels: { app: 'agent' } },
      spec: { containers: [{ name: 'main', image: 'agent:v1' }] },
    },
  },
};

const SET_IMAGE = { '1m': 'set image daemonset/agent main=agent:v2' };

test('a rollout of a DaemonSet bears the name of its ControllerRevision', () => {
  const { result } = play({ objects: [AGENT], steps: SET_IMAGE });
  const revisions = result.rollouts.map(({ revision }) => revision);
  expect(revisions).toEqual([expect.stringMatching(/^agent-[a-z0-9]+$/), expect.stringMatching(/^agent-[a-z0-9]+$/)]);
  expect(revisions[0]).not.toBe(revisions[1]);
});

test('nodes that drop out while it rolls out are told', () => {
  const steps = { ...SET_IMAGE, '62s': 'taint node node-0 busy=true:NoSchedule' };
  const { result } = play({ objects: [AGENT], nodes: { count: 3 }, behavior: { ready: '5s' }, steps });
  expect(result.warnings.join('\n')).toMatch(/^daemonset\/agent, revision agent-\w+: went from 3 to 2 nodes during/m);
});

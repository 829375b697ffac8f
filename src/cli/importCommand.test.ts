import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Playground } from './testing/command.ts';

const BEFORE = '2026-11-25T05:00:00Z';

function dump(): string {
  const meta = (name: string, more = {}) => ({
    name,
    namespace: 'default',
    uid: `uid-${name}`,
    creationTimestamp: BEFORE,
    ...more,
  });
  const owner = (kind: string, name: string) => ({
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: `uid-${name}`, controller: true }],
  });
  const container = { name: 'app', image: 'web:v1', env: [{ name: 'TOKEN', value: 'TOP-SECRET' }] };
  const template = (labels: object) => ({ metadata: { labels }, spec: { containers: [container] } });
  const hashed = { app: 'web', 'pod-template-hash': '5c9' };
  const revision = { 'deployment.kubernetes.io/revision': '4' };
  const sets = { replicas: 2, readyReplicas: 2, availableReplicas: 2, observedGeneration: 1 };
  const pods = ['web-5c9-a', 'web-5c9-b'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(name, { labels: hashed, ...owner('ReplicaSet', 'web-5c9') }),
    spec: { nodeName: 'n1', containers: [container] },
    status: {
      phase: 'Running',
      startTime: BEFORE,
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: BEFORE }],
      containerStatuses: [{ name: 'app', ready: true, restartCount: 0, state: { running: { startedAt: BEFORE } } }],
    },
  }));
  const items = [
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { ...meta('n1'), namespace: undefined },
      status: {
        allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
        nodeInfo: { kubeletVersion: 'v1.36.1' },
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: BEFORE }],
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta('web', { generation: 1, annotations: revision }),
      spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: template({ app: 'web' }) },
      status: { ...sets, updatedReplicas: 2 },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: meta('web-5c9', {
        generation: 1,
        labels: hashed,
        annotations: revision,
        ...owner('Deployment', 'web'),
      }),
      spec: { replicas: 2, selector: { matchLabels: hashed }, template: template(hashed) },
      status: sets,
    },
    ...pods,
  ];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

describe('rollsim import', () => {
  let playground: Playground;

  beforeAll(() => {
    playground = new Playground();
    playground.write('dump.json', dump());
    playground.write('behavior.yaml', 'apiVersion: rollsim/v1alpha1\nkind: Scenario\nbehavior: [{ready: 2s}]\n');
  });

  afterAll(() => playground.remove());

  it('writes a scenario that run takes, in which nothing moves but what is told to', () => {
    const imported = playground.run(['import', '-f', 'dump.json']);
    expect(imported).toMatchObject({ status: 0 });
    expect(imported.stdout).not.toContain('TOP-SECRET');
    expect(imported.stderr).toBe(
      'as of 2026-11-25T05:00:00Z: 1 Node, 1 Deployment, 1 ReplicaSet, 2 Pod\n' +
        'left out: environment, commands, other annotations, Secrets and ConfigMaps (docs/import.md)\n',
    );
    const quiet = playground.run(['run', '-', '-q', '-o', 'json'], imported.stdout);
    expect(JSON.parse(quiet.stdout).runs[0]).toMatchObject({ pods: { created: 0 }, rollouts: [] });
    playground.write('cluster.yaml', imported.stdout);
    const args = ['run', 'cluster.yaml', 'behavior.yaml', '-q', '-o', 'json', '--restart', 'deployment/web'];
    expect(JSON.parse(playground.run(args).stdout).runs[0]).toMatchObject({
      kubernetes: '1.36',
      pods: { created: 2 },
      rollouts: [{ workload: 'deployment/web', revision: '5', outcome: 'complete' }],
    });
  });

  it('is what run names when it is given the dump', () => {
    expect(playground.run(['run', 'dump.json']).stderr).toContain('rollsim import -f FILE | rollsim run -');
  });

  it.each([
    [[], '', 2, 'error: no input: name a file with -f, or - for standard input'],
    [['-f', 'absent.json'], '', 3, 'error: absent.json: no such file or folder'],
    [['-', '--now', 'yesterday'], '', 2, 'error: --now: '],
    [['-', '-l', 'a in b'], '', 2, 'error: --selector: '],
    [['-'], '{"kind": "List", "items": [', 3, 'error: <stdin>:1:28: '],
    [['-'], '{"apiVersion": "v1", "kind": "List", "items": []}', 3, 'error: no Node in the dump'],
  ])('refuses %j with %j', (args, input, status, message) => {
    const refused = playground.run(['import', ...args], input);
    expect(refused).toMatchObject({ status, stdout: '' });
    expect(refused.stderr).toContain(message);
    expect(refused.stderr.trimEnd()).not.toContain('\n');
  });
});

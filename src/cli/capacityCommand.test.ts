import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Playground } from './testing/command.ts';

const SCENARIO = `
apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{count: 4, allocatable: {cpu: 2}}]}
behavior: [{ready: 1s, terminate: 1s}]
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: team}
spec: {hard: {requests.cpu: 4, pods: 10}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "web:v1", resources: {requests: {cpu: 1}}}]}
`;

const playground = new Playground();
const capacity = (...args: string[]) => playground.run(['capacity', 'web.yaml', '-q', ...args]);

beforeAll(() => playground.write('web.yaml', SCENARIO));
afterAll(() => playground.remove());

describe('rollsim capacity', () => {
  it('says how many nodes are enough, and what stalls with fewer', () => {
    const { stdout, status } = capacity('--rollouts', 'all');
    expect(stdout).toContain('2 is the fewest nodes (nodes) for which nothing stalls in 1 seed.\nWith 1, 1 of 1 run');
    expect(status).toBe(0);
  });

  it('restarts workloads of another namespace too, but of one alone', () => {
    const moved = SCENARIO.replace('name: web}', 'name: web, namespace: shop}');
    playground.write('shop.yaml', moved);
    const { stdout } = playground.run(['capacity', 'shop.yaml', '-q', '--rollouts', 'all']);
    expect(stdout).toContain('2 is the fewest nodes');
    const deployment = (text: string) => text.slice(text.indexOf('apiVersion: apps/v1'));
    playground.write('both.yaml', `${SCENARIO}---\n${deployment(moved)}`);
    const both = playground.run(['capacity', 'both.yaml', '-q', '--rollouts', 'all']);
    expect(both.stderr).toContain('a command is about one namespace, and these are in several');
  });

  it('searches quotas by the unit of what they limit', () => {
    const { stdout } = capacity('--rollouts', '1', '--find', 'quota', '--resource', 'requests.cpu', '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'capacity', edge: { size: 4000, text: '4000m' } });
  });

  it('names what no number of nodes makes up for, with exit code 99', () => {
    const tooBig = ['--set', 'deployment/web:spec.template.spec.containers[0].resources.requests.cpu=3'];
    const { stdout, status } = capacity('--rollouts', 'all', ...tooBig, '--set', 'resourcequota/team:spec.hard.pods=9');
    expect(stdout).toContain('More nodes of this size do not help');
    expect(status).toBe(99);
  });

  it('tells what is missing on the command line', () => {
    expect(capacity().stderr).toBe('error: nothing rolls out in this scenario (--restart deployment/web)\n');
    const which = capacity('--restart', 'deployment/web', '--find', 'quota').stderr;
    expect(which).toBe('error: --find quota: --resource is one of requests.cpu, pods\n');
    expect(capacity('--rollouts', '2').stderr).toContain('the input has 1 workloads that roll out');
    expect(capacity('--rollouts', '1', '--lose-zone', 'each').stderr).toContain('no node has a zone');
  });
});

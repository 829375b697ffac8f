import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Playground } from './testing/command.ts';

const SCENARIO = `apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{count: 4, allocatable: {cpu: "2", memory: 8Gi, pods: "110"}}]}
behavior: [{ready: {uniform: {min: 2s, max: 6s}}, terminate: 1s}]
steps: [{at: 1m, kubectl: set image deployment/web app=web:v2}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 8
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "web:v1", resources: {requests: {cpu: 500m}}}]}
`;
const AXES = ['--vary', 'deployment/web:maxSurge=1,4', '--vary', 'deployment/web:maxUnavailable=0,2'];

describe('rollsim recommend', () => {
  let playground: Playground;
  const recommend = (...args: string[]) =>
    playground.run(['recommend', 'web.yaml', ...AXES, '-q', '--jobs', '1', ...args]);

  beforeAll(() => {
    playground = new Playground();
    playground.write('web.yaml', SCENARIO);
  });

  afterAll(() => playground.remove());

  it('names a setting that keeps what is asked for, and the patch to get it', () => {
    const { status, stdout } = recommend('--availability', '100%');
    expect(status).toBe(0);
    expect(stdout).toContain('Recommended for deployment/web: maxSurge=4 maxUnavailable=0, ');
    expect(stdout).toMatch(/^Runner-up: maxSurge=1 maxUnavailable=0\. .* times faster than .*10 seeds/m);
    expect(stdout).toContain(
      `kubectl patch deployment web -p '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":4,"maxUnavailable":0}}}}'`,
    );
    expect(stdout).toContain('Out: 2 because it is less available.');
  });

  it('gives all of it as JSON', () => {
    const { recommendation, kind } = JSON.parse(recommend('-o', 'json', '--seeds', '5').stdout);
    expect(kind).toBe('recommendation');
    expect(recommendation).toMatchObject({ workload: 'deployment/web', seeds: 5, margin: { pairs: 5 } });
    expect(recommendation.candidates).toHaveLength(4);
  });

  it('ends with 99 where nothing keeps it, and says what comes closest', () => {
    const { status, stdout } = recommend('--headroom', '90%', '--seeds', '1');
    expect(status).toBe(99);
    expect(stdout).toMatch(/^No setting for deployment\/web keeps all that is asked for\.\nClosest in headroom: /m);
    expect(stdout).not.toContain('kubectl patch');
  });

  it.each([
    [['--availability', '2'], 'Expected a share from 0 to 1'],
    [['--headroom', 'lots'], 'Expected a share from 0 to 1'],
    [['--vary', 'deployment/web:maxSurge=2'], 'given twice'],
  ])('refuses %j', (args, message) => {
    const { status, stderr, stdout } = recommend(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('stands below the table of a sweep that is asked for it, with the same figures', () => {
    playground.write(
      'experiment.yaml',
      `apiVersion: rollsim/v1alpha1
kind: Sweep
scenario: web.yaml
axes: [{path: 'deployment/web:maxSurge', values: [1, 4]}, {path: 'deployment/web:maxUnavailable', values: [0, 2]}]
seeds: 10
`,
    );
    const sweep = (...args: string[]) => playground.run(['sweep', 'experiment.yaml', '-q', '--jobs', '1', ...args]);
    const { status, stdout } = sweep('--availability', '100%', '--resume', 'runs.jsonl');
    expect(status).toBe(0);
    const sentences = (text: string) => /^Recommended.*\n.*\n.*/m.exec(text)?.[0];
    expect(sentences(stdout)).toMatch(/^Recommended for deployment\/web: maxSurge=4 maxUnavailable=0, /);
    expect(sentences(stdout)).toBe(sentences(recommend('--availability', '100%').stdout));
    const again = sweep('--headroom', '90%', '--resume', 'runs.jsonl');
    expect(again.status).toBe(99);
    expect(again.stdout).toContain('Closest in headroom');
    expect(sweep('--headroom', '1%', '-o', 'json')).toMatchObject({ status: 2, stdout: '' });
  });
});

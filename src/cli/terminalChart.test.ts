import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Playground } from './testing/command.ts';

const SCENARIO = `apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{count: 2}]}
behavior: [{ready: 3s, terminate: 2s}]
steps: [{at: 1m, kubectl: set image deployment/web app=web:v2}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, image: "web:v1"}]}}
`;

describe('the chart under the table', () => {
  let playground: Playground;

  beforeAll(() => {
    playground = new Playground();
    playground.write('web.yaml', SCENARIO);
  });

  afterAll(() => playground.remove());

  it('is there when it is asked for, and in no pipe otherwise', () => {
    const drawn = playground.run(['run', 'web.yaml', '-q', '--chart']);
    expect(drawn).toMatchObject({ status: 0, stderr: '' });
    expect(drawn.stdout).toMatch(/^deployment\/web: complete after \d+\.\d s$/m);
    expect(drawn.stdout).toMatch(/^ *4 ┤░+/m);
    expect(drawn.stdout).toContain('█ new, available');
    expect(playground.run(['run', 'web.yaml', '-q']).stdout).not.toContain('┤');
  });

  it('cannot be watched where there is no terminal', () => {
    expect(playground.run(['run', 'web.yaml', '--watch', '10x'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'error: --watch: stdout is no terminal (--chart draws it once, --export-svg as a picture)\n',
    });
    expect(playground.run(['run', 'web.yaml', '--watch', 'fast'])).toMatchObject({ status: 2 });
  });
});

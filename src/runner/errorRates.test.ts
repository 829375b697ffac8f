import { expect, it } from 'vitest';
import { buildScenario } from '../scenario/index.ts';
import { runScenario } from './simulation.ts';

const PODS = ['a', 'b', 'c'].map(
  (name) => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec: {containers: [{name: app, image: ${name}}]}
`,
);

const SERVICE = `---
apiVersion: v1
kind: Service
metadata: {name: a}
spec: {selector: {app: a}, ports: [{port: 80}]}
`;

it('a share of failing requests that no request comes to is told', () => {
  const rule = (image: string, errorRate: number) => `{match: {image: ${image}}, errorRate: ${errorRate}}`;
  const behavior = `behavior: [${rule('a', 0.1)}, ${rule('b', 0.2)}, ${rule('c', 0)}]`;
  const head = `apiVersion: rollsim/v1alpha1\nkind: Scenario\ncluster: {nodes: [{}]}\n${behavior}\nuntil: 1m\n`;
  const scenario = buildScenario({ files: [{ file: 's.yaml', text: [head, ...PODS, SERVICE].join('') }] }, {});
  const { warnings, services } = runScenario({ scenario, seed: 1 });
  expect(services).toMatchObject([{ service: 'service/a', errorShareMax: 0.1 }]);
  expect(warnings).toEqual(['behavior[1].errorRate: no Service led to a ready pod of the rule']);
});

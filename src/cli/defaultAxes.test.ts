import { expect, it } from 'vitest';
import { SCENARIO } from '../runner/testing/scenario.ts';
import { buildScenario } from '../scenario/index.ts';
import { defaultAxes } from './defaultAxes.ts';
import { UsageError } from './failure.ts';

const deployment = SCENARIO.split('---\n')[1]!;
const api = deployment.replace('name: web', 'name: api, namespace: shop');

function pathsOf(text: string, kubectl: string[] = []): string[] {
  const scenario = buildScenario({ files: [{ file: 's.yaml', text }] }, { kubectl });
  return defaultAxes(scenario).map(({ path }) => path);
}

it('varies the strategy of the only Deployment', () => {
  expect(pathsOf(deployment)).toEqual(['deployment/web:maxSurge', 'deployment/web:maxUnavailable']);
  expect(pathsOf(api)[0]).toBe('shop/deployment/api:maxSurge');
});

it('of several, that of the one that a step names', () => {
  const both = `${deployment}---\n${api}`;
  expect(pathsOf(both, ['rollout restart deploy/api -n shop'])[0]).toBe('shop/deployment/api:maxSurge');
  expect(pathsOf(both, ['set image deployments web app=web:v3'])[0]).toBe('deployment/web:maxSurge');
});

it('asking of or scaling others does not matter, where one rolls out', () => {
  const both = `${deployment}---\n${api}`;
  const others = ['scale deploy/web --replicas=2', 'rollout status deploy/web'];
  expect(pathsOf(both, [...others, 'rollout restart deploy/api -n shop'])[0]).toBe('shop/deployment/api:maxSurge');
  expect(pathsOf(both, others)[0]).toBe('deployment/web:maxSurge');
});

it('or says why there is none, and what to type', () => {
  const both = `${deployment}---\n${api}`;
  const example = '--restart deployment/web --vary deployment/web:maxSurge=0,1,25%';
  const why = 'say what to vary: the input has 2 Deployments, and';
  expect(() => pathsOf(both)).toThrow(new UsageError(`${why} no step names one of them; as in ${example}`));
  expect(() => pathsOf(both, ['rollout restart deploy/web', 'rollout restart deploy/api -n shop'])).toThrow(
    new UsageError(`${why} the steps name more than one of them; as in ${example}`),
  );
  const node = 'apiVersion: v1\nkind: Node\nmetadata: {name: a}\n';
  expect(() => pathsOf(node)).toThrow('the input has no Deployment, StatefulSet or DaemonSet (--vary nodes=10,20)');
});

const template = `
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}}
    spec: {containers: [{name: app, image: a}]}
`;
const statefulSet = `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:${template}`;
const daemonSet = `apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: agent}\nspec:${template}`;

it('varies the update strategy of a StatefulSet or DaemonSet where there is no Deployment', () => {
  expect(pathsOf(statefulSet)).toEqual(['statefulset/db:podManagementPolicy', 'statefulset/db:maxUnavailable']);
  expect(pathsOf(daemonSet)).toEqual(['daemonset/agent:maxUnavailable']);
});

it('prefers what a step names, and else the Deployment', () => {
  const all = [deployment, statefulSet, daemonSet].join('---\n');
  expect(pathsOf(all)[0]).toBe('deployment/web:maxSurge');
  expect(pathsOf(all, ['rollout restart ds agent'])).toEqual(['daemonset/agent:maxUnavailable']);
  const sets = `${statefulSet}---\n${daemonSet}`;
  expect(() => pathsOf(sets)).toThrow(
    'the input has 2 workloads, and no step names one of them; as in --restart statefulset/db --vary statefulset/db:maxUnavailable=1,25%',
  );
});

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
  expect(() => pathsOf(both)).toThrow(UsageError);
});

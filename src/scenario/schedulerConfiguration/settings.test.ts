import { expect, test } from 'vitest';
import { InputError } from '../../api/errors.ts';
import { buildScenario } from '../build.ts';

const CONFIGURATION = `apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
- pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {type: LeastAllocated}}}]
`;
const NODES = 'apiVersion: rollsim/v1alpha1\nkind: Scenario\n';
const STRATEGY = 'profiles[0].pluginConfig[name=NodeResourcesFit].args.scoringStrategy.type';

function build(path: string, value: string | number, text = `${CONFIGURATION}---\n${NODES}`) {
  const settings = [{ path: `KubeSchedulerConfiguration:${path}`, value, text: String(value) }];
  return buildScenario({ files: [{ file: 's.yaml', text }] }, { settings }).scheduler;
}

function errorOf(...args: Parameters<typeof build>): string {
  try {
    build(...args);
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  return '';
}

test('a field of the configuration is set like one of an object', () => {
  const { profiles } = build(STRATEGY, 'MostAllocated');
  expect(profiles[0]!.pluginArgs.NodeResourcesFit.scoringStrategy.type).toBe('MostAllocated');
  expect(build('percentageOfNodesToScore', 40).profiles[0]!.percentageOfNodesToScore).toBe(40);
});

test('an input without a configuration gets one', () => {
  expect(build('percentageOfNodesToScore', 40, NODES).profiles).toMatchObject([
    { schedulerName: 'default-scheduler', percentageOfNodesToScore: 40 },
  ]);
});

test('errors name the setting', () => {
  expect(errorOf(STRATEGY, 'MostUsed')).toBe(
    `KubeSchedulerConfiguration:${STRATEGY}=MostUsed: profiles[0].pluginConfig[0].args.scoringStrategy.type: Unsupported value: "MostUsed": supported values: "LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"`,
  );
  expect(errorOf('percentage', 40)).toContain('percentage: unknown field');
  expect(errorOf('profiles[1].schedulerName', 'x')).toContain('profiles has no item 1 (it has 1)');
});

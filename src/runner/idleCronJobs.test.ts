import { expect, it } from 'vitest';
import { buildScenario } from '../scenario/index.ts';
import { runScenario } from './simulation.ts';

const cronJob = (name: string, spec: string) => `---
apiVersion: batch/v1
kind: CronJob
metadata: {name: ${name}, namespace: ops}
spec: {${spec}, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: app, image: app}]}}}}}
`;

it('CronJobs of whose schedule no time came are told', () => {
  const head = 'apiVersion: rollsim/v1alpha1\nkind: Scenario\nbehavior: [{run: 1s}]\nuntil: 2h\n';
  const parts = [
    cronJob('hourly', 'schedule: "@hourly"'),
    cronJob('nightly', 'schedule: "0 3 * * *", timeZone: Asia/Tokyo'),
    cronJob('idle', 'schedule: "0 3 * * *", suspend: true'),
  ];
  const scenario = buildScenario({ files: [{ file: 's.yaml', text: [head, ...parts].join('') }] }, {});
  expect(runScenario({ scenario, seed: 1 }).warnings).toEqual([
    'ops/cronjob/nightly: no time of "0 3 * * *" (Asia/Tokyo) came within the run, which begins at 2000-01-01T00:00:00Z',
  ]);
});

import { expect, test } from 'vitest';
import { Stand } from '../../testing/stand.ts';

const CRON_JOB = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'report' },
  spec: {
    schedule: '*/1 * * * *',
    jobTemplate: {
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'report:v1' }] } } },
    },
  },
};

test('the pods of all its Jobs share one template, and are told apart by their labels', () => {
  const stand = new Stand();
  const { cluster } = stand;
  const templates = new Set<number>();
  const jobs = new Set<string | undefined>();
  cluster.observePods((pod, before) => {
    if (before !== 0) return;
    templates.add(cluster.pods.template[pod]!);
    jobs.add(cluster.labelsOf(pod)['batch.kubernetes.io/job-name']);
  });
  stand.create(CRON_JOB);
  stand.run(10 * 60 + 5);
  expect(jobs.size).toBe(10);
  expect(templates.size).toBe(1);
});

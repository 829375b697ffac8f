import { describe, expect, test } from 'vitest';
import { KubectlRig } from '../testing/kubectlRig.ts';

const CRON_JOB = `
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, namespace: shop}
spec:
  schedule: '@hourly'
  jobTemplate:
    metadata: {labels: {team: a}}
    spec:
      backoffLimit: 2
      template:
        spec: {restartPolicy: Never, containers: [{name: app, image: 'report:v1'}]}
`;

function usage(commandLine: string): string {
  try {
    new KubectlRig(CRON_JOB).run(commandLine);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('kubectl create job', () => {
  test('--image', () => {
    const rig = new KubectlRig();
    expect(rig.out('create job import --image=import:v1 -- run all')).toBe('job.batch/import created');
    const job = rig.cluster.tables.Job.find('default', 'import')!;
    expect(job.spec).toMatchObject({ completions: 1, parallelism: 1, backoffLimit: 6 });
    expect(job.spec.template.manifest).toMatchObject({
      spec: { restartPolicy: 'Never', containers: [{ name: 'import', image: 'import:v1', command: ['run', 'all'] }] },
    });
    expect(rig.run('create job import --image=other:v1').error).toBe(
      'failed to create job: jobs.batch "import" already exists',
    );
  });

  test('the server adds a selector by the uid, and labels', () => {
    const rig = new KubectlRig();
    rig.out('create job import --image=import:v1');
    const { uid, spec, meta } = rig.cluster.tables.Job.find('default', 'import')!;
    expect(spec.selector?.canonical).toBe(`batch.kubernetes.io/controller-uid=${uid}`);
    const labels = {
      'batch.kubernetes.io/controller-uid': String(uid),
      'batch.kubernetes.io/job-name': 'import',
      'controller-uid': String(uid),
      'job-name': 'import',
    };
    expect(spec.template.labels).toEqual(labels);
    expect(meta.labels).toEqual(labels);
    expect(rig.out('get job import -o name')).toBe('job.batch/import');
  });

  test('--from a CronJob, in its namespace and as its own', () => {
    const rig = new KubectlRig(CRON_JOB);
    expect(rig.out('create job now --from=cronjob/report')).toBe('job.batch/now created');
    const job = rig.cluster.tables.Job.find('shop', 'now')!;
    expect(job.ownerUid).toBe(rig.cluster.tables.CronJob.find('shop', 'report')!.uid);
    expect(job.meta).toMatchObject({
      labels: { team: 'a' },
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
    });
    expect(job.spec.backoffLimit).toBe(2);
  });

  test('a CronJob that does not exist is a mistake of the scenario', () => {
    expect(new KubectlRig().run('create job now --from=cronjob/report')).toMatchObject({
      error: 'cronjobs.batch "report" not found',
      isBadScenario: true,
    });
  });

  test.each([
    ['create job', 'exactly one NAME is required, got 0'],
    ['create job a', 'either --image or --from must be specified'],
    ['create job a --image=b --from=cronjob/report', 'either --image or --from must be specified'],
    ['create job a --from=cronjob/report -- run', 'cannot specify --from and command'],
    ['create job a --from=deployment/web', 'from must be an existing cronjob'],
    ['create cronjob a --image=b', '--schedule must be specified'],
    ['create cronjob a --schedule=@daily', '--image must be specified'],
    ['create cronjob a --image=b --schedule=daily', /spec\.schedule: .*expected exactly 5 fields/],
  ])('%s', (commandLine, message) => {
    expect(usage(commandLine)).toMatch(message);
  });
});

test('kubectl create cronjob', () => {
  const rig = new KubectlRig();
  expect(rig.out(`create cronjob report --image=report:v1 --schedule='*/5 * * * *' -- run`)).toBe(
    'cronjob.batch/report created',
  );
  const { spec } = rig.cluster.tables.CronJob.find('default', 'report')!;
  expect(spec).toMatchObject({ schedule: '*/5 * * * *', concurrencyPolicy: 'Allow' });
  expect(spec.jobTemplate.spec.template.spec).toMatchObject({ restartPolicy: 'OnFailure' });
  expect(rig.run('create cronjob report --image=a --schedule=@daily').error).toBe(
    'failed to create cronjob: cronjobs.batch "report" already exists',
  );
});

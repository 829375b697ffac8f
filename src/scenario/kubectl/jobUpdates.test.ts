import { describe, expect, test } from 'vitest';
import type { JobStatus } from '../../cluster/objects.ts';
import { KubectlRig } from './testing/kubectlRig.ts';

const JOB = `
apiVersion: batch/v1
kind: Job
metadata: {name: import}
spec:
  suspend: true
  parallelism: 2
  completions: 4
  completionMode: Indexed
  template:
    spec: {restartPolicy: Never, containers: [{name: app, image: 'import:v1'}]}
`;

function patched(spec: object, status: Partial<JobStatus> = {}): string {
  const rig = new KubectlRig(JOB);
  const jobs = rig.cluster.tables.Job;
  const job = jobs.find('default', 'import')!;
  jobs.update({ ...job, status: { ...job.status, ...status } });
  const { out, error } = rig.run(`patch job import --type=merge -p '${JSON.stringify({ spec })}'`);
  return error === '' ? out : error;
}

const INVALID = 'The Job "import" is invalid: ';
const withSpec = (spec: object) => ({ template: { spec } });
const STARTED = { startMicros: 1_000_000 };

describe('of a Job', () => {
  test('parallelism, suspension and limits can change; selector and labels stay', () => {
    const rig = new KubectlRig(JOB);
    const before = rig.cluster.tables.Job.find('default', 'import')!;
    const spec = JSON.stringify({
      spec: { parallelism: 3, suspend: false, backoffLimit: 1, activeDeadlineSeconds: 9 },
    });
    expect(rig.out(`patch job import -p '${spec}'`)).toBe('job.batch/import patched');
    const after = rig.cluster.tables.Job.find('default', 'import')!;
    expect(after.generation).toBe(2);
    expect(after.spec).toMatchObject({ parallelism: 3, suspend: false, backoffLimit: 1, activeDeadlineSeconds: 9 });
    expect(after.spec.selector).toEqual(before.spec.selector);
    expect(after.spec.template).toEqual(before.spec.template);
  });

  test.each([
    ['completionMode', { completionMode: 'NonIndexed' }, 'spec.completionMode: Invalid value: "NonIndexed": field'],
    ['completions', { completions: 5 }, 'spec.completions: Invalid value: 5: can only be modified in tandem with'],
    ['backoffLimitPerIndex', { backoffLimitPerIndex: 1 }, 'spec.backoffLimitPerIndex: Invalid value: 1: field is'],
    ['template', withSpec({ terminationGracePeriodSeconds: 5 }), 'spec.template: Invalid value: {'],
  ])('%s cannot', (_field, spec, message) => {
    expect(patched(spec)).toContain(INVALID + message);
  });

  test('completions can, together with parallelism', () => {
    expect(patched({ completions: 5, parallelism: 5 })).toBe('job.batch/import patched');
  });

  test('where its pods may go can change as long as it is suspended', () => {
    const nodeSelector = withSpec({ nodeSelector: { disk: 'ssd' } });
    const resources = withSpec({
      containers: [{ name: 'app', image: 'import:v1', resources: { requests: { cpu: '1' } } }],
    });
    expect(patched(nodeSelector)).toBe('job.batch/import patched');
    expect(patched(resources)).toBe('job.batch/import patched');
    expect(patched(nodeSelector, { active: 1 })).toContain('spec.template: Invalid value');
    expect(patched({ ...nodeSelector, suspend: false }, STARTED)).toContain('spec.template: Invalid value');
  });

  test('also once it has run, when its suspension is done', () => {
    const suspended = {
      type: 'Suspended',
      status: 'True',
      reason: 'JobSuspended',
      message: '',
      lastUpdateMicros: 0,
      lastTransitionMicros: 0,
    } as const;
    const nodeSelector = withSpec({ nodeSelector: { disk: 'ssd' } });
    expect(patched(nodeSelector, STARTED)).toContain('spec.template: Invalid value');
    expect(patched(nodeSelector, { ...STARTED, conditions: [suspended] })).toBe('job.batch/import patched');
  });
});

/** The fields of `batch/v1` (Kubernetes 1.37), as tables. */
import { objectMeta, podTemplate, selector, templateMeta, typeMeta } from './podShapes.ts';
import { fields, list, type Shape } from './schema.ts';

const podFailurePolicyRule = fields({
  action: 'string',
  onExitCodes: fields({ containerName: 'string', operator: 'string', values: list('integer') }),
  onPodConditions: list(fields({ type: 'string', status: 'string' })),
});

const successPolicyRule = fields({ succeededIndexes: 'string', succeededCount: 'integer' });

const jobSpec = fields({
  parallelism: 'integer',
  completions: 'integer',
  completionMode: 'string',
  backoffLimit: 'integer',
  backoffLimitPerIndex: 'integer',
  maxFailedIndexes: 'integer',
  activeDeadlineSeconds: 'long',
  ttlSecondsAfterFinished: 'integer',
  suspend: 'boolean',
  podFailurePolicy: fields({ rules: list(podFailurePolicyRule) }),
  successPolicy: fields({ rules: list(successPolicyRule) }),
  podReplacementPolicy: 'string',
  managedBy: 'string',
  manualSelector: 'boolean',
  selector,
  template: podTemplate,
});

export const jobShape: Shape = fields({ ...typeMeta, metadata: objectMeta, spec: jobSpec }, { status: 'any' });

export const cronJobShape: Shape = fields(
  {
    ...typeMeta,
    metadata: objectMeta,
    spec: fields({
      schedule: 'string',
      timeZone: 'string',
      startingDeadlineSeconds: 'long',
      concurrencyPolicy: 'string',
      suspend: 'boolean',
      successfulJobsHistoryLimit: 'integer',
      failedJobsHistoryLimit: 'integer',
      jobTemplate: fields({ metadata: templateMeta, spec: jobSpec }),
    }),
  },
  { status: 'any' },
);

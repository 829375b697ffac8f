import type { JsonObject } from '../../../api/types.ts';
import { UsageError } from '../usageError.ts';
import type { Verb, VerbInput } from '../verb.ts';
import { createNew, newObject } from './createJob.ts';

/** `kubectl create cronjob NAME --image=IMAGE --schedule=CRON [--restart=OnFailure] [-- COMMAND …]`. */
export const createCronJob: Verb = {
  name: 'create cronjob',
  flags: [{ name: 'image' }, { name: 'schedule' }, { name: 'restart' }],
  parse: (input) => createNew(input, cronJobFrom(input)),
  foresee: (input) => ({ objects: [newObject(input, cronJobFrom(input))] }),
};

/** @throws UsageError for arguments that are missing. */
function cronJobFrom({ args, flags }: VerbInput): JsonObject {
  const [name, ...command] = args;
  if (name === undefined) throw new UsageError('exactly one NAME is required, got 0');
  const image = flags.text('image') ?? '';
  const schedule = flags.text('schedule') ?? '';
  if (image === '') throw new UsageError('--image must be specified');
  if (schedule === '') throw new UsageError('--schedule must be specified');
  const restartPolicy = flags.text('restart') ?? 'OnFailure';
  const container: JsonObject = { name, image, ...(command.length > 0 && { command: [...command] }) };
  const template: JsonObject = { spec: { containers: [container], restartPolicy } };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name },
    spec: { schedule, jobTemplate: { metadata: { name }, spec: { template } } },
  };
}

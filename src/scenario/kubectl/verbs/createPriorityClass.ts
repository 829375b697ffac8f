import type { JsonObject } from '../../../api/types.ts';
import { UsageError } from '../usageError.ts';
import type { Verb, VerbInput } from '../verb.ts';
import { createNew } from './createJob.ts';

/** `kubectl create priorityclass NAME --value=N [--global-default] [--preemption-policy=Never] [--description=TEXT]`. */
export const createPriorityClass: Verb = {
  name: 'create priorityclass',
  flags: [
    { name: 'value' },
    { name: 'global-default', isSwitch: true },
    { name: 'preemption-policy' },
    { name: 'description' },
  ],
  parse: (input) => createNew(input, classFrom(input)),
};

/** @throws UsageError without a name, or for a value that is no number. */
function classFrom({ args, flags }: VerbInput): JsonObject {
  const [name, another] = args;
  if (name === undefined || another !== undefined) {
    throw new UsageError(`exactly one NAME is required, got ${args.length}`);
  }
  return {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value: flags.integer('value') ?? 0,
    ...(flags.isOn('global-default') && { globalDefault: true }),
    ...((flags.text('description') ?? '') !== '' && { description: flags.text('description')! }),
    preemptionPolicy: flags.text('preemption-policy') ?? 'PreemptLowerPriority',
  };
}

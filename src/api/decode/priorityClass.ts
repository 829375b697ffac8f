/** `scheduling.k8s.io/v1` PriorityClass, whose fields stand beside `metadata`, not below a `spec`. */
import {
  HIGHEST_USER_DEFINABLE_PRIORITY,
  SYSTEM_PRIORITY_CLASS_PREFIX,
  SYSTEM_PRIORITY_CLASSES,
} from '../priorityClasses.ts';
import type { JsonObject, PriorityClassManifest } from '../types.ts';
import { type DecodeContext, failAt } from './context.ts';
import { readPreemptionPolicy } from './priority.ts';
import { readMeta } from './read.ts';

/**
 * @param document defaulted, of checked shape.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readPriorityClass(context: DecodeContext, document: JsonObject): PriorityClassManifest {
  const meta = readMeta(context, document, false);
  const value = typeof document.value === 'number' ? document.value : 0;
  const globalDefault = document.globalDefault === true;
  if (meta.name.startsWith(SYSTEM_PRIORITY_CLASS_PREFIX)) refuseUnknownSystemClass(context, meta.name, value);
  else if (value > HIGHEST_USER_DEFINABLE_PRIORITY) {
    const message = `Forbidden: maximum allowed value of a user defined priority is ${HIGHEST_USER_DEFINABLE_PRIORITY}`;
    failAt(context, ['value'], message);
  }
  const preemptionPolicy = readPreemptionPolicy(context, [], document) ?? 'PreemptLowerPriority';
  return { kind: 'PriorityClass', meta, spec: { value, globalDefault, preemptionPolicy }, manifest: document };
}

function refuseUnknownSystemClass(context: DecodeContext, name: string, value: number): void {
  const known = SYSTEM_PRIORITY_CLASSES.find((systemClass) => systemClass.name === name);
  if (known?.value === value) return;
  const problem =
    known === undefined
      ? `${name} is not a known system priority class`
      : `value of ${name} PriorityClass must be ${known.value}`;
  const prefix = `priority class names with '${SYSTEM_PRIORITY_CLASS_PREFIX}' prefix are reserved for system use only`;
  failAt(context, ['metadata', 'name'], `Forbidden: ${prefix}. error: ${problem}`);
}

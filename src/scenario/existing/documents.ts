/** What the documents of existing objects say beside their specs. */
import { parseRfc3339 } from '../../api/dateTime.ts';
import { objectAt, objectsAt, stringAt } from '../../api/decode/read.ts';
import { InputError } from '../../api/errors.ts';
import type { JsonObject } from '../../api/types.ts';
import type { Condition } from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';

/** Turns the times of documents into those of the run, which begins at 0: what was before is negative. */
export class StateClock {
  private readonly atEpochMicros: number;

  constructor(atEpochMicros: number) {
    this.atEpochMicros = atEpochMicros;
  }

  /**
   * A time field; undefined where it is absent. What lies ahead, by clocks that differ, is now.
   *
   * @throws InputError for what is no time.
   */
  timeAt(object: JsonObject, field: string): Micros | undefined {
    const micros = this.laterAt(object, field);
    return micros === undefined ? undefined : Math.min(0, micros);
  }

  /** The same of a time that may lie ahead. */
  laterAt(object: JsonObject, field: string): Micros | undefined {
    const text = stringAt(object, field);
    if (text === '') return undefined;
    try {
      return parseRfc3339(text).epochMicros - this.atEpochMicros;
    } catch (error) {
      if (error instanceof RangeError) throw new InputError(`${field}: ${error.message}`);
      throw error;
    }
  }
}

/** The API server's uid of an object; empty for one that a user wrote. */
export function uidOf(document: JsonObject): string {
  return stringAt(objectAt(document, 'metadata'), 'uid');
}

/** The controlling owner of an object; undefined without one. */
export function controllerOf(document: JsonObject): { readonly kind: string; readonly uid: string } | undefined {
  const reference = objectsAt(objectAt(document, 'metadata'), 'ownerReferences').find(
    ({ controller }) => controller === true,
  );
  return reference && { kind: stringAt(reference, 'kind'), uid: stringAt(reference, 'uid') };
}

/** A count of a status; absent ones are 0. */
export function countAt(object: JsonObject, field: string): number {
  return optionalCountAt(object, field) ?? 0;
}

export function optionalCountAt(object: JsonObject, field: string): number | undefined {
  const value = object[field];
  return typeof value === 'number' ? value : undefined;
}

export function conditionsOf(status: JsonObject, clock: StateClock): Condition[] {
  return objectsAt(status, 'conditions').map((condition) => {
    const transition = clock.timeAt(condition, 'lastTransitionTime') ?? 0;
    const update = clock.timeAt(condition, 'lastUpdateTime') ?? clock.timeAt(condition, 'lastProbeTime');
    return {
      type: stringAt(condition, 'type'),
      status: stringAt(condition, 'status') as Condition['status'],
      reason: stringAt(condition, 'reason'),
      message: stringAt(condition, 'message'),
      lastUpdateMicros: update ?? transition,
      lastTransitionMicros: transition,
    };
  });
}

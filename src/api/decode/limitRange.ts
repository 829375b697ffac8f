/** `v1` LimitRange. */
import type { FieldPath } from '../path.ts';
import { parseQuantity } from '../quantity.ts';
import { displayQuantity } from '../quantityNotation.ts';
import type { JsonObject, LimitRangeItem, LimitRangeManifest, Quantities } from '../types.ts';
import { type DecodeContext, failAt, parseAt } from './context.ts';
import { objectAt, objectsAt, readMeta, stringAt } from './read.ts';
import { invalid } from './refusals.ts';
import { refuseUnknownResources } from './resources.ts';

const TYPES: readonly string[] = ['Container', 'PersistentVolumeClaim', 'Pod'];
const AMOUNTS = ['min', 'max', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

/** Of two amounts the first must not be greater: which field is told of it, and what both are called. */
const IN_ORDER = [
  ['min', 'max', 'min', 'min', 'max'],
  ['min', 'defaultRequest', 'defaultRequest', 'min', 'default request'],
  ['defaultRequest', 'max', 'defaultRequest', 'default request', 'max'],
  ['defaultRequest', 'default', 'defaultRequest', 'default request', 'default limit'],
  ['min', 'default', 'default', 'min', 'default'],
  ['default', 'max', 'default', 'default', 'max'],
] as const;

/**
 * @param document defaulted, of checked shape.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readLimitRange(context: DecodeContext, document: JsonObject): LimitRangeManifest {
  const meta = readMeta(context, document, true);
  const path = ['spec', 'limits'];
  const limits = objectsAt(objectAt(document, 'spec'), 'limits').map((item, index) => {
    return readItem(context, [...path, index], item);
  });
  const twice = limits.findIndex(({ type }, index) => limits.findIndex((other) => other.type === type) < index);
  if (twice >= 0) {
    failAt(context, [...path, twice, 'type'], `Duplicate value: ${JSON.stringify(limits[twice]!.type)}`);
  }
  return { kind: 'LimitRange', meta, spec: { limits }, manifest: document };
}

function readItem(context: DecodeContext, path: FieldPath, item: JsonObject): LimitRangeItem {
  const type = stringAt(item, 'type');
  if (!TYPES.includes(type) && !type.includes('/')) {
    invalid(context, [...path, 'type'], type, 'must be a standard limit type or fully qualified');
  }
  const amounts = Object.fromEntries(AMOUNTS.map((field) => [field, readQuantities(context, path, item, field)]));
  const read = { type, ...amounts } as unknown as LimitRangeItem;
  for (const field of AMOUNTS) {
    if (type !== 'PersistentVolumeClaim') refuseUnknownResources(context, [...path, field], item[field]);
  }
  for (const field of ['default', 'defaultRequest'] as const) {
    if (type !== 'Pod' || Object.keys(read[field]).length === 0) continue;
    failAt(context, [...path, field], "Forbidden: may not be specified when `type` is 'Pod'", undefined, 'key');
  }
  if (type === 'PersistentVolumeClaim' && read.min.storage === undefined && read.max.storage === undefined) {
    const message = 'either minimum or maximum storage value is required, but neither was provided';
    failAt(context, [...path, 'limits'], `Required value: ${message}`);
  }
  refuseDisorder(context, path, read);
  return read;
}

function readQuantities(
  context: DecodeContext,
  path: FieldPath,
  item: JsonObject,
  field: (typeof AMOUNTS)[number],
): Quantities {
  const quantities = objectAt(item, field) as Record<string, string | number>;
  for (const name of Object.keys(quantities)) {
    parseAt(context, [...path, field, name], () => parseQuantity(quantities[name]!));
  }
  return quantities;
}

function refuseDisorder(context: DecodeContext, path: FieldPath, item: LimitRangeItem): void {
  for (const [lower, upper, field, lowerName, upperName] of IN_ORDER) {
    for (const name of Object.keys(item[lower])) {
      const [low, high] = [item[lower][name]!, item[upper][name]];
      if (high === undefined || parseQuantity(low) <= parseQuantity(high)) continue;
      const message = `${lowerName} value ${displayQuantity(low)} is greater than ${upperName} value ${displayQuantity(high)}`;
      invalid(context, [...path, field, name], item[field][name]!, message);
    }
  }
  for (const [name, ratio] of Object.entries(item.maxLimitRequestRatio)) {
    if (parseQuantity(ratio) >= 1) continue;
    invalid(context, [...path, 'maxLimitRequestRatio', name], ratio, `ratio ${displayQuantity(ratio)} is less than 1`);
  }
}

import { parseCpuMilli, parseWhole } from '../../api/quantity.ts';
import { formatQuantity, notationOf, type QuantityNotation } from '../../api/quantityNotation.ts';

/** So much of a resource: milli-cores of cpu, whole units of anything else, as in `spec.hard` of a quota. */
export interface Amount {
  readonly value: number;
  /** In which sums of it are printed. */
  readonly notation: QuantityNotation;
}

/** What one object uses, by the names by which quotas limit it: `pods`, `requests.cpu`, `count/jobs.batch`. */
export type Usage = ReadonlyMap<string, Amount>;

export const ONE: Amount = { value: 1, notation: 'DecimalSI' };

const CPU: ReadonlySet<string> = new Set(['cpu', 'requests.cpu', 'limits.cpu']);

/** @param quantity a valid one */
export function readAmount(resource: string, quantity: string | number): Amount {
  const value = CPU.has(resource) ? parseCpuMilli(quantity) : parseWhole(quantity);
  return { value, notation: notationOf(quantity) };
}

/** As upstream's `Quantity.String()` prints it. */
export function formatAmount(resource: string, { value, notation }: Amount): string {
  return formatQuantity(value, CPU.has(resource) ? -3 : 0, notation);
}

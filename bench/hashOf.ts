import { createHash } from 'node:crypto';

/** A short hash over a result. JSON keeps the order of fields, which simulations make the same way every time. */
export function hashOf(result: unknown): string {
  return createHash('sha256').update(JSON.stringify(result)).digest('hex').slice(0, 16);
}

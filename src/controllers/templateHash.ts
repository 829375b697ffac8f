import { safeEncode } from '../cluster/index.ts';
import { hashString } from '../kernel/randomStreams.ts';

/** Name suffix and label of a template; differs for every template and collision, as upstream's `ComputeHash` does. */
export function templateHash(canonical: string, collisionCount: number): string {
  return safeEncode(String(hashString(canonical, collisionCount)));
}

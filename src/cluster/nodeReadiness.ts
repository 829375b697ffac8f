import type { Micros } from '../kernel/time.ts';
import type { Node } from './objects.ts';

/** A node's condition Ready where it is not True. */
export interface NodeReadiness {
  readonly status: 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly sinceMicros: Micros;
}

/** Status of the node's condition Ready. */
export function readyStatus({ readiness }: Node): 'True' | 'False' | 'Unknown' {
  return readiness?.status ?? 'True';
}

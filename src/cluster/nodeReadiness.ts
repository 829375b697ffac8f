import type { Micros } from '../kernel/time.ts';
import type { Node } from './objects.ts';

/** A node's condition Ready. */
export interface NodeReadiness {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly sinceMicros: Micros;
}

/** As a kubelet posts it that has nothing to complain of. */
export function kubeletReady(sinceMicros: Micros): NodeReadiness {
  return { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status', sinceMicros };
}

/** Status of the node's condition Ready. */
export function readyStatus({ readiness }: Node): NodeReadiness['status'] {
  return readiness?.status ?? 'True';
}

/** The node's condition Ready. */
export function readyCondition({ readiness, creationMicros }: Node): NodeReadiness {
  return readiness ?? kubeletReady(creationMicros);
}

import type { Micros } from '../kernel/time.ts';
import type { ContainerRuntime } from './containerRuntime.ts';

/**
 * Upstream's `killContainersWithSyncResult` with its termination order: preStop hooks all begin now, SIGTERM goes to the
 * containers at once, and to a sidecar when they and all sidecars after it have ended, or when the grace period is up.
 */
export function killContainers(
  initContainers: readonly ContainerRuntime[],
  containers: readonly ContainerRuntime[],
  nowMicros: Micros,
  graceSeconds: number,
): void {
  let turnMicros = nowMicros;
  for (const container of containers) {
    container.stop(nowMicros, graceSeconds, nowMicros);
    turnMicros = Math.max(turnMicros, container.endMicros);
  }
  for (const container of initContainers.toReversed()) {
    if (container.plan.kind === 'init') {
      container.stop(nowMicros, graceSeconds, nowMicros);
    } else {
      container.stop(nowMicros, graceSeconds, turnMicros);
      turnMicros = Math.max(turnMicros, container.endMicros);
    }
  }
}

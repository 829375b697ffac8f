import type { Container, PodSpec, Probe } from '../api/types.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';

/** True when some container of the pod has a readiness or startup probe, so that readiness is probed for. */
export function hasReadinessProbes(spec: PodSpec): boolean {
  return probedContainers(spec).some(
    (container) => container.readinessProbe !== undefined || container.startupProbe !== undefined,
  );
}

/**
 * Time from the containers' start to the pod being Ready, for an application that serves `servesAfterMicros` after the
 * start. A container without probes is ready when the application is; one with probes at the first check that succeeds.
 */
export function readyAfterMicros(spec: PodSpec, servesAfterMicros: Micros): Micros {
  let latest = 0;
  let isProbed = false;
  for (const container of probedContainers(spec)) {
    if (container.readinessProbe === undefined && container.startupProbe === undefined) continue;
    isProbed = true;
    latest = Math.max(latest, containerReadyAfterMicros(container, servesAfterMicros));
  }
  return isProbed ? latest : servesAfterMicros;
}

function probedContainers(spec: PodSpec): readonly Container[] {
  return [...spec.containers, ...spec.initContainers.filter((container) => container.isSidecar)];
}

/**
 * The kubelet starts its probe worker's ticker with the container. A check before `initialDelaySeconds` is skipped, so
 * the first one comes with the first tick after it; readiness waits for the startup probe and is then checked at once.
 */
function containerReadyAfterMicros(container: Container, servesAfterMicros: Micros): Micros {
  const { startupProbe, readinessProbe } = container;
  const startedAfter = startupProbe === undefined ? 0 : firstSuccessMicros(startupProbe, 0, servesAfterMicros);
  if (readinessProbe === undefined) return startedAfter;
  return firstSuccessMicros(readinessProbe, startedAfter, servesAfterMicros);
}

/** First tick from `fromMicros` on at which the probe has succeeded often enough. */
function firstSuccessMicros(probe: Probe, fromMicros: Micros, servesAfterMicros: Micros): Micros {
  const period = Math.max(1, probe.periodSeconds) * MICROS_PER_SECOND;
  const earliest = Math.max(probe.initialDelaySeconds * MICROS_PER_SECOND, servesAfterMicros);
  const ticks = Math.max(0, Math.ceil((earliest - fromMicros) / period));
  return fromMicros + (ticks + probe.successThreshold - 1) * period;
}

import type { Node } from '../../cluster/index.ts';

/** How much of a zone does not report. */
export type ZoneState = 'Normal' | 'PartialDisruption' | 'FullDisruption';

/** Nodes of a zone by their condition Ready. */
export interface ZoneCount {
  ready: number;
  notReady: number;
}

/** Fewer than this many do not make a partial disruption, whatever their share. */
const FEWEST_FOR_PARTIAL = 3;

const REGION_LABEL = 'topology.kubernetes.io/region';
const ZONE_LABEL = 'topology.kubernetes.io/zone';

/** Upstream's `ComputeZoneState`. */
export function computeZoneState({ ready, notReady }: ZoneCount, unhealthyZoneThreshold: number): ZoneState {
  if (ready === 0 && notReady > 0) return 'FullDisruption';
  const isPartial = notReady >= FEWEST_FOR_PARTIAL && notReady / (notReady + ready) >= unhealthyZoneThreshold;
  return isPartial ? 'PartialDisruption' : 'Normal';
}

/** Upstream's `GetZoneKey`: zones of two regions may share a name. Nodes without either are a zone of their own. */
export function zoneKey({ meta: { labels } }: Node): string {
  return `${labels[REGION_LABEL] ?? ''}\n${labels[ZONE_LABEL] ?? ''}`;
}

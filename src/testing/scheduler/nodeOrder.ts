import type { StringMap } from '../../api/types.ts';

/**
 * The order in which nodes are looked at: one of each zone in turn, zones and the nodes of a zone in the order in which
 * they came.
 */
export class VisitingOrder {
  private readonly zones = new Map<string, string[]>();

  add(name: string, labels: StringMap): void {
    const zone = zoneOf(labels);
    this.zones.set(zone, [...(this.zones.get(zone) ?? []), name]);
  }

  remove(name: string, labels: StringMap): void {
    const zone = zoneOf(labels);
    const rest = this.zones.get(zone)!.filter((other) => other !== name);
    if (rest.length === 0) this.zones.delete(zone);
    else this.zones.set(zone, rest);
  }

  /** A node that changes its zone is the newest of the other one. */
  update(name: string, before: StringMap, after: StringMap): void {
    if (zoneOf(before) === zoneOf(after)) return;
    this.remove(name, before);
    this.add(name, after);
  }

  names(): string[] {
    const zones = [...this.zones.values()];
    const longest = Math.max(0, ...zones.map((names) => names.length));
    const names: string[] = [];
    for (let turn = 0; turn < longest; turn++) {
      for (const zone of zones) if (turn < zone.length) names.push(zone[turn]!);
    }
    return names;
  }
}

function zoneOf(labels: StringMap): string {
  return `${labels['topology.kubernetes.io/region'] ?? ''} ${labels['topology.kubernetes.io/zone'] ?? ''}`;
}

import type { ScalingRules } from '../../api/types.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';

interface Recommendation {
  readonly replicas: number;
  readonly atMicros: Micros;
}

interface ScaleEvent {
  readonly change: number;
  readonly atMicros: Micros;
}

/** What the controller remembers of one autoscaler: it is in no object, and lost with the controller. */
export class ScalingMemory {
  private recommendations: Recommendation[] = [];
  private readonly scaleUps: ScaleEvent[] = [];
  private readonly scaleDowns: ScaleEvent[] = [];

  /** The first time that an autoscaler is seen, its target is as it should be. */
  begin(replicas: number, nowMicros: Micros): void {
    if (this.recommendations.length === 0) this.recommendations.push({ replicas, atMicros: nowMicros });
  }

  /**
   * Adds a recommendation.
   *
   * @param cutoffMicros what is older is of no account any more
   */
  recommend(replicas: number, nowMicros: Micros, cutoffMicros: Micros): void {
    const old = this.recommendations.findLastIndex(({ atMicros }) => atMicros < cutoffMicros);
    if (old === -1) this.recommendations.push({ replicas, atMicros: nowMicros });
    else this.recommendations[old] = { replicas, atMicros: nowMicros };
  }

  /** Every recommendation that still counts was this one. */
  isSteady(replicas: number, cutoffMicros: Micros): boolean {
    return this.since(cutoffMicros).every((recommended) => recommended === replicas);
  }

  /** To be called after a time in which it was steady, and which ended now. */
  renew(atMicros: Micros): void {
    const last = this.recommendations.at(-1);
    if (last !== undefined) this.recommendations = [{ replicas: last.replicas, atMicros }];
  }

  /** Recommendations younger than `cutoffMicros`, or just as old. */
  since(cutoffMicros: Micros): number[] {
    return this.recommendations.flatMap(({ replicas, atMicros }) => (atMicros < cutoffMicros ? [] : [replicas]));
  }

  /** Recommendations younger than `cutoffMicros`. */
  after(cutoffMicros: Micros): number[] {
    return this.recommendations.flatMap(({ replicas, atMicros }) => (atMicros > cutoffMicros ? [replicas] : []));
  }

  /** @param longestSeconds longest period of the policies: events older than that make room */
  scaled(from: number, to: number, nowMicros: Micros, longestSeconds: number): void {
    const events = to > from ? this.scaleUps : this.scaleDowns;
    const event = { change: Math.abs(to - from), atMicros: nowMicros };
    const old = events.findLastIndex(({ atMicros }) => atMicros < nowMicros - longestSeconds * MICROS_PER_SECOND);
    if (old === -1) events.push(event);
    else events[old] = event;
  }

  /** How many replicas a scaling up may lead to (upstream's `calculateScaleUpLimitWithScalingRules`). */
  scaleUpLimit(current: number, rules: ScalingRules, nowMicros: Micros): number {
    if (rules.selectPolicy === 'Disabled') return current;
    const proposals = rules.policies.map(({ type, value, periodSeconds }) => {
      const start = this.atStartOf(periodSeconds, current, nowMicros);
      return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
    });
    return rules.selectPolicy === 'Min' ? Math.min(...proposals) : Math.max(...proposals);
  }

  /** The same of a scaling down. */
  scaleDownLimit(current: number, rules: ScalingRules, nowMicros: Micros): number {
    if (rules.selectPolicy === 'Disabled') return current;
    const proposals = rules.policies.map(({ type, value, periodSeconds }) => {
      const start = this.atStartOf(periodSeconds, current, nowMicros);
      return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
    });
    return rules.selectPolicy === 'Min' ? Math.max(...proposals) : Math.min(...proposals);
  }

  private atStartOf(periodSeconds: number, current: number, nowMicros: Micros): number {
    const cutoffMicros = nowMicros - periodSeconds * MICROS_PER_SECOND;
    return current - changeSince(this.scaleUps, cutoffMicros) + changeSince(this.scaleDowns, cutoffMicros);
  }
}

function changeSince(events: readonly ScaleEvent[], cutoffMicros: Micros): number {
  return events.reduce((sum, { change, atMicros }) => (atMicros > cutoffMicros ? sum + change : sum), 0);
}

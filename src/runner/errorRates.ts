import type { BehaviorTable } from '../kubelet/index.ts';
import type { LoadStep } from '../kubelet/usage.ts';
import type { Scenario } from '../scenario/types.ts';

/** What share of the requests to a pod fails, and which rules say so to no avail. */
export class ErrorRates {
  private readonly rules: Scenario['behavior'];
  private readonly table: BehaviorTable;
  private readonly met = new Set<Scenario['behavior'][number]>();

  constructor(rules: Scenario['behavior'], table: BehaviorTable) {
    this.rules = rules;
    this.table = table;
  }

  /** To be asked of pods that a Service leads to. */
  of(pod: number): number {
    const rule = this.table.ruleOf(pod);
    this.met.add(rule);
    return rule.errorRate;
  }

  /** Requests a second to all pods of the pod's rule together, over time; undefined where the rule does not say. */
  requestRateOf(pod: number): readonly LoadStep[] | undefined {
    return this.table.ruleOf(pod).load?.requestsPerSecond;
  }

  /** One sentence for each rule whose pods no request came to. */
  warnings(): string[] {
    return this.rules.flatMap((rule, index) => {
      if (rule.errorRate === 0 || this.met.has(rule)) return [];
      return [`behavior[${index}].errorRate: no Service led to a ready pod of the rule`];
    });
  }
}

import type { CompiledTemplate } from '../cluster/index.ts';
import type { BehaviorRule } from './behavior.ts';
import { isSimple, type PodPlan, planPod } from './podPlan.ts';

/** Plan of pods that need none. */
export const SIMPLE = 'simple';

/** The plans of pods, made once for each rule and template. */
export class PodPlans {
  private readonly byRule = new Map<BehaviorRule, (PodPlan | typeof SIMPLE)[]>();

  planOf(rule: BehaviorRule, template: CompiledTemplate): PodPlan | typeof SIMPLE {
    let byTemplate = this.byRule.get(rule);
    if (byTemplate === undefined) {
      byTemplate = [];
      this.byRule.set(rule, byTemplate);
    }
    let plan = byTemplate[template.id];
    if (plan === undefined) {
      plan = isSimple(rule, template.spec) ? SIMPLE : planPod(rule, template.spec);
      byTemplate[template.id] = plan;
    }
    return plan;
  }
}

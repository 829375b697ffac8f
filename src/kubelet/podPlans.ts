import type { CompiledTemplate } from '../cluster/index.ts';
import type { BehaviorRule, ContainerBehavior } from './behavior.ts';
import { type PodPlan, planPod } from './podPlan.ts';

/** The plans of pods, made once for each rule and template, and what of the rules comes to nothing. */
export class PodPlans {
  private readonly rules: readonly BehaviorRule[];
  private readonly byRule = new Map<BehaviorRule, PodPlan[]>();
  /** Container names of each rule that no pod has had so far. */
  private readonly unknownNames = new Map<BehaviorRule, Set<string>>();
  private readonly complaints = new Set<string>();

  constructor(rules: readonly BehaviorRule[]) {
    this.rules = rules;
  }

  planOf(rule: BehaviorRule, template: CompiledTemplate): PodPlan {
    let byTemplate = this.byRule.get(rule);
    if (byTemplate === undefined) {
      byTemplate = [];
      this.byRule.set(rule, byTemplate);
      this.unknownNames.set(rule, new Set(rule.containers.keys()));
    }
    let plan = byTemplate[template.id];
    if (plan === undefined) {
      plan = planPod(rule, template.spec);
      byTemplate[template.id] = plan;
      this.check(rule, template);
    }
    return plan;
  }

  /** A sentence for each container and each volume that a rule speaks of in vain. */
  warnings(): string[] {
    const unknown = [...this.unknownNames].flatMap(([rule, names]) =>
      [...names].map(
        (name) => `${this.placeOf(rule, name)}: no pod that the rule matches has a container of this name`,
      ),
    );
    return [...this.complaints, ...unknown];
  }

  private check(rule: BehaviorRule, { spec }: CompiledTemplate): void {
    const containers = [...spec.initContainers, ...spec.containers];
    const written = new Set([...rule.containers.values()].map(({ writes }) => writes));
    for (const { name, volumeMounts } of containers) {
      const own: ContainerBehavior = rule.containers.get(name) ?? {};
      this.unknownNames.get(rule)!.delete(name);
      for (const word of ['writes', 'reads'] as const) {
        const volume = own[word];
        if (volume === undefined) continue;
        const place = `${this.placeOf(rule, name)}.${word}`;
        if (!volumeMounts.includes(volume)) {
          this.complaints.add(`${place}: the container does not mount a volume ${JSON.stringify(volume)}: ignored`);
        } else if (!written.has(volume)) {
          this.complaints.add(`${place}: no container writes ${JSON.stringify(volume)}, which it waits for`);
        }
      }
    }
  }

  private placeOf(rule: BehaviorRule, name: string): string {
    return `behavior[${this.rules.indexOf(rule)}].containers.${name}`;
  }
}

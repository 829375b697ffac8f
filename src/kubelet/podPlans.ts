import type { CompiledTemplate } from '../cluster/index.ts';
import type { BehaviorRule } from './behavior.ts';
import { type ContainerPlan, isAtOnce, type PodPlan, planPod } from './podPlan.ts';

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
      this.check(rule, plan);
    }
    return plan;
  }

  /** A sentence for each rule that counted for no pod, and for each container and volume that one speaks of in vain. */
  warnings(): string[] {
    const idle = this.rules
      .filter((rule) => !this.byRule.has(rule))
      .map(
        (rule) => `${this.placeOf(rule)} counted for no pod: none that started matches it, or an earlier rule does too`,
      );
    const unknown = [...this.unknownNames].flatMap(([rule, names]) =>
      [...names].map(
        (name) => `${this.placeOf(rule, name)}: no pod that the rule matches has a container of this name`,
      ),
    );
    return [...idle, ...this.complaints, ...unknown];
  }

  private check(rule: BehaviorRule, plan: PodPlan): void {
    const written = new Set([...rule.containers.values()].map(({ writes }) => writes));
    for (const container of [...plan.initContainers, ...plan.containers]) {
      const { name } = container.container;
      this.unknownNames.get(rule)!.delete(name);
      this.checkWords(rule, container);
      for (const word of ['writes', 'reads'] as const) {
        const volume = rule.containers.get(name)?.[word];
        if (volume === undefined) continue;
        const place = `${this.placeOf(rule, name)}.${word}`;
        if (container[word] === undefined) {
          this.complaints.add(`${place}: the container does not mount a volume ${JSON.stringify(volume)}: ignored`);
        } else if (!written.has(volume)) {
          this.complaints.add(`${place}: no container writes ${JSON.stringify(volume)}, which it waits for`);
        }
      }
    }
  }

  /** Words that can come to nothing in a container of this template. */
  private checkWords(rule: BehaviorRule, { container, delays, exitCode, ownDelays }: ContainerPlan): void {
    const { name, readinessProbe, livenessProbe, startupProbe } = container;
    const isProbed = (readinessProbe ?? livenessProbe ?? startupProbe) !== undefined;
    if (delays.hang.kind !== 'never' && !isProbed) {
      const place = ownDelays.has('hang') ? this.placeOf(rule, name) : this.placeOf(rule);
      this.complaints.add(`${place}.hang: container ${name} has no probe that would notice`);
    }
    if (livenessProbe === undefined && !isAtOnce(delays.live)) {
      const place = ownDelays.has('live') ? this.placeOf(rule, name) : this.placeOf(rule);
      this.complaints.add(`${place}.live: container ${name} has no liveness probe`);
    }
    if (delays.run.kind !== 'never' || (exitCode.kind === 'constant' && exitCode.code === 0)) return;
    const place = rule.containers.get(name)?.exitCode === undefined ? this.placeOf(rule) : this.placeOf(rule, name);
    this.complaints.add(`${place}.exitCode: container ${name} never ends by itself: it has no run`);
  }

  private placeOf(rule: BehaviorRule, container?: string): string {
    const place = `behavior[${this.rules.indexOf(rule)}]`;
    return container === undefined ? place : `${place}.containers.${container}`;
  }
}

import type { Cluster } from '../cluster/index.ts';
import { type BehaviorMatch, type BehaviorRule, DEFAULT_BEHAVIOR, isImageMatched } from './behavior.ts';

const TEMPLATES_PER_OWNER = 2 ** 24;

/** Finds the rule of a pod: the first that matches, else the default. */
export class BehaviorTable {
  private readonly cluster: Cluster;
  private readonly rules: readonly BehaviorRule[];
  /** By owner and template, which decide together for all pods that have them. */
  private readonly ruleByKind = new Map<number, BehaviorRule>();
  private readonly hasLabelRules: boolean;
  private readonly dealt = new Map<BehaviorRule, Map<string, number>>();

  constructor(cluster: Cluster, rules: readonly BehaviorRule[]) {
    this.cluster = cluster;
    this.rules = rules;
    this.hasLabelRules = rules.some(({ match }) => match.labels !== undefined);
    cluster.replicaSets.observe((before, after) => {
      if (before === undefined || after === undefined || before.ownerUid === after.ownerUid) return;
      // Pods that a Deployment left behind stay as they were.
      if (after.ownerUid !== -1) this.forget(after.uid);
    });
  }

  ruleOf(pod: number): BehaviorRule {
    const { pods } = this.cluster;
    const owner = pods.owner[pod]!;
    // Pods with an ordinal or a completion index have labels of their own.
    const isOneOfItsKind = this.hasLabelRules && pods.index[pod] !== -1;
    if (owner === -1 || isOneOfItsKind) return this.find(pod);
    const key = owner * TEMPLATES_PER_OWNER + pods.template[pod]!;
    let rule = this.ruleByKind.get(key);
    if (rule === undefined) {
      rule = this.find(pod);
      this.ruleByKind.set(key, rule);
    }
    return rule;
  }

  /** Number of the next pod of this rule and image, in the order of creation: the index into its sequences. */
  deal(rule: BehaviorRule, image: string): number {
    let byImage = this.dealt.get(rule);
    if (byImage === undefined) {
      byImage = new Map();
      this.dealt.set(rule, byImage);
    }
    const index = byImage.get(image) ?? 0;
    byImage.set(image, index + 1);
    return index;
  }

  private forget(owner: number): void {
    for (const key of this.ruleByKind.keys()) {
      if (Math.floor(key / TEMPLATES_PER_OWNER) === owner) this.ruleByKind.delete(key);
    }
  }

  private find(pod: number): BehaviorRule {
    return this.rules.find((rule) => this.matches(rule.match, pod)) ?? DEFAULT_BEHAVIOR;
  }

  private matches(match: BehaviorMatch, pod: number): boolean {
    if (match.image !== undefined && !isImageMatched(match.image, this.cluster.templateOf(pod).image)) return false;
    if (match.labels !== undefined && !this.cluster.selects(match.labels, this.cluster.labelsOf(pod))) return false;
    return match.workload === undefined || this.belongsTo(match.workload, pod);
  }

  private belongsTo(workload: { readonly kind: string; readonly name: string }, pod: number): boolean {
    if (workload.kind === 'pod') return this.cluster.podName(pod) === workload.name;
    const owner = this.cluster.ownerOf(pod);
    if (owner === undefined) return false;
    if (owner.kind.toLowerCase() === workload.kind) return owner.name === workload.name;
    const top = this.cluster.workloadOf(owner);
    return top.kind.toLowerCase() === workload.kind && top.name === workload.name;
  }
}

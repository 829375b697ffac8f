import { isJsonObject } from '../api/canonical.ts';
import { parseCpuMilli } from '../api/quantity.ts';
import type { JsonObject } from '../api/types.ts';
import {
  type Cluster,
  POD_EXISTS,
  POD_FINISHED,
  POD_READY,
  POD_RUNNING,
  type PodMetrics,
  type PodMetricsSource,
} from '../cluster/index.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import type { BehaviorRule } from './behavior.ts';
import { BehaviorTable } from './behaviorTable.ts';
import { loadAt, nextStepMicros, type UsageAmounts } from './usage.ts';

type Resource = keyof UsageAmounts;

/** Ready pods that share a load. */
interface Sharers {
  count: number;
}

/**
 * Kubelets and metrics-server together: what each running pod uses, at the very moment, as the recordings in
 * `workloads/conformance` have it.
 */
export class PodUsage implements PodMetricsSource {
  readonly windowMicros: Micros = 10 * MICROS_PER_SECOND;
  private readonly cluster: Cluster;
  private readonly table: BehaviorTable;
  private readonly rules: readonly BehaviorRule[];
  private readonly isUsed: boolean;
  /** Rules that somebody wanted to know of. */
  private readonly asked = new Set<BehaviorRule>();
  /** When the containers of a pod that runs were started. */
  private readonly startedMicros = new Map<number, Micros>();
  private readonly limitByTemplate = new Map<number, number>();
  /** Who shares the load of a rule; undefined: to be counted anew. */
  private sharers: Map<BehaviorRule, Sharers> | undefined;

  constructor(cluster: Cluster, rules: readonly BehaviorRule[]) {
    this.cluster = cluster;
    this.table = new BehaviorTable(cluster, rules);
    this.rules = rules;
    this.isUsed = rules.some(({ usage, load }) => usage !== undefined || load !== undefined);
    if (this.isUsed) cluster.observePods((pod, before, after, atMicros) => this.note(pod, before, after, atMicros));
  }

  sampleOf(pod: number): PodMetrics | undefined {
    if (!this.isUsed || !isRunning(this.cluster.pods.state[pod]!)) return undefined;
    const rule = this.table.ruleOf(pod);
    if (rule.usage === undefined && rule.load === undefined) return undefined;
    this.asked.add(rule);
    const cpuMilli = this.amountOf(pod, 'cpuMilli');
    return {
      cpuMilli: cpuMilli === undefined ? undefined : Math.floor(Math.min(cpuMilli, this.cpuLimitOf(pod))),
      memoryBytes: this.amountOf(pod, 'memoryBytes'),
    };
  }

  nextChangeMicros(pod: number): Micros {
    if (!this.isUsed) return Number.POSITIVE_INFINITY;
    const { usage, load } = this.table.ruleOf(pod);
    const now = this.cluster.kernel.nowMicros;
    const next = load === undefined ? Number.POSITIVE_INFINITY : nextStepMicros(load, now);
    if (usage?.startup === undefined || !isRunning(this.cluster.pods.state[pod]!)) return next;
    const end = this.startedMicros.get(pod)! + usage.startup.forMicros;
    return end > now ? Math.min(next, end) : next;
  }

  /** One sentence for each rule whose pods no autoscaler looked at. */
  warnings(): string[] {
    return this.rules.flatMap((rule, index) => {
      if (this.asked.has(rule)) return [];
      return (['usage', 'load'] as const).flatMap((field) =>
        rule[field] === undefined
          ? []
          : [`behavior[${index}].${field}: no HorizontalPodAutoscaler looked at a running pod of the rule`],
      );
    });
  }

  private note(pod: number, before: number, after: number, atMicros: Micros): void {
    if ((before & POD_READY) !== (after & POD_READY) || before === after) this.sharers = undefined;
    if (isRunning(after) && !isRunning(before)) this.startedMicros.set(pod, atMicros);
    else if ((after & POD_EXISTS) === 0) this.startedMicros.delete(pod);
  }

  private amountOf(pod: number, resource: Resource): number | undefined {
    const rule = this.table.ruleOf(pod);
    const own = this.ownUsage(pod, rule)?.[resource];
    const steps = rule.load?.[resource];
    if (steps === undefined) return own;
    const isReady = (this.cluster.pods.state[pod]! & POD_READY) !== 0;
    const share = isReady ? loadAt(steps, this.cluster.kernel.nowMicros) / this.sharersOf(rule) : 0;
    return (own ?? 0) + share;
  }

  private ownUsage(pod: number, { usage }: BehaviorRule): UsageAmounts | undefined {
    if (usage?.startup === undefined) return usage;
    const sinceMicros = this.cluster.kernel.nowMicros - this.startedMicros.get(pod)!;
    return sinceMicros < usage.startup.forMicros ? { ...usage, ...usage.startup } : usage;
  }

  private sharersOf(rule: BehaviorRule): number {
    // A pod may have come under another rule without becoming ready: by its labels, or by whose it is.
    if (this.sharers?.has(rule) !== true) this.sharers = this.countSharers();
    return this.sharers.get(rule)!.count;
  }

  /**
   * Clients send their requests to all ready pods alike: the pods of one rule share its load, and so do those of several
   * rules in one workload, as the old and the new version during a rollout. Each then uses what its own rule says.
   */
  private countSharers(): Map<BehaviorRule, Sharers> {
    const byRule = new Map<BehaviorRule, Sharers>();
    const byWorkload = new Map<number, Sharers>();
    const { pods } = this.cluster;
    for (let pod = 0; pod < pods.rowCount; pod++) {
      const state = pods.state[pod]!;
      if (!isRunning(state) || (state & POD_READY) === 0) continue;
      const rule = this.table.ruleOf(pod);
      if (rule.load === undefined) continue;
      const workload = this.workloadOf(pod);
      const ofRule = byRule.get(rule) ?? { count: 0 };
      const ofWorkload = workload === -1 ? ofRule : (byWorkload.get(workload) ?? ofRule);
      if (ofRule !== ofWorkload) merge(ofRule, ofWorkload, byRule, byWorkload);
      ofWorkload.count++;
      byRule.set(rule, ofWorkload);
      if (workload !== -1) byWorkload.set(workload, ofWorkload);
    }
    return byRule;
  }

  /** Uid of the Deployment, or of what controls the pod itself; -1 for a bare pod. */
  private workloadOf(pod: number): number {
    const owner = this.cluster.ownerOf(pod);
    if (owner === undefined) return -1;
    return owner.kind === 'ReplicaSet' && owner.rootUid !== -1 ? owner.rootUid : owner.uid;
  }

  /** A pod that wants more cpu than it may have is throttled; one container without a limit takes what there is. */
  private cpuLimitOf(pod: number): number {
    const template = this.cluster.templateOf(pod);
    let limit = this.limitByTemplate.get(template.id);
    if (limit === undefined) this.limitByTemplate.set(template.id, (limit = firstContainerLimit(template.manifest)));
    return limit;
  }
}

/** All who share with either of the two share with both. */
function merge(
  from: Sharers,
  into: Sharers,
  byRule: Map<BehaviorRule, Sharers>,
  byWorkload: Map<number, Sharers>,
): void {
  into.count += from.count;
  for (const sharers of [byRule, byWorkload] as Map<unknown, Sharers>[]) {
    for (const [key, value] of sharers) if (value === from) sharers.set(key, into);
  }
}

function isRunning(state: number): boolean {
  return (state & (POD_RUNNING | POD_FINISHED)) === POD_RUNNING;
}

/** Of a template's document, `{spec}` or the whole pod. */
function firstContainerLimit({ spec }: JsonObject): number {
  const containers = isJsonObject(spec) && Array.isArray(spec.containers) ? spec.containers : [];
  const resources = isJsonObject(containers[0]) ? containers[0].resources : undefined;
  const limits = isJsonObject(resources) ? resources.limits : undefined;
  const cpu = isJsonObject(limits) ? limits.cpu : undefined;
  return cpu === undefined ? Number.POSITIVE_INFINITY : parseCpuMilli(cpu as string | number);
}

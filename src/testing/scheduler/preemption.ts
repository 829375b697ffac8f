import { type Decision, filtersFor, judge, type WeightedPlugin } from './decision.ts';
import { selects } from './selectors.ts';
import type { World, WorldNode, WorldPod } from './world.ts';

const NO_VICTIMS = 'No preemption victims found for incoming pod';
const NOT_HELPFUL = 'Preemption is not helpful for scheduling';

/** A node on which the pod would fit without some pods of lower priority. */
export interface Candidate {
  readonly node: WorldNode;
  /** Pods that have to go. */
  readonly victims: readonly WorldPod[];
  /** How many of them a budget protects. */
  readonly violations: number;
  /** Of some equally important pods not all have to go: either can be spared. */
  readonly isAmbiguous: boolean;
}

export interface Preemption {
  /** Why the pod may not preempt others. */
  readonly refusal: string | undefined;
  readonly candidates: readonly Candidate[];
  /** Why nodes are none, and of how many nodes that holds. */
  readonly reasons: ReadonlyMap<string, number>;
}

/** Why the pod has to make do without. */
function refusalOf(pod: WorldPod, world: World, { verdicts }: Decision): string | undefined {
  if (pod.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const hopedFor = world.nominations.find((nomination) => nomination.pod.name === pod.name)?.nodeName;
  const verdict = hopedFor === undefined ? undefined : verdicts.get(hopedFor);
  if (verdict === undefined || verdict.isUnresolvable) return undefined;
  const isOnItsWay = world.pods.some(
    (other) => other.nodeName === hopedFor && other.priority < pod.priority && other.isTerminating && other.isVictim,
  );
  return isOnItsWay ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

/** The higher priority first, then the earlier start. */
function byImportance(a: WorldPod, b: WorldPod): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  return a.startSeconds === b.startSeconds ? 0 : a.startSeconds - b.startSeconds;
}

/** Those by whose going, in their order, a budget is overdrawn. An empty selector protects nothing. */
function protectedPods(pods: readonly WorldPod[], { budgets }: World): WorldPod[] {
  const left = budgets.map(({ disruptionsAllowed }) => disruptionsAllowed);
  return pods.filter((pod) => {
    let isProtected = false;
    for (const [i, { namespace, selector }] of budgets.entries()) {
      const isEmpty = Object.keys(selector.matchLabels).length + selector.matchExpressions.length === 0;
      if (isEmpty || namespace !== pod.namespace || Object.keys(pod.labels).length === 0) continue;
      if (!selects(selector, pod.labels)) continue;
      left[i]!--;
      if (left[i]! < 0) isProtected = true;
    }
    return isProtected;
  });
}

/** Takes all lower pods off the node, and lets those stay that need not go: first the protected, the important before others. */
function candidateOn(
  pod: WorldPod,
  node: WorldNode,
  world: World,
  filters: readonly WeightedPlugin[],
): Candidate | readonly string[] {
  const lower = world.pods.filter((other) => other.nodeName === node.name && other.priority < pod.priority);
  if (lower.length === 0) return [NO_VICTIMS];
  let rest: World = { ...world, pods: world.pods.filter((other) => !lower.includes(other)) };
  const verdict = judge(pod, node, rest, filters);
  if (verdict !== undefined) return verdict.reasons;
  lower.sort(byImportance);
  const guarded = protectedPods(lower, world);
  const victims: WorldPod[] = [];
  for (const other of [...guarded, ...lower.filter((one) => !guarded.includes(one))]) {
    const withOther = { ...rest, pods: [...rest.pods, other] };
    if (judge(pod, node, withOther, filters) === undefined) rest = withOther;
    else victims.push(other);
  }
  const violations = victims.filter((victim) => guarded.includes(victim)).length;
  const isAlike = (a: WorldPod, b: WorldPod) =>
    victims.includes(a) === victims.includes(b) && guarded.includes(a) === guarded.includes(b);
  const isAmbiguous = lower.some((other, i) => {
    const before = lower[i - 1];
    return before !== undefined && byImportance(before, other) === 0 && !isAlike(before, other);
  });
  return { node, victims: victims.sort(byImportance), violations, isAmbiguous };
}

/** What becomes of a pod that fits nowhere. */
export function preempt(
  pod: WorldPod,
  world: World,
  decision: Decision,
  profile: readonly WeightedPlugin[],
): Preemption {
  const refusal = refusalOf(pod, world, decision);
  const filters = filtersFor(pod, world, profile);
  const candidates: Candidate[] = [];
  const reasons = new Map<string, number>();
  const count = (reason: string) => reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  for (const node of refusal === undefined ? world.nodes : []) {
    const verdict = decision.verdicts.get(node.name);
    if (verdict === undefined || verdict.isUnresolvable) count(NOT_HELPFUL);
    else {
      const result = candidateOn(pod, node, world, filters);
      if ('node' in result) candidates.push(result);
      else for (const reason of result) count(reason);
    }
  }
  return { refusal, candidates, reasons };
}

/** Candidates of which one is taken: rule after rule leaves those that are best by it. */
export function bestCandidates(candidates: readonly Candidate[]): Candidate[] {
  const highest = ({ victims }: Candidate) => victims[0]!.priority;
  const rules: ((candidate: Candidate) => number)[] = [
    ({ violations }) => violations,
    highest,
    ({ victims }) => victims.reduce((sum, { priority }) => sum + priority + 2 ** 31, 0),
    ({ victims }) => victims.length,
    (candidate) =>
      -Math.min(
        ...candidate.victims
          .filter((victim) => victim.priority === highest(candidate))
          .map((victim) => victim.startSeconds),
      ),
  ];
  let left = [...candidates];
  for (const rule of rules) {
    const lowest = Math.min(...left.map(rule));
    left = left.filter((candidate) => rule(candidate) === lowest);
  }
  return left;
}

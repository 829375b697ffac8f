import type { PodAffinityTerm } from '../../../api/types.ts';
import { selects, selectsMerged } from '../selectors.ts';
import {
  type OraclePlugin,
  type Rejection,
  unresolvable,
  unschedulable,
  type World,
  type WorldNode,
  type WorldPod,
} from '../world.ts';

/** Whether a term of `owner` is about the other pod. */
function isAbout(term: PodAffinityTerm, owner: WorldPod, other: WorldPod, world: World): boolean {
  if (!isInNamespaces(term, owner, other, world)) return false;
  return selectsMerged(term, owner.labelsAtCreation, other.labels);
}

function isInNamespaces(term: PodAffinityTerm, owner: WorldPod, { namespace }: WorldPod, world: World): boolean {
  if (term.namespaces.length === 0 && term.namespaceSelector === undefined) return namespace === owner.namespace;
  if (term.namespaces.includes(namespace)) return true;
  return selects(term.namespaceSelector, world.namespaces.get(namespace) ?? {});
}

function nodeOf(pod: WorldPod, world: World): WorldNode | undefined {
  return world.nodes.find(({ name }) => name === pod.nodeName);
}

/** Whether both nodes have the label, with the same value. */
function shareDomain(a: WorldNode, b: WorldNode | undefined, key: string): boolean {
  return a.labels[key] !== undefined && a.labels[key] === b?.labels[key];
}

/** Pods that all terms of the pod's required affinity are about. */
function companions(pod: WorldPod, world: World): WorldPod[] {
  const terms = pod.spec.podAffinity.required;
  return world.pods.filter((other) => terms.every((term) => isAbout(term, pod, other, world)));
}

function satisfiesAffinity(pod: WorldPod, node: WorldNode, world: World): boolean {
  const terms = pod.spec.podAffinity.required;
  if (terms.some(({ topologyKey }) => node.labels[topologyKey] === undefined)) return false;
  const others = companions(pod, world);
  const hasCompany = (key: string) => others.some((other) => shareDomain(node, nodeOf(other, world), key));
  if (terms.every(({ topologyKey }) => hasCompany(topologyKey))) return true;
  // The first of a group that is drawn to itself may go anywhere.
  const isAnyInDomain = others.some((other) =>
    terms.some(({ topologyKey }) => nodeOf(other, world)?.labels[topologyKey] !== undefined),
  );
  return !isAnyInDomain && terms.every((term) => isAbout(term, pod, pod, world));
}

function satisfiesAntiAffinity(pod: WorldPod, node: WorldNode, world: World): boolean {
  return !pod.spec.podAntiAffinity.required.some((term) =>
    world.pods.some(
      (other) => shareDomain(node, nodeOf(other, world), term.topologyKey) && isAbout(term, pod, other, world),
    ),
  );
}

/** Nothing is asked of anybody by the pod, and nothing of it by pods in any domain. */
function isIdle(pod: WorldPod, world: World): boolean {
  const { podAffinity, podAntiAffinity } = pod.spec;
  if (podAffinity.required.length + podAntiAffinity.required.length > 0) return false;
  return !world.pods.some((other) =>
    other.spec.podAntiAffinity.required.some(
      (term) => nodeOf(other, world)?.labels[term.topologyKey] !== undefined && isAbout(term, other, pod, world),
    ),
  );
}

function satisfiesExisting(pod: WorldPod, node: WorldNode, world: World): boolean {
  return !world.pods.some((other) =>
    other.spec.podAntiAffinity.required.some(
      (term) => shareDomain(node, nodeOf(other, world), term.topologyKey) && isAbout(term, other, pod, world),
    ),
  );
}

function reject(pod: WorldPod, node: WorldNode, world: World): Rejection | undefined {
  if (!satisfiesAffinity(pod, node, world)) return unresolvable("node(s) didn't match pod affinity rules");
  if (!satisfiesAntiAffinity(pod, node, world)) return unschedulable("node(s) didn't match pod anti-affinity rules");
  if (satisfiesExisting(pod, node, world)) return undefined;
  return unschedulable("node(s) didn't satisfy existing pods anti-affinity rules");
}

/** What a pod that is there adds to the nodes that share a domain with its own. */
function attraction(pod: WorldPod, other: WorldPod, node: WorldNode, world: World, hardWeight: number): number {
  const place = nodeOf(other, world);
  let sum = 0;
  const add = (weight: number, term: PodAffinityTerm, owner: WorldPod, about: WorldPod) => {
    if (shareDomain(node, place, term.topologyKey) && isAbout(term, owner, about, world)) sum += weight;
  };
  for (const { weight, term } of pod.spec.podAffinity.preferred) add(weight, term, pod, other);
  for (const { weight, term } of pod.spec.podAntiAffinity.preferred) add(-weight, term, pod, other);
  for (const term of other.spec.podAffinity.required) add(hardWeight, term, other, pod);
  for (const { weight, term } of other.spec.podAffinity.preferred) add(weight, term, other, pod);
  for (const { weight, term } of other.spec.podAntiAffinity.preferred) add(-weight, term, other, pod);
  return sum;
}

export interface InterPodAffinityArgs {
  readonly hardPodAffinityWeight: number;
  /** What others wish counts only for pods that have preferences themselves. */
  readonly ignorePreferredTermsOfExistingPods: boolean;
}

const DEFAULT_ARGS: InterPodAffinityArgs = { hardPodAffinityWeight: 1, ignorePreferredTermsOfExistingPods: false };

export function interPodAffinity(args: InterPodAffinityArgs = DEFAULT_ARGS): OraclePlugin {
  return {
    name: 'InterPodAffinity',
    isIdle,
    reject,
    score(pod, nodes, world) {
      const { podAffinity, podAntiAffinity } = pod.spec;
      const hasPreferences = podAffinity.preferred.length + podAntiAffinity.preferred.length > 0;
      if (args.ignorePreferredTermsOfExistingPods && !hasPreferences) return undefined;
      const sums = nodes.map((node) => {
        let sum = 0;
        for (const other of world.pods) sum += attraction(pod, other, node, world, args.hardPodAffinityWeight);
        return sum;
      });
      const lowest = Math.min(...sums);
      const range = Math.max(...sums) - lowest;
      return sums.map((sum) => (range === 0 ? 0 : Math.trunc(100 * ((sum - lowest) / range))));
    },
  };
}

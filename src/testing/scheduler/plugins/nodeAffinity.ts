import type { NodeSelectorTerm } from '../../../api/types.ts';
import { hasAll, meets } from '../selectors.ts';
import { normalized, type OraclePlugin, unresolvable, type WorldNode, type WorldPod } from '../world.ts';

/** All requirements of a term must hold; a term without any matches no node. */
function matchesTerm({ matchExpressions, matchFields }: NodeSelectorTerm, node: WorldNode): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => meets(requirement, node.labels)) &&
    matchFields.every((requirement) => meets(requirement, { 'metadata.name': node.name }))
  );
}

/** `nodeSelector` and one of the required terms, which is also what spreading may look at. */
export function matchesRequiredAffinity({ spec }: WorldPod, node: WorldNode): boolean {
  if (!hasAll(spec.nodeSelector, node.labels)) return false;
  const { required } = spec.nodeAffinity;
  return required === undefined || required.some((term) => matchesTerm(term, node));
}

/** Names that a term leaves, undefined for all. */
function namesIn({ matchFields }: NodeSelectorTerm): readonly string[] | undefined {
  let names: readonly string[] | undefined;
  for (const { key, operator, values } of matchFields) {
    if (key !== 'metadata.name' || operator !== 'In') continue;
    names = names === undefined ? values : names.filter((name) => values.includes(name));
  }
  return names;
}

export const nodeAffinity: OraclePlugin = {
  name: 'NodeAffinity',

  narrow({ spec }) {
    const terms = spec.nodeAffinity.required ?? [];
    const byTerm = terms.map(namesIn);
    if (terms.length === 0 || byTerm.includes(undefined)) return undefined;
    const names = new Set(byTerm.flatMap((ofTerm) => ofTerm!));
    return names.size === 0 ? unresolvable('pod affinity terms conflict') : names;
  },

  reject(pod, node) {
    if (matchesRequiredAffinity(pod, node)) return undefined;
    return unresolvable("node(s) didn't match Pod's node affinity/selector");
  },

  score({ spec }, nodes) {
    const { preferred } = spec.nodeAffinity;
    if (preferred.length === 0) return undefined;
    const sums = nodes.map((node) => {
      let sum = 0;
      for (const { weight, preference } of preferred) if (matchesTerm(preference, node)) sum += weight;
      return sum;
    });
    return normalized(sums);
  },
};

/** Zones that a volume names by labels, the way before node affinity (upstream's scheduler plugin VolumeZone). */
import type { NodeSelectorRequirement, NodeSelectorTerm, StringMap } from '../types.ts';

/** The old names of the labels with the new ones, which are those that nodes have. */
const TOPOLOGY_LABELS: ReadonlyMap<string, string> = new Map([
  ['topology.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['topology.kubernetes.io/region', 'topology.kubernetes.io/region'],
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
]);
/** Between the zones of a volume that is in several. */
const SEPARATOR = '__';
const NO_TOPOLOGY = [...new Set(TOPOLOGY_LABELS.values())].map((key): NodeSelectorRequirement => {
  return { key, operator: 'DoesNotExist', values: [] };
});

/**
 * The node affinity of a volume with what its labels ask for: a node must be in one of the zones, and in one of the
 * regions. A node that says nothing of where it is may have every volume.
 */
export function withZoneLabels(
  labels: StringMap,
  nodeAffinity: readonly NodeSelectorTerm[] | undefined,
): readonly NodeSelectorTerm[] | undefined {
  const inZones: NodeSelectorRequirement[] = [];
  for (const [label, key] of TOPOLOGY_LABELS) {
    const text = labels[label];
    if (text !== undefined) inZones.push({ key, operator: 'In', values: text.split(SEPARATOR) });
  }
  if (inZones.length === 0) return nodeAffinity;
  if (nodeAffinity === undefined) return [inZones, NO_TOPOLOGY].map((added) => termWith(added));
  // An empty term is of no node, and must not become one of some.
  const terms = nodeAffinity.filter((term) => term.matchExpressions.length + term.matchFields.length > 0);
  return terms.flatMap((term) => [termWith(inZones, term), termWith(NO_TOPOLOGY, term)]);
}

function termWith(added: readonly NodeSelectorRequirement[], term?: NodeSelectorTerm): NodeSelectorTerm {
  return {
    matchExpressions: [...(term?.matchExpressions ?? []), ...added],
    matchFields: term?.matchFields ?? [],
  };
}

import type { NodeSelectorRequirement, NodeSelectorTerm, StringMap } from './types.ts';

const INTEGER = /^[+-]?[0-9]+$/;

/** Upstream's labels.Requirement.Matches. NotIn holds where the key is absent; Gt and Lt compare integers. */
function matchesRequirement({ key, operator, values }: NodeSelectorRequirement, labels: StringMap): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default: {
      const bound = values[0]!;
      if (value === undefined || !INTEGER.test(value) || !INTEGER.test(bound)) return false;
      return operator === 'Gt' ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound);
    }
  }
}

/** Whether a node of this name and these labels meets all of a term's requirements; an empty term matches nothing. */
export function matchesTerm(term: NodeSelectorTerm, labels: StringMap, nodeName: string): boolean {
  if (term.matchExpressions.length === 0 && term.matchFields.length === 0) return false;
  const fields = { 'metadata.name': nodeName };
  return (
    term.matchExpressions.every((requirement) => matchesRequirement(requirement, labels)) &&
    term.matchFields.every((requirement) => matchesRequirement(requirement, fields))
  );
}

/** Whether labels have all the selector's pairs. */
export function matchesNodeSelector(selector: StringMap, labels: StringMap): boolean {
  // Asked of each node for each template, where a list of pairs would be most of the cost.
  for (const key in selector) if (!Object.hasOwn(labels, key) || labels[key] !== selector[key]) return false;
  return true;
}

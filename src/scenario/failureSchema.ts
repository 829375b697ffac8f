/** The shape of what is said of nodes that fail. */
import { z } from 'zod';
import { delayForm, durationForm, type Leaf } from './schemaForms.ts';

/** The reader has better messages for what does not fit. */
export function nodeSelectionForm(): z.ZodType {
  return z.union([
    z.string().describe('Name of a node.'),
    z.array(z.string()).min(1).describe('Names of nodes.'),
    z.strictObject({ zone: z.string().describe('Its nodes have it as topology.kubernetes.io/zone.') }),
    z.strictObject({ pool: z.string().describe('Name of a pool in cluster.nodes or addNodes.') }),
  ]);
}

export function failureSchema(leaf: Leaf) {
  const outage = z.strictObject({
    at: leaf(durationForm()).describe('When, from the start.'),
    for: leaf(durationForm()).optional().describe('How long (default: for good).'),
  });
  return z.strictObject({
    nodes: leaf(nodeSelectionForm()).optional().describe('Which nodes (default: all).'),
    together: z.boolean().optional().describe('They fail and return as one, as a zone does (default false).'),
    timeToFailure: leaf(delayForm())
      .optional()
      .describe('From the start to the first failure, and from each return to the next.'),
    timeToRepair: leaf(delayForm()).optional().describe('From a failure to the return (default never).'),
    trace: z.array(outage).optional().describe('Outages at set times, in order, instead of timeToFailure.'),
  });
}

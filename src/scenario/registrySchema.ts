/** The shape of `cluster.registry`. */
import { z } from 'zod';
import type { Leaf } from './schemaForms.ts';

export function registrySchema(leaf: Leaf) {
  const quantity = leaf(z.union([z.string(), z.number()]));
  const image = z.strictObject({
    name: z.string().describe('The image, as pods name it.'),
    size: quantity.optional().describe('What a node has to transfer that lacks it: 800Mi.'),
    exists: z.boolean().optional().describe('False: each pull of it fails (default true).'),
  });
  return z.strictObject({
    images: z.array(image).optional().describe('Images of which more is known than their names.'),
    bandwidth: quantity
      .optional()
      .describe('Bytes per second for all nodes together, shared fairly (default no limit).'),
    nodeBandwidth: quantity.optional().describe('Bytes per second that each node can take (default no limit).'),
  });
}

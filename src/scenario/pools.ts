/** `cluster.nodes` of a Scenario: pools of equal nodes. */
import { isJsonObject } from '../api/canonical.ts';
import { type DecodeContext, failAt } from '../api/decode/context.ts';
import { decodeManifest } from '../api/decode/decode.ts';
import { CONTAINER_RESOURCES, refuseUnknownResources } from '../api/decode/resources.ts';
import type { PlacePart } from '../api/document.ts';
import { labelValueProblem } from '../api/names.ts';
import type { FieldPath } from '../api/path.ts';
import type { JsonObject, NodeManifest } from '../api/types.ts';
import { ZONE_LABEL } from '../cluster/nodeTable.ts';
import { readAutoscale } from './autoscaling.ts';
import type { PoolInput } from './schema.ts';
import type { NodePool } from './types.ts';

/** The pool's name when it has none. */
export const DEFAULT_POOL_NAME = 'node';
/** How many nodes are assumed when the input has none at all. */
export const ASSUMED_NODES = 10;

/** Beginning of the resources that say how many volumes of a driver a node can have. */
const ATTACH_LIMIT = 'attachable-volumes-';

const DEFAULT_ALLOCATABLE = { cpu: '8', memory: '32Gi', pods: '110', 'ephemeral-storage': '100Gi' } as const;

/** For messages. */
export const DEFAULT_NODE_TEXT = `${DEFAULT_ALLOCATABLE.cpu} cpu, ${DEFAULT_ALLOCATABLE.memory}, ${DEFAULT_ALLOCATABLE.pods} pods`;

/**
 * Reads all pools, in order.
 *
 * @throws InputError for two pools of one name, and for labels, taints or quantities that a Node cannot have.
 */
export function readPools(context: DecodeContext, inputs: readonly PoolInput[]): NodePool[] {
  const pools = inputs.map((input, index) => readPool(context, ['cluster', 'nodes', index], input));
  for (const [index, { name }] of pools.entries()) {
    const first = pools.findIndex((pool) => pool.name === name);
    if (first === index) continue;
    const message = `Duplicate value: ${JSON.stringify(name)}: pools must have different names`;
    failAt(context, ['cluster', 'nodes', index, 'name'], message, `the other one is cluster.nodes[${first}]`);
  }
  return pools;
}

/** The names of a pool's nodes, in order. */
export function nodeNames(pool: NodePool): string[] {
  return Array.from({ length: pool.count }, (_, index) => `${pool.name}-${index}`);
}

/** A pool of the default size. */
export function defaultPool(count: number): NodePool {
  const context = { place: () => ({ file: 'default' }), defaultNamespace: '', notSimulated: () => {} };
  return readPool(context, [], { count });
}

/**
 * Reads one pool.
 *
 * @throws InputError for labels, taints or quantities that a Node cannot have.
 */
export function readPool(context: DecodeContext, path: FieldPath, input: PoolInput): NodePool {
  const zones = input.zones ?? [];
  for (const [index, zone] of zones.entries()) {
    const problem = zone === '' ? 'must not be empty' : labelValueProblem(zone);
    if (problem !== undefined) failAt(context, [...path, 'zones', index], `Invalid value: "${zone}": ${problem}`);
  }
  const node = decodeNode(context, path, input);
  const known = [...CONTAINER_RESOURCES, 'pods', ...attachLimits(input.allocatable)];
  refuseUnknownResources(context, [...path, 'allocatable'], input.allocatable, known);
  if (zones.length > 0 && node.meta.labels[ZONE_LABEL] !== undefined) {
    failAt(context, [...path, 'zones'], `the nodes have the label ${ZONE_LABEL} already`, 'drop one of the two', 'key');
  }
  const autoscale = input.autoscale && readAutoscale(context, [...path, 'autoscale'], input.autoscale, input.count);
  return {
    name: node.meta.name,
    count: input.count ?? autoscale?.min ?? 1,
    allocatable: node.allocatable,
    labels: node.meta.labels,
    taints: node.taints,
    zones,
    images: (input.images ?? []).map((image) => ({ names: [image], sizeBytes: 0 })),
    ...(autoscale && { autoscale }),
  };
}

/** One of the pool's nodes, so that the rules for Node objects hold for pools too. */
function decodeNode(context: DecodeContext, path: FieldPath, input: PoolInput): NodeManifest {
  const { allocatable = {}, labels = {}, taints = [] } = input;
  const document: JsonObject = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: input.name ?? DEFAULT_POOL_NAME, labels },
    spec: { taints },
    status: { allocatable: isJsonObject(allocatable) ? { ...DEFAULT_ALLOCATABLE, ...allocatable } : allocatable },
  };
  const place = (inner: FieldPath, part?: PlacePart) => context.place([...path, ...inner.slice(1)], part);
  return decodeManifest(document, { ...context, place, notSimulated: () => {} }) as NodeManifest;
}

function attachLimits(allocatable: PoolInput['allocatable']): string[] {
  return isJsonObject(allocatable) ? Object.keys(allocatable).filter((name) => name.startsWith(ATTACH_LIMIT)) : [];
}

/** `nodes`, `nodes/POOL`, `nodes.cpu`, `nodes/POOL.zones`: how many nodes a pool has, and how large they are. */
import { isJsonObject } from '../api/canonical.ts';
import type { SourceDocument } from '../api/document.ts';
import { InputError } from '../api/errors.ts';
import { didYouMean } from '../api/nearest.ts';
import type { FieldPath } from '../api/path.ts';
import type { JsonObject, JsonValue } from '../api/types.ts';
import { parsePath, setField } from './fieldPath.ts';
import { ASSUMED_NODES, DEFAULT_POOL_NAME } from './pools.ts';
import { poolFields } from './schema.ts';

/** Resources that have a short name. */
const SIZES: readonly string[] = ['cpu', 'memory', 'pods', 'ephemeral-storage'];

interface Pool {
  readonly index: number;
  readonly name: string;
}

/**
 * Sets the number of nodes of a pool, their size (`cpu`, `memory`, `pods`, `ephemeral-storage`), or any other field of it,
 * and returns where that is. A pool is added to an input without any.
 *
 * @throws InputError for a pool that is not there or not named, and for a field that a pool does not have.
 */
export function setOfNodes(
  documents: readonly SourceDocument[],
  scenario: JsonObject,
  field: string,
  value: JsonValue,
  flag: string,
): FieldPath {
  const { pool, rest } = field.startsWith('nodes/')
    ? namedPool(scenario, field.slice('nodes/'.length), flag)
    : { pool: onlyPool(documents, scenario, flag), rest: field.slice('nodes'.length).replace(/^\./, '') };
  return setField(scenario, ['cluster', 'nodes', pool.index, ...stepsOf(rest, flag)], value, flag);
}

function stepsOf(field: string, flag: string): ReturnType<typeof parsePath> {
  if (field === '') return ['count'];
  const steps = parsePath(field, flag);
  const first = String(steps[0]);
  if (SIZES.includes(first)) return ['allocatable', ...steps];
  if (poolFields.includes(first)) return steps;
  const names = [...SIZES, ...poolFields];
  const hint = didYouMean(first, names) ?? `expected ${names.join(', ')}`;
  throw new InputError(`a node pool has no field ${JSON.stringify(first)}`, { file: flag }, hint);
}

function onlyPool(documents: readonly SourceDocument[], scenario: JsonObject, flag: string): Pool {
  const pools = poolsOf(scenario);
  if (pools.length > 1) {
    const names = pools.map(({ name }) => `nodes/${name}`).join(', ');
    throw new InputError(`there are ${pools.length} node pools`, { file: flag }, `name one of them: ${names}`);
  }
  const [only] = pools;
  if (only !== undefined) return only;
  refuseNodesOfInput(documents, flag);
  setField(scenario, ['cluster', 'nodes'], [{ count: ASSUMED_NODES }], flag);
  return { index: 0, name: DEFAULT_POOL_NAME };
}

/** The pool, and the field behind it. A pool's name may have dots: the longest one that fits is meant. */
function namedPool(scenario: JsonObject, text: string, flag: string): { pool: Pool; rest: string } {
  const pools = poolsOf(scenario);
  const fitting = pools.filter(({ name }) => text === name || text.startsWith(`${name}.`));
  const [pool] = fitting.sort((a, b) => b.name.length - a.name.length);
  if (pool !== undefined) return { pool, rest: text.slice(pool.name.length + 1) };
  const names = pools.map(({ name }) => name);
  const hint = didYouMean(text, names) ?? (names.length > 0 ? `the pools are ${names.join(', ')}` : undefined);
  throw new InputError(`there is no node pool ${JSON.stringify(text)}`, { file: flag }, hint);
}

function poolsOf(scenario: JsonObject): Pool[] {
  const pools = isJsonObject(scenario.cluster) ? scenario.cluster.nodes : undefined;
  if (!Array.isArray(pools)) return [];
  return pools.map((pool, index) => {
    const name = isJsonObject(pool) ? pool.name : undefined;
    return { index, name: typeof name === 'string' ? name : DEFAULT_POOL_NAME };
  });
}

function refuseNodesOfInput(documents: readonly SourceDocument[], flag: string): void {
  const nodes = documents.filter(({ value }) => isJsonObject(value) && value.kind === 'Node').length;
  if (nodes === 0) return;
  const message = `the input has ${nodes} Node object${nodes === 1 ? '' : 's'}: their number is given`;
  throw new InputError(message, { file: flag }, 'use a pool, cluster.nodes in a Scenario, instead of them');
}

/** The JSON Schema of a KubeSchedulerConfiguration, for editors, from the tables that documents are checked against. */
import type { Shape } from '../../api/decode/schema.ts';
import { API_VERSION, KIND } from './readPlugins.ts';
import { argsShapes, configurationShape } from './shape.ts';

type Schema = Readonly<Record<string, unknown>>;

const SCALARS: Readonly<Record<string, Schema>> = {
  any: {},
  boolean: { type: 'boolean' },
  integer: { type: 'integer' },
  intOrPercent: { type: ['integer', 'string'] },
  long: { type: 'integer' },
  quantity: { type: ['number', 'string'] },
  quantityMap: { type: 'object', additionalProperties: { type: ['number', 'string'] } },
  string: { type: 'string' },
  stringMap: { type: 'object', additionalProperties: { type: 'string' } },
};

/** Draft 7. */
export function schedulerConfigurationJsonSchema(): object {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: KIND,
    ...schemaOf(configurationShape, []),
    required: ['apiVersion', 'kind'],
  };
}

/** @param path without indices; args of a plugin depend on its name */
function schemaOf(shape: Shape, path: readonly string[]): Schema {
  if (typeof shape === 'string') return SCALARS[shape]!;
  if ('list' in shape) {
    const items = schemaOf(shape.list, path);
    return { type: 'array', items: path.at(-1) === 'pluginConfig' ? { ...items, allOf: argsByPlugin() } : items };
  }
  if ('simulatedValues' in shape) return { type: 'string' };
  const { simulated, inert } = shape.fields;
  const properties = Object.entries({ ...simulated, ...inert }).map(([name, inner]) => [
    name,
    path.length === 0 && name in CONSTANTS ? CONSTANTS[name] : schemaOf(inner, [...path, name]),
  ]);
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
}

const CONSTANTS: Readonly<Record<string, Schema>> = { apiVersion: { const: API_VERSION }, kind: { const: KIND } };

function argsByPlugin(): Schema[] {
  return Object.entries(argsShapes).map(([name, shape]) => ({
    if: { properties: { name: { const: name } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: { properties: { args: schemaOf(shape, ['args']) } },
  }));
}

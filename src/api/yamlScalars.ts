/** What a plain scalar means: YAML's core schema with what kubectl reads besides. */
import { isScalar, type ScalarTag, Schema, type Tags } from 'yaml';
import type { JsonValue } from './types.ts';

const yaml11Boolean: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  identify: () => false,
  test: /^(?:yes|Yes|YES|on|On|ON|no|No|NO|off|Off|OFF)$/,
  resolve: (text) => /^(?:y|on)/i.test(text),
};

const yaml11Octal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  identify: () => false,
  test: /^[-+]?0[0-7]+$/,
  resolve: (text) => Number.parseInt(text, 8),
};

/** Options of the `yaml` package, which every reader shares. */
export const schemaOptions = {
  merge: true,
  customTags: (tags: Tags): Tags => [yaml11Boolean, yaml11Octal, ...tags],
};

/** A scalar that may be anything but text begins with one of these, or is empty. */
const UNTEXTUAL = /^[-+.~0-9nNtTfFyYoO]/;

const scalarTags = new Schema({ ...schemaOptions, schema: 'core' }).tags.filter(
  (tag): tag is ScalarTag & { test: RegExp } => tag.default === true && 'test' in tag && tag.test !== undefined,
);

/** The value of a plain scalar without a tag, by the very rules with which the `yaml` package resolves it. */
export function plainScalar(text: string): JsonValue {
  if (text !== '' && !UNTEXTUAL.test(text)) return text;
  const tag = scalarTags.find(({ test }) => test.test(text));
  if (tag === undefined) return text;
  const resolved = tag.resolve(text, () => {}, { intAsBigInt: false });
  return (isScalar(resolved) ? resolved.value : resolved) as JsonValue;
}

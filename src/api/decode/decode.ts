/** From a document to the form that the simulation works on: shape, defaults, then reading and validation. */
import { cloneJson, isJsonObject } from '../canonical.ts';
import { dropNulls } from '../defaults.ts';
import { isSimulatedKind, simulatedApiVersions } from '../kinds.ts';
import { didYouMean } from '../nearest.ts';
import { formatPath } from '../path.ts';
import type { JsonObject, Manifest, SimulatedKind } from '../types.ts';
import { type DecodeContext, failAt } from './context.ts';
import { appsDecoders } from './decoders/apps.ts';
import type { Decoder } from './decoders/decoder.ts';
import { otherDecoders } from './decoders/others.ts';
import { type PodSpecMemo, record } from './podSpecMemo.ts';
import { checkShape } from './schema.ts';

const decoders: Readonly<Record<SimulatedKind, Decoder>> = { ...appsDecoders, ...otherDecoders };

/**
 * Decodes an object of a simulated kind; the document itself is not changed, `manifest` is a defaulted copy.
 *
 * @throws InputError, with place, for a kind that is not simulated, a wrong apiVersion, an unknown field, a wrong type,
 *   and for what the API server's validation would refuse.
 */
export function decodeManifest(document: JsonObject, context: DecodeContext): Manifest {
  const kind = readKind(document, context);
  const decoder = decoders[kind];
  const converted = decoder.conversions?.[String(document.apiVersion)]?.(document) ?? document;
  const memo = kind === 'Pod' ? context.podSpecs : undefined;
  if (memo !== undefined && isJsonObject(converted.spec)) return decodePod(decoder, converted, context, memo);
  return decoder.read(context, defaulted(decoder, kind, converted, context));
}

/** A copy, of checked shape and with its defaults. */
function defaulted(decoder: Decoder, kind: SimulatedKind, document: JsonObject, context: DecodeContext): JsonObject {
  checkShape(context, kind, document, decoder.shape);
  const copy = cloneJson(document);
  dropNulls(copy);
  decoder.applyDefaults(copy);
  return copy;
}

/** A bare pod of a stream: all of its defaults are in the spec, and that has often been there before. */
function decodePod(decoder: Decoder, document: JsonObject, context: DecodeContext, memo: PodSpecMemo): Manifest {
  const spec = document.spec as JsonObject;
  const known = memo.find(context, spec);
  if (known === undefined) {
    const { recorded, recording } = record(context);
    const copy = defaulted(decoder, 'Pod', document, recording);
    memo.remember(
      spec,
      copy.spec as JsonObject,
      recorded.filter(([, path]) => /^spec(\.|$)/.test(path)),
    );
    return decoder.read(context, copy);
  }
  const { spec: _, ...rest } = document;
  checkShape(context, 'Pod', rest, decoder.shape);
  const copy: JsonObject = {};
  for (const [key, value] of Object.entries(document)) {
    if (value === null) continue;
    copy[key] = key === 'spec' ? known : cloneJson(value);
    if (key !== 'spec') dropNulls(copy[key]!);
  }
  return decoder.read(context, copy);
}

/**
 * Decodes an object that comes from no file, as after a patch by kubectl. Errors name the object, `deployment/web`,
 * and the field.
 *
 * @throws InputError as {@link decodeManifest}.
 */
export function decodeObject(document: JsonObject, context: Partial<DecodeContext> = {}): Manifest {
  const file = objectName(document);
  return decodeManifest(document, {
    place: context.place ?? ((path) => ({ file, path: formatPath(path) })),
    defaultNamespace: context.defaultNamespace ?? 'default',
    notSimulated: context.notSimulated ?? (() => {}),
  });
}

function readKind(document: JsonObject, context: DecodeContext): SimulatedKind {
  const kind = document.kind;
  if (typeof kind !== 'string' || kind === '') return failAt(context, ['kind'], 'Required value');
  if (!isSimulatedKind(kind)) {
    const hint = didYouMean(kind, Object.keys(simulatedApiVersions));
    return failAt(context, ['kind'], `kind ${JSON.stringify(kind)} is not simulated`, hint);
  }
  const expected = simulatedApiVersions[kind];
  const isOlder = Object.hasOwn(decoders[kind].conversions ?? {}, String(document.apiVersion));
  if (document.apiVersion !== expected && !isOlder) {
    const found = document.apiVersion === undefined ? 'nothing' : JSON.stringify(document.apiVersion);
    failAt(context, ['apiVersion'], `expected ${JSON.stringify(expected)} for kind ${kind}, got ${found}`);
  }
  return kind;
}

/** `deployment/web`, as kubectl names objects. */
function objectName(document: JsonObject): string {
  const name = isJsonObject(document.metadata) ? document.metadata.name : undefined;
  return `${String(document.kind ?? 'object').toLowerCase()}/${typeof name === 'string' ? name : '?'}`;
}

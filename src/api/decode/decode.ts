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
  checkShape(context, kind, converted, decoder.shape);
  const copy = cloneJson(converted);
  dropNulls(copy);
  decoder.applyDefaults(copy);
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

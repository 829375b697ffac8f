import { isJsonObject } from '../../../api/canonical.ts';
import { objectOf, readDocuments } from '../../../api/document.ts';
import { InputError } from '../../../api/errors.ts';
import { didYouMean } from '../../../api/nearest.ts';
import { jsonMergePatch, jsonPatch, strategicMergePatch } from '../../../api/patch.ts';
import type { JsonObject, JsonValue } from '../../../api/types.ts';
import { editObject } from '../edit.ts';
import type { Flags } from '../flags.ts';
import { resourceKinds } from '../kinds.ts';
import { printedName } from '../objects.ts';
import { CommandFailure } from '../session.ts';
import { parseTargets, resolveTargets } from '../targets.ts';
import { UsageError } from '../usageError.ts';
import type { Verb } from '../verb.ts';

const TYPES = ['json', 'merge', 'strategic'] as const;
type PatchType = (typeof TYPES)[number];

/** `kubectl patch deployment/web [--type strategic|merge|json] -p PATCH`, the patch in JSON or YAML. */
export const patch: Verb = {
  name: 'patch',
  flags: [{ name: 'patch', short: 'p' }, { name: 'type' }],
  parse({ args, flags }) {
    const type = parseType(flags.text('type') ?? 'strategic');
    const change = parsePatch(flags, type);
    const request = parseTargets(args, flags, { command: 'patch', kinds: resourceKinds });
    return function* (session) {
      for (const target of resolveTargets(session, request)) {
        const outcome = yield* editObject(session, target, (document) => applyPatch(document, type, change));
        if (outcome === 'failed') continue;
        session.print(`${printedName(target)} patched${outcome === 'changed' ? '' : ' (no change)'}`);
      }
    };
  },
  foresee({ args, flags }) {
    const change = parsePatch(flags, parseType(flags.text('type') ?? 'strategic'));
    const request = parseTargets(args, flags, { command: 'patch', kinds: resourceKinds });
    return { images: { request, byContainer: imagesIn(change) } };
  },
};

/** Images that a patch gives to containers; an operation of a JSON patch does not name the container. */
function imagesIn(change: JsonValue): Map<string, string> {
  if (Array.isArray(change)) return new Map(change.flatMap((item) => [...imagesIn(item)]));
  if (!isJsonObject(change)) return new Map();
  const { path, value, name, image } = change;
  if (typeof path === 'string' && path.endsWith('/image') && typeof value === 'string') return new Map([['*', value]]);
  const own: [string, string][] = typeof name === 'string' && typeof image === 'string' ? [[name, image]] : [];
  return new Map([...own, ...Object.values(change).flatMap((inner) => [...imagesIn(inner)])]);
}

function parseType(text: string): PatchType {
  const found = TYPES.find((type) => type === text);
  if (found !== undefined) return found;
  throw new UsageError(`--type must be one of [${TYPES.join(' ')}], not "${text}"`, didYouMean(text, TYPES));
}

function parsePatch(flags: Flags, type: PatchType): JsonValue {
  const text = flags.text('patch') ?? '';
  if (text.trim() === '') throw new UsageError('must specify --patch containing the contents of the patch');
  try {
    const [document, ...more] = readDocuments(text, '-p');
    if (document === undefined || more.length > 0) throw new UsageError('-p must be one patch');
    if (type !== 'json') return objectOf(document);
    if (Array.isArray(document.value)) return document.value;
    throw new UsageError('-p: a JSON patch is a list of operations');
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new UsageError(`-p is not valid JSON or YAML: ${error.message}`);
  }
}

function applyPatch(document: JsonObject, type: PatchType, change: JsonValue): JsonObject {
  try {
    const patched = applied(document, type, change);
    if (isJsonObject(patched)) return patched;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CommandFailure(error.message);
  }
  throw new CommandFailure('the patched object is not an object any more');
}

function applied(document: JsonObject, type: PatchType, change: JsonValue): JsonValue {
  if (type === 'json') return jsonPatch(document, change);
  if (type === 'merge' || !isJsonObject(change)) return jsonMergePatch(document, change);
  return strategicMergePatch(document, change);
}

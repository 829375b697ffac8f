import { isJsonObject } from '../../../api/canonical.ts';
import { parseDurationMicros } from '../../../api/duration.ts';
import type { JsonObject } from '../../../api/types.ts';
import type { AnyStored } from '../../../cluster/objects.ts';
import type { Process } from '../../../cluster/process.ts';
import { MICROS_PER_SECOND, type Micros } from '../../../kernel/time.ts';
import { allFlag, type Flags, fieldSelectorFlag, selectorFlag } from '../flags.ts';
import { type JsonPath, parseJsonPath, printedValue, valuesAt } from '../jsonPath.ts';
import { resourceKinds } from '../kinds.ts';
import { exists, printedName, type Target, tableOf } from '../objects.ts';
import { fullDocument, storedFullDocument } from '../printers/documents.ts';
import { CommandFailure, type Session } from '../session.ts';
import { parseTargets, resolveTargets, type TargetRequest } from '../targets.ts';
import { UsageError } from '../usageError.ts';
import type { Verb } from '../verb.ts';

const DEFAULT_TIMEOUT_MICROS = 30 * MICROS_PER_SECOND;
const WEEK_MICROS = 7 * 24 * 3600 * MICROS_PER_SECOND;

type WantedState =
  | { readonly kind: 'delete' }
  | { readonly kind: 'create' }
  | { readonly kind: 'condition'; readonly type: string; readonly status: string }
  /** `value` undefined: the path has to lead to any one value. */
  | { readonly kind: 'jsonpath'; readonly path: JsonPath; readonly value: string | undefined };

/**
 * `kubectl wait TYPE/NAME … --for=condition=TYPE[=STATUS]|jsonpath=PATH[=VALUE]|delete|create [--timeout=30s]`: one object
 * after the other, all within the one time-out. 0 looks once, a negative one waits for a week.
 */
export const wait: Verb = {
  name: 'wait',
  flags: [
    { name: 'for' },
    { name: 'timeout' },
    allFlag,
    selectorFlag,
    fieldSelectorFlag,
    { name: 'all-namespaces', short: 'A', isSwitch: true },
  ],
  parse({ args, flags }) {
    const wanted = parseWanted(flags.text('for') ?? '');
    const timeoutMicros = parseTimeout(flags);
    const request = parseTargets(args, flags, { command: 'wait', kinds: resourceKinds });
    return function* (session) {
      const endMicros = session.kernel.nowMicros + timeoutMicros;
      if (wanted.kind === 'create') yield* awaitCreation(session, request, timeoutMicros);
      const targets = resolveTargets(session, request, wanted.kind === 'delete' || wanted.kind === 'create');
      if (targets.length === 0 && request.named.length === 0 && wanted.kind !== 'delete') {
        return session.fail(new CommandFailure('no matching resources found'));
      }
      for (const target of targets) {
        const failure = yield* awaitState(session, target, wanted, endMicros, timeoutMicros);
        if (failure === undefined) session.print(`${printedName(target)} condition met`);
        else session.fail(new CommandFailure(failure));
      }
    };
  },
};

function parseWanted(text: string): WantedState {
  const lower = text.toLowerCase();
  if (lower === 'delete' || lower === 'create') return { kind: lower };
  const condition = /^condition=([^=]+)(?:=(.*))?$/.exec(text);
  if (condition !== null) return { kind: 'condition', type: condition[1]!, status: condition[2] ?? 'true' };
  if (text.startsWith('jsonpath=')) return parseJsonPathState(text.slice('jsonpath='.length));
  throw new UsageError(`unrecognized condition: ${JSON.stringify(text)}`);
}

/** A single `=` parts the path from the value; a double one is part of a filter. */
function parseJsonPathState(text: string): WantedState {
  const parts = text
    .replaceAll('==', '\0')
    .split('=')
    .map((part) => part.replaceAll('\0', '=='));
  const [path = '', quotedValue] = parts;
  if (path === '' || parts.length > 2) {
    throw new UsageError(
      "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
    );
  }
  const value = quotedValue?.replaceAll(/^['"]+|['"]+$/g, '');
  if (value === '') {
    throw new UsageError(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    );
  }
  return { kind: 'jsonpath', path: parseJsonPath(path), value };
}

function parseTimeout(flags: Flags): Micros {
  const text = flags.text('timeout');
  if (text === undefined) return DEFAULT_TIMEOUT_MICROS;
  try {
    const micros = parseDurationMicros(text.replace(/^-/, ''));
    return text.startsWith('-') ? WEEK_MICROS : micros;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`invalid argument for "--timeout": ${error.message}`);
  }
}

/** Waits until everything that is named is there, or anything that is selected. */
function* awaitCreation(session: Session, request: TargetRequest, timeoutMicros: Micros): Process<void> {
  const endMicros = session.kernel.nowMicros + timeoutMicros;
  const wantedCount = Math.max(request.named.length, 1);
  while (resolveTargets(session, request, true).length < wantedCount) {
    const reason = yield* session.changes.next(endMicros - session.kernel.nowMicros);
    if (reason === 'change') continue;
    const names = request.named.map(({ kind, name }) => `${kind.plural}/${name}`).join(', ');
    return session.fail(new CommandFailure(timedOut(names || request.listed[0]!.plural, reason === 'quiet')));
  }
}

/** Returns why the object did not get there. */
function* awaitState(
  session: Session,
  target: Target,
  wanted: WantedState,
  endMicros: Micros,
  timeoutMicros: Micros,
): Process<string | undefined> {
  const shownName = `${target.kind.plural}/${target.name}`;
  let isMet = isThere(session, target, wanted, false);
  if (isMet === false && timeoutMicros === 0) return `condition not met for ${shownName}`;
  let seen: AnyStored | undefined;
  while (isMet === false) {
    const reason = yield* session.changes.next(endMicros - session.kernel.nowMicros);
    if (reason !== 'change') return timedOut(shownName, reason === 'quiet');
    const version = target.kind.kind === 'Pod' ? undefined : tableOf(session.cluster, target.kind).cached(target.key);
    // Most changes are of other objects.
    if (version !== undefined && version === seen) continue;
    seen = version;
    isMet = isThere(session, target, wanted, true);
  }
  return typeof isMet === 'string' ? isMet : undefined;
}

function timedOut(what: string, isQuiet: boolean): string {
  return `timed out waiting for the condition on ${what}${isQuiet ? ': nothing can happen any more' : ''}`;
}

/**
 * Whether the object is as wanted; a text where that cannot be said.
 *
 * @param isWatched the object as the watch has delivered it, not as the first list shows it
 */
function isThere(session: Session, target: Target, wanted: WantedState, isWatched: boolean): boolean | string {
  if (wanted.kind === 'create') return true;
  if (wanted.kind === 'delete') return isGone(session, target, isWatched);
  const document = documentSeen(session, target, isWatched);
  if (document === undefined) return false;
  if (wanted.kind === 'condition') return hasCondition(document, wanted.type, wanted.status);
  const found = valuesAt(wanted.path, document);
  if (found.length === 0) return false;
  if (found.length > 1) return 'given jsonpath expression matches more than one value';
  const [value] = found;
  if (wanted.value === undefined) return true;
  if (Array.isArray(value) || isJsonObject(value)) {
    return 'jsonpath leads to a nested object or list which is not supported';
  }
  return printedValue(value!).trim() === wanted.value.trim();
}

function isGone({ cluster }: Session, target: Target, isWatched: boolean): boolean {
  if (target.kind.kind !== 'Pod') {
    const table = tableOf(cluster, target.kind);
    return (isWatched ? table.cached(target.key) : table.get(target.key)) === undefined;
  }
  if (!isWatched) return !exists(cluster, target);
  return cluster.pods.observed[target.key] === 0 || cluster.pods.uid[target.key] !== target.podUid;
}

function documentSeen({ cluster }: Session, target: Target, isWatched: boolean): JsonObject | undefined {
  if (target.kind.kind === 'Pod' || !isWatched) {
    return exists(cluster, target) ? fullDocument(cluster, target) : undefined;
  }
  const cached = tableOf(cluster, target.kind).cached(target.key);
  return cached === undefined ? undefined : storedFullDocument(cluster, cached);
}

/** What was said of an older generation does not count. */
function hasCondition(document: JsonObject, type: string, status: string): boolean {
  const { status: own, metadata } = document;
  const { conditions, observedGeneration } = isJsonObject(own) ? own : {};
  const list = Array.isArray(conditions) ? conditions.filter(isJsonObject) : [];
  const found = list.find((one) => String(one.type).toLowerCase() === type.toLowerCase());
  if (found === undefined) return false;
  const generation = isJsonObject(metadata) ? metadata.generation : undefined;
  const isOutdated =
    typeof generation === 'number' && typeof observedGeneration === 'number' && observedGeneration < generation;
  return !isOutdated && String(found.status).toLowerCase() === status.toLowerCase();
}

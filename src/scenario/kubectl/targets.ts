/** Which objects a command is about: `TYPE/NAME …`, `TYPE NAME …`, `TYPE -l SELECTOR`, `TYPE --all`. */
import { type LabelSelector, labelsMatch, parseSelectorFlag } from '../../api/selector.ts';
import type { StringMap } from '../../api/types.ts';
import { notFound } from '../../cluster/apiError.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { type FieldSelector, matchesFields, parseFieldSelector } from './fieldSelector.ts';
import type { Flags } from './flags.ts';
import { categoryAll, type ResourceKind, resolveKind } from './kinds.ts';
import { findObject, labelsOf, listObjects, namespacesOf, type Target } from './objects.ts';
import { CommandFailure, type Session } from './session.ts';
import { UsageError } from './usageError.ts';

export interface TargetRequest {
  /** Objects by name; empty when whole types are meant. */
  readonly named: readonly { readonly kind: ResourceKind; readonly name: string }[];
  readonly listed: readonly ResourceKind[];
  readonly labels: LabelSelector | undefined;
  readonly fields: FieldSelector;
  /** Undefined: the default one, or the only other that has the object. */
  readonly namespace: string | undefined;
  readonly allNamespaces: boolean;
}

export interface TargetRules {
  /** As messages name the command: `scale`. */
  readonly command: string;
  /** Kinds that the command works on. */
  readonly kinds: readonly ResourceKind[];
  /** Whether a bare type means all of its objects. */
  readonly allowsBareType?: boolean;
  /** What kubectl says of another kind; the name is undefined where a whole type is meant. */
  readonly refusal?: (kind: ResourceKind, name: string | undefined) => string;
}

/**
 * Reads the arguments that name objects.
 *
 * @throws UsageError for none at all, an unknown type, a type that the command does not work on, or a bad selector.
 */
export function parseTargets(args: readonly string[], flags: Flags, rules: TargetRules): TargetRequest {
  const [first, ...rest] = args;
  if (first === undefined) throw new UsageError('you must name an object: deployment/NAME, or TYPE NAME');
  const isPairs = first.includes('/');
  const named = isPairs ? args.map(parsePair) : namesOfType(first, rest);
  const listed = isPairs || named.length > 0 ? [] : parseKinds(first);
  for (const { kind, name } of [...named, ...listed.map((one) => ({ kind: one, name: undefined }))]) {
    refuseKind(kind, name, rules);
  }
  const labels = parseLabels(flags.text('selector'));
  const fields = parseFieldSelector(flags.text('field-selector'));
  const hasSelector = labels !== undefined || fields.length > 0 || flags.isOn('all');
  if (named.length > 0 && hasSelector) throw new UsageError('name cannot be provided when a selector is specified');
  if (listed.length > 0 && !hasSelector && !rules.allowsBareType) {
    throw new UsageError('resource(s) were provided, but no name was specified');
  }
  const allNamespaces = flags.isOn('all-namespaces');
  return { named, listed, labels, fields, namespace: flags.text('namespace'), allNamespaces };
}

function parsePair(text: string): { kind: ResourceKind; name: string } {
  const [type = '', name = '', ...more] = text.split('/');
  if (type === '' || name === '' || more.length > 0) {
    if (text.includes('/'))
      throw new UsageError('arguments in resource/name form must have a single resource and name');
    throw new UsageError(
      `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form: ${JSON.stringify(text)}`,
    );
  }
  return { kind: resolveKind(type), name };
}

function namesOfType(types: string, names: readonly string[]): { kind: ResourceKind; name: string }[] {
  const wrong = names.find((name) => name.includes('/'));
  if (wrong !== undefined) {
    throw new UsageError(`there is no need to specify a resource type in front of ${JSON.stringify(wrong)}`);
  }
  // A name with it would be of one of its types, which kubectl does not look for either.
  if (names.length > 0 && types.split(',').includes('all')) {
    throw new UsageError('objects cannot be named where the type is "all"');
  }
  return parseKinds(types).flatMap((kind) => names.map((name) => ({ kind, name })));
}

function parseKinds(types: string): ResourceKind[] {
  return types.split(',').flatMap((type) => (type === 'all' ? categoryAll : [resolveKind(type)]));
}

function refuseKind(kind: ResourceKind, name: string | undefined, rules: TargetRules): void {
  if (rules.kinds.includes(kind)) return;
  if (rules.refusal !== undefined) throw new UsageError(rules.refusal(kind, name));
  const plurals = rules.kinds.map((one) => one.plural);
  const known = [plurals.slice(0, -1).join(', '), plurals.at(-1)].filter((part) => part !== '').join(' and ');
  throw new UsageError(`kubectl ${rules.command} works on ${known}, not on ${kind.plural}`);
}

function parseLabels(text: string | undefined): LabelSelector | undefined {
  if (text === undefined) return undefined;
  try {
    return parseSelectorFlag(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(error.message);
  }
}

/**
 * Looks the objects up. What is named and missing is noted as an error; the others are returned.
 *
 * @param ignoresMissing `--ignore-not-found`.
 */
export function resolveTargets(session: Session, request: TargetRequest, ignoresMissing = false): Target[] {
  const named = request.named.flatMap(({ kind, name }) => {
    const target = session.attempt(() => {
      const found = lookUp(session, kind, name, request.namespace);
      if (found === undefined && !ignoresMissing) throw missing(kind, name);
      return found;
    });
    return target ?? [];
  });
  const listed = request.listed.flatMap((kind) => session.attempt(() => list(session, kind, request)) ?? []);
  return [...named, ...listed];
}

/** Pods come and go: that one is not there just now is an answer, where for other objects it tells of a wrong scenario. */
function missing(kind: ResourceKind, name: string): CommandFailure {
  return new CommandFailure(notFound(kind.resource, name).message, kind.kind !== 'Pod');
}

/**
 * The object of that name in the given or default namespace; without `-n`, and when the default one has none, in the
 * only other namespace that has one, so that a manifest with `namespace: monitoring` needs no `-n monitoring` in steps.
 *
 * @throws CommandFailure when several namespaces have one.
 */
function lookUp(session: Session, kind: ResourceKind, name: string, namespace: string | undefined): Target | undefined {
  const { cluster } = session;
  const own = findObject(cluster, kind, namespace ?? session.defaultNamespace, name);
  if (own !== undefined) return own;
  const others = namespace !== undefined || !kind.isNamespaced ? [] : elsewhere(cluster, kind, name);
  if (others.length > 1) throw ambiguous(`${kind.resource} "${name}"`, others);
  return others[0];
}

function elsewhere(cluster: Cluster, kind: ResourceKind, name: string): Target[] {
  return namespacesOf(cluster, kind).flatMap((namespace) => findObject(cluster, kind, namespace, name) ?? []);
}

function list(session: Session, kind: ResourceKind, request: TargetRequest): Target[] {
  const { cluster } = session;
  const matching = (namespace: string | undefined) =>
    listObjects(cluster, kind, namespace).filter((target) => matches(cluster, target, request));
  if (request.allNamespaces) return matching(undefined);
  if (request.namespace !== undefined) return matching(request.namespace);
  const own = matching(session.defaultNamespace);
  if (own.length > 0 || !kind.isNamespaced) return own;
  const others = matching(undefined);
  if (new Set(others.map((target) => target.namespace)).size > 1) throw ambiguous(`such ${kind.plural}`, others);
  return others;
}

function matches(cluster: Cluster, target: Target, request: TargetRequest): boolean {
  const labels: StringMap = labelsOf(cluster, target);
  if (request.labels !== undefined && !labelsMatch(request.labels, labels)) return false;
  return matchesFields(cluster, target, request.fields);
}

function ambiguous(what: string, found: readonly Target[]): CommandFailure {
  const namespaces = [...new Set(found.map((target) => target.namespace))].join(', ');
  return new CommandFailure(`${what} exist in the namespaces ${namespaces}: choose one with -n`, true);
}

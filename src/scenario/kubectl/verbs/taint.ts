import { isJsonObject } from '../../../api/canonical.ts';
import { stringAt } from '../../../api/decode/read.ts';
import { labelKeyProblem, labelValueProblem } from '../../../api/names.ts';
import type { JsonObject, TaintEffect } from '../../../api/types.ts';
import { editObject } from '../edit.ts';
import { allFlag, type Flags, selectorFlag } from '../flags.ts';
import { kinds } from '../kinds.ts';
import { objectIn, printedName } from '../objects.ts';
import { CommandFailure } from '../session.ts';
import { parseTargets, resolveTargets, type TargetRequest } from '../targets.ts';
import { UsageError } from '../usageError.ts';
import type { Verb } from '../verb.ts';

const EFFECTS: readonly TaintEffect[] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const RESOURCES: readonly string[] = ['node', 'nodes'];

/** A taint as the command line gives it; one to be removed may leave out its effect: all of that key. */
interface TaintSpec {
  readonly key: string;
  readonly value: string;
  readonly effect: TaintEffect | undefined;
}

interface TaintChanges {
  readonly add: readonly TaintSpec[];
  readonly remove: readonly TaintSpec[];
}

/** `kubectl taint nodes NODE …|-l SELECTOR|--all KEY=VALUE:EFFECT … KEY:EFFECT- … KEY- … [--overwrite]`. */
export const taint: Verb = {
  name: 'taint',
  flags: [allFlag, selectorFlag, { name: 'overwrite', isSwitch: true }],
  parse({ args, flags }) {
    const { resources, specs } = splitArguments(args);
    const changes = parseChanges(specs);
    const request = parseNodes(resources, flags);
    const overwrites = flags.isOn('overwrite');
    return function* (session) {
      for (const target of resolveTargets(session, request)) {
        let done = '';
        const outcome = yield* editObject(session, target, (document) => {
          const before = taintsOf(document);
          if (!overwrites) refuseExisting(target.name, before, changes.add);
          const added = [...changes.add.map(documentOf), ...without(before, changes.add)];
          const after = removed(added, changes.remove);
          done = operation(added.length > before.length, changes.remove.length > 0, overwrites);
          const spec = objectIn(document, 'spec');
          if (after.length > 0) spec.taints = after;
          else delete spec.taints;
          return document;
        });
        if (outcome !== 'failed') session.print(`${printedName(target)} ${done}`);
      }
    };
  },
};

// ---- the command line ----

/** Nodes come first; the first argument that is a taint begins the taints. */
function splitArguments(args: readonly string[]): { resources: readonly string[]; specs: readonly string[] } {
  const isTaint = (arg: string) => arg.includes('=') || arg.includes(':') || arg.endsWith('-');
  const first = args.findIndex(isTaint);
  const at = first === -1 ? args.length : first;
  const late = args.slice(at).find((arg) => !isTaint(arg));
  if (late !== undefined) throw new UsageError(`all resources must be specified before taint changes: ${late}`);
  if (at === 0) throw new UsageError('one or more resources must be specified as <resource> <name>');
  return { resources: args.slice(0, at), specs: args.slice(at) };
}

function parseNodes([type = '', ...names]: readonly string[], flags: Flags): TargetRequest {
  if (!RESOURCES.includes(type.toLowerCase())) {
    throw new UsageError(`invalid resource type ${type}, only ["node" "nodes"] types are supported`);
  }
  const hasSelector = flags.text('selector') !== undefined;
  const isAll = flags.isOn('all');
  if (isAll && hasSelector) throw new UsageError("setting 'all' parameter with a non empty selector is prohibited");
  if (!isAll && !hasSelector && names.length === 0) {
    throw new UsageError("at least one resource name must be specified since 'all' parameter is not set");
  }
  // With a selector, or all of them, kubectl looks at no name.
  return parseTargets(isAll || hasSelector ? ['nodes'] : ['nodes', ...names], flags, {
    command: 'taint',
    kinds: [kinds.Node],
  });
}

function parseChanges(specs: readonly string[]): TaintChanges {
  if (specs.length === 0) throw new UsageError('at least one taint update is required');
  const add: TaintSpec[] = [];
  const remove: TaintSpec[] = [];
  for (const text of specs) {
    if (text.endsWith('-')) {
      remove.push(parseTaint(text.slice(0, -1)));
      continue;
    }
    const spec = parseTaint(text);
    if (spec.effect === undefined) throw new UsageError(`invalid taint spec: ${text}`, 'KEY=VALUE:EFFECT');
    if (add.some((other) => isSame(other, spec))) {
      throw new UsageError(`duplicated taints with the same key and effect: ${nameOf(spec)}`);
    }
    add.push(spec);
  }
  const conflicts = add.filter((spec) => remove.some((other) => isSame(other, spec)));
  if (conflicts.length === 0) return { add, remove };
  const list = conflicts.map(nameOf).join(', ');
  throw new UsageError(`can not both modify and remove the following taint(s) in the same command: ${list}`);
}

function parseTaint(text: string): TaintSpec {
  const [left = '', effectText, ...more] = text.split(':');
  const effect = EFFECTS.find((known) => known === effectText);
  if (more.length > 0) throw new UsageError(`invalid taint spec: ${text}`, 'KEY=VALUE:EFFECT');
  if (effectText !== undefined && effect === undefined) {
    throw new UsageError(
      `invalid taint effect: ${effectText}, unsupported taint effect`,
      `one of ${EFFECTS.join(', ')}`,
    );
  }
  // Without an effect the whole text is the key.
  const [key = '', value = '', ...rest] = effectText === undefined ? [left] : left.split('=');
  if (rest.length > 0) throw new UsageError(`invalid taint spec: ${text}`, 'KEY=VALUE:EFFECT');
  const problem = labelKeyProblem(key) ?? labelValueProblem(value);
  if (problem !== undefined) throw new UsageError(`invalid taint spec: ${text}, ${problem}`);
  return { key, value, effect };
}

// ---- one node ----

function taintsOf(document: JsonObject): JsonObject[] {
  const { taints } = objectIn(document, 'spec');
  return Array.isArray(taints) ? taints.filter(isJsonObject) : [];
}

function refuseExisting(node: string, before: readonly JsonObject[], add: readonly TaintSpec[]): void {
  const existing = add.filter((spec) => before.some((document) => matches(document, spec)));
  if (existing.length === 0) return;
  const keys = existing.map(({ key }) => key).join(',');
  throw new CommandFailure(`node ${node} already has ${keys} taint(s) with same effect(s) and --overwrite is false`);
}

function removed(taints: readonly JsonObject[], remove: readonly TaintSpec[]): JsonObject[] {
  let left = [...taints];
  const missing: string[] = [];
  for (const spec of remove) {
    const kept = without(left, [spec]);
    if (kept.length === left.length) missing.push(`taint ${JSON.stringify(nameOf(spec))} not found`);
    left = kept;
  }
  if (missing.length === 0) return left;
  throw new CommandFailure(missing.length === 1 ? missing[0]! : `[${missing.join(', ')}]`);
}

function operation(isAdding: boolean, isRemoving: boolean, overwrites: boolean): string {
  if (overwrites || (isAdding && isRemoving)) return 'modified';
  return isAdding ? 'tainted' : 'untainted';
}

function without(taints: readonly JsonObject[], specs: readonly TaintSpec[]): JsonObject[] {
  return taints.filter((document) => !specs.some((spec) => matches(document, spec)));
}

function matches(document: JsonObject, { key, effect }: TaintSpec): boolean {
  return document.key === key && (effect === undefined || stringAt(document, 'effect') === effect);
}

function isSame(a: TaintSpec, b: TaintSpec): boolean {
  return a.key === b.key && a.effect === b.effect;
}

function documentOf({ key, value, effect }: TaintSpec): JsonObject {
  return { key, ...(value === '' ? {} : { value }), effect: effect! };
}

function nameOf({ key, effect }: TaintSpec): string {
  return effect === undefined ? key : `${key}:${effect}`;
}

import { isJsonObject } from '../../../api/canonical.ts';
import { stringAt } from '../../../api/decode/read.ts';
import type { JsonObject, JsonValue } from '../../../api/types.ts';
import { editObject } from '../edit.ts';
import { allFlag, containersFlag, selectorFlag } from '../flags.ts';
import { documentOf, exists, printedName, type Target } from '../objects.ts';
import { containersIn, matchesWildcard, TEMPLATE_KINDS } from '../podTemplate.ts';
import type { Session } from '../session.ts';
import { parseTargets, resolveTargets } from '../targets.ts';
import { UsageError } from '../usageError.ts';
import type { Verb } from '../verb.ts';

interface Changes {
  readonly set: ReadonlyMap<string, string>;
  readonly removed: ReadonlySet<string>;
}

/** `kubectl set env deployment/web KEY=VALUE … KEY- … [-c CONTAINER]`. Prints nothing when nothing changes. */
export const setEnv: Verb = {
  name: 'set env',
  flags: [allFlag, selectorFlag, containersFlag, { name: 'env', short: 'e' }],
  parse({ args, flags }) {
    const isChange = (arg: string) => arg.includes('=') || (arg.endsWith('-') && !arg.includes('/'));
    const changes = parseChanges([...args.filter(isChange), ...flags.texts('env')]);
    const objects = args.filter((arg) => !isChange(arg));
    const request = parseTargets(objects, flags, { command: 'set env', kinds: TEMPLATE_KINDS });
    const pattern = flags.text('containers') ?? '*';
    return function* (session) {
      for (const target of resolveTargets(session, request)) {
        warnWithoutContainers(session, target, pattern);
        const outcome = yield* editObject(session, target, (document) => changeEnv(document, pattern, changes));
        if (outcome === 'changed') session.print(`${printedName(target)} env updated`);
      }
    };
  },
};

function parseChanges(args: readonly string[]): Changes {
  if (args.length === 0) throw new UsageError('at least one environment variable must be provided: KEY=VALUE or KEY-');
  const set = new Map<string, string>();
  const removed = new Set<string>();
  for (const arg of args) {
    const at = arg.indexOf('=');
    if (at === -1) removed.add(arg.slice(0, -1));
    else set.set(arg.slice(0, at), arg.slice(at + 1));
  }
  for (const name of [...set.keys(), ...removed]) {
    if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name)) {
      throw new UsageError(`${JSON.stringify(name)} is not a valid name of an environment variable`);
    }
    if (set.has(name) && removed.has(name)) {
      throw new UsageError('can not both modify and remove the same environment variable in the same command');
    }
  }
  return { set, removed };
}

function warnWithoutContainers(session: Session, target: Target, pattern: string): void {
  if (!exists(session.cluster, target)) return;
  if (chosenContainers(documentOf(session.cluster, target), pattern).length > 0) return;
  session.print(`Warning: ${target.kind.kind}/${target.name} does not have any containers matching "${pattern}"`);
}

function chosenContainers(document: JsonObject, pattern: string): JsonObject[] {
  const all = [...containersIn(document, 'initContainers'), ...containersIn(document, 'containers')];
  return all.filter((container) => matchesWildcard(pattern, stringAt(container, 'name')));
}

function changeEnv(document: JsonObject, pattern: string, changes: Changes): JsonObject {
  for (const container of chosenContainers(document, pattern)) {
    const before = Array.isArray(container.env) ? container.env : [];
    const after = changedList(before, changes);
    if (after.length > 0) container.env = after;
    else delete container.env;
  }
  return document;
}

/** Known variables keep their place, new ones go to the end. */
function changedList(before: readonly JsonValue[], { set, removed }: Changes): JsonValue[] {
  const nameOf = (item: JsonValue) => (isJsonObject(item) ? stringAt(item, 'name') : '');
  const names = before.map(nameOf);
  const kept = before.filter((item) => !removed.has(nameOf(item)));
  const changed = kept.map((item): JsonValue => {
    const value = set.get(nameOf(item));
    return value === undefined ? item : { name: nameOf(item), value };
  });
  const added = [...set].filter(([name]) => !names.includes(name)).map(([name, value]) => ({ name, value }));
  return [...changed, ...added];
}

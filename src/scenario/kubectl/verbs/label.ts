import { labelKeyProblem, labelValueProblem } from '../../../api/names.ts';
import { editObject } from '../edit.ts';
import { allFlag, fieldSelectorFlag, selectorFlag } from '../flags.ts';
import { resourceKinds } from '../kinds.ts';
import { changeMap, parseMapChanges, splitMapChanges } from '../mapChanges.ts';
import { printedName } from '../objects.ts';
import { CommandFailure } from '../session.ts';
import { parseTargets, resolveTargets } from '../targets.ts';
import type { Verb } from '../verb.ts';

/** `kubectl label deployment/web KEY=VALUE … KEY- … [--overwrite]`. */
export const label: Verb = {
  name: 'label',
  flags: [
    { name: 'overwrite', isSwitch: true },
    allFlag,
    selectorFlag,
    fieldSelectorFlag,
    { name: 'all-namespaces', short: 'A', isSwitch: true },
  ],
  parse({ args, flags }) {
    const { objects, changes } = splitMapChanges(args);
    const request = parseTargets(objects, flags, { command: 'label', kinds: resourceKinds });
    const wanted = parseMapChanges(changes, 'label', (key, value) => labelKeyProblem(key) ?? labelValueProblem(value));
    const overwrite = flags.isOn('overwrite');
    return function* (session) {
      for (const target of resolveTargets(session, request)) {
        let isShorter = false;
        const notFound = new Set<string>();
        const outcome = yield* editObject(session, target, (document) =>
          changeMap(document, 'labels', wanted, (before) => {
            const conflicts = [...wanted.set].filter(([key, value]) => (before[key] ?? value) !== value);
            if (conflicts.length > 0 && !overwrite) throw new CommandFailure(conflictMessage(conflicts, before));
            for (const key of wanted.removed) if (before[key] === undefined) notFound.add(key);
            isShorter = wanted.removed.some((key) => before[key] !== undefined) && wanted.set.size === 0;
          }),
        );
        for (const key of notFound) session.print(`label "${key}" not found.`);
        if (outcome === 'failed') continue;
        const done = isShorter && !overwrite ? 'unlabeled' : 'labeled';
        session.print(`${printedName(target)} ${outcome === 'changed' ? done : 'not labeled'}`);
      }
    };
  },
};

function conflictMessage(conflicts: readonly (readonly [string, string])[], before: Readonly<Record<string, string>>) {
  return conflicts.map(([key]) => `'${key}' already has a value (${before[key]}), and --overwrite is false`).join('\n');
}

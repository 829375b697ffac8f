import { labelKeyProblem } from '../../../api/names.ts';
import { editObject } from '../edit.ts';
import { allFlag, fieldSelectorFlag, selectorFlag } from '../flags.ts';
import { resourceKinds } from '../kinds.ts';
import { changeMap, parseMapChanges, splitMapChanges } from '../mapChanges.ts';
import { printedName } from '../objects.ts';
import { CommandFailure } from '../session.ts';
import { parseTargets, resolveTargets } from '../targets.ts';
import type { Verb } from '../verb.ts';

/** `rollout history` shows it; kubectl lets it be overwritten always. */
export const CHANGE_CAUSE_ANNOTATION = 'kubernetes.io/change-cause';

/** `kubectl annotate deployment/web KEY=VALUE … KEY- … [--overwrite]`. */
export const annotate: Verb = {
  name: 'annotate',
  flags: [
    { name: 'overwrite', isSwitch: true },
    allFlag,
    selectorFlag,
    fieldSelectorFlag,
    { name: 'all-namespaces', short: 'A', isSwitch: true },
  ],
  parse({ args, flags }) {
    const { objects, changes } = splitMapChanges(args);
    const request = parseTargets(objects, flags, { command: 'annotate', kinds: resourceKinds });
    const wanted = parseMapChanges(changes, 'annotation', labelKeyProblem);
    const overwrite = flags.isOn('overwrite');
    return function* (session) {
      for (const target of resolveTargets(session, request)) {
        const outcome = yield* editObject(session, target, (document) =>
          changeMap(document, 'annotations', wanted, (before) => {
            if (!overwrite) refuseOverwriting(before, wanted.set);
          }),
        );
        // kubectl does not tell whether anything changed.
        if (outcome !== 'failed') session.print(`${printedName(target)} annotated`);
      }
    };
  },
};

function refuseOverwriting(before: Readonly<Record<string, string>>, wanted: ReadonlyMap<string, string>): void {
  const found = [...wanted].filter(([key, value]) => {
    return key !== CHANGE_CAUSE_ANNOTATION && (before[key] ?? value) !== value;
  });
  if (found.length === 0) return;
  const list = found.map(([key]) => `'${key}' already has a value (${before[key]})`).join('; ');
  throw new CommandFailure(`--overwrite is false but found the following declared annotation(s): ${list}`);
}

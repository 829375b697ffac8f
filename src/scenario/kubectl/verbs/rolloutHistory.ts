import { describeTemplate } from '../describeTemplate.ts';
import { kinds } from '../kinds.ts';
import { printedName, type Target } from '../objects.ts';
import {
  notImplemented,
  parseRevision,
  parseRolloutTargets,
  type Revision,
  revisionsOf,
  rolloutFlags,
} from '../rollout.ts';
import { CommandFailure, immediate, type Session } from '../session.ts';
import { resolveTargets } from '../targets.ts';
import { textTable } from '../textTable.ts';
import { UsageError } from '../usageError.ts';
import type { Verb } from '../verb.ts';
import { CHANGE_CAUSE_ANNOTATION } from './annotate.ts';

/** `kubectl rollout history deployment/web|statefulset/db|daemonset/agent [--revision=N]`. */
export const rolloutHistory: Verb = {
  name: 'rollout history',
  flags: [...rolloutFlags, { name: 'revision' }],
  parse({ args, flags }) {
    const request = parseRolloutTargets('rollout history', args, flags, notImplemented('history viewer'));
    const revision = parseRevision(flags.text('revision')) ?? -1n;
    if (revision < 0n) throw new UsageError('revision must be a positive integer');
    return immediate((session) => {
      for (const target of resolveTargets(session, request)) session.attempt(() => show(session, target, revision));
    });
  },
};

function show(session: Session, target: Target, wanted: bigint): void {
  const history = describeHistory(session, target, wanted);
  session.print(`${printedName(target)} ${wanted > 0n ? `with revision #${wanted}` : ''}`);
  session.print(history);
}

function describeHistory(session: Session, target: Target, wanted: bigint): string {
  const history = revisionsOf(session.cluster, target);
  if (history.length === 0) return 'No rollout history found.';
  if (wanted > 0n) {
    const found = history.find(({ revision }) => revision === wanted);
    if (found === undefined) throw new CommandFailure('unable to find the specified revision');
    // kubectl copies the change-cause of a ReplicaSet into what it prints, and only that.
    return describeTemplate(found.template, target.kind === kinds.Deployment ? changeCause(found) : '');
  }
  const rows = history.map((one) => [String(one.revision), changeCause(one) || '<none>']);
  // An empty line follows each table; the last one is trimmed.
  return `${textTable([['REVISION', 'CHANGE-CAUSE'], ...rows], 2)}\n`;
}

function changeCause({ annotations }: Revision): string {
  return annotations[CHANGE_CAUSE_ANNOTATION] ?? '';
}

import { describeTemplate } from '../describeTemplate.ts';
import { printedName, type Target } from '../objects.ts';
import { parseRevision, parseRolloutTargets, revisionsOf, rolloutFlags } from '../rollout.ts';
import { CommandFailure, immediate, type Session } from '../session.ts';
import { resolveTargets } from '../targets.ts';
import { textTable } from '../textTable.ts';
import { UsageError } from '../usageError.ts';
import type { Verb } from '../verb.ts';
import { CHANGE_CAUSE_ANNOTATION } from './annotate.ts';

/** `kubectl rollout history deployment/web [--revision=N]`. */
export const rolloutHistory: Verb = {
  name: 'rollout history',
  flags: [...rolloutFlags, { name: 'revision' }],
  parse({ args, flags }) {
    const request = parseRolloutTargets('rollout history', args, flags);
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
  const history = revisionsOf(session.cluster, target).sort((a, b) => (a.revision < b.revision ? -1 : 1));
  if (history.length === 0) return 'No rollout history found.';
  if (wanted > 0n) {
    const found = history.find(({ revision }) => revision === wanted);
    if (found === undefined) throw new CommandFailure('unable to find the specified revision');
    return describeTemplate(found.replicaSet);
  }
  const rows = history.map(({ revision, replicaSet }) => {
    return [String(revision), replicaSet.meta.annotations[CHANGE_CAUSE_ANNOTATION] || '<none>'];
  });
  // An empty line follows each table; the last one is trimmed.
  return `${textTable([['REVISION', 'CHANGE-CAUSE'], ...rows], 2)}\n`;
}

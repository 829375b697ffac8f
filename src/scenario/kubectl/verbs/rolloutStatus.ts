import type { AnyStored } from '../../../cluster/objects.ts';
import type { ObjectTable } from '../../../cluster/objectTable.ts';
import type { Process } from '../../../cluster/process.ts';
import type { Micros } from '../../../kernel/time.ts';
import { type Target, tableOf } from '../objects.ts';
import { notImplemented, parseRevision, parseRolloutTargets, rolloutFlags } from '../rollout.ts';
import { CommandFailure, type Session } from '../session.ts';
import { type RolledOut, rolloutStatusOf } from '../statusViewers.ts';
import { resolveTargets } from '../targets.ts';
import { UsageError } from '../usageError.ts';
import type { Verb } from '../verb.ts';

const TIMED_OUT = 'timed out waiting for the condition';

interface Options {
  readonly revision: bigint;
  readonly watches: boolean;
  readonly timeoutMicros: Micros;
}

/**
 * `kubectl rollout status deployment/web [--timeout=5m] [--watch=false] [--revision=N]`: prints one line for each change
 * of the Deployment, StatefulSet or DaemonSet that the watch delivers, until the rollout is done or has passed its deadline.
 */
export const rolloutStatus: Verb = {
  name: 'rollout status',
  flags: [...rolloutFlags, { name: 'timeout' }, { name: 'watch', short: 'w', isSwitch: true }, { name: 'revision' }],
  parse({ args, flags }) {
    const request = parseRolloutTargets('rollout status', args, flags, notImplemented('status viewer'));
    const revision = parseRevision(flags.text('revision')) ?? -1n;
    if (revision < 0n) throw new UsageError('revision must be a positive integer');
    const options: Options = {
      revision,
      watches: flags.isOn('watch', true),
      timeoutMicros: flags.timeout('timeout') ?? Number.POSITIVE_INFINITY,
    };
    return function* (session) {
      for (const target of resolveTargets(session, request)) {
        const failure = yield* follow(session, target, options);
        if (failure !== undefined) session.fail(failure);
      }
    };
  },
};

/** Returns why the rollout did not get done. */
function* follow(session: Session, target: Target, options: Options): Process<CommandFailure | undefined> {
  const table = tableOf(session.cluster, target.kind);
  const endMicros = session.kernel.nowMicros + options.timeoutMicros;
  let seen = table.get(target.key);
  if (seen === undefined) return new CommandFailure('object has been deleted');
  for (;;) {
    const status = rolloutStatusOf(seen as RolledOut, options.revision);
    if (status instanceof CommandFailure) return status;
    session.print(status.message);
    if (status.isDone || !options.watches) return undefined;
    const next: AnyStored | CommandFailure = yield* nextVersion(session, table, seen, endMicros);
    if (next instanceof CommandFailure) return next;
    seen = next;
  }
}

/** The next version of the object that the watch delivers. */
function* nextVersion(
  session: Session,
  table: ObjectTable<AnyStored>,
  seen: AnyStored,
  endMicros: Micros,
): Process<AnyStored | CommandFailure> {
  for (;;) {
    const reason = yield* session.changes.next(endMicros - session.kernel.nowMicros);
    if (reason === 'timeout') return new CommandFailure(TIMED_OUT);
    if (reason === 'quiet') return new CommandFailure(`${TIMED_OUT}: nothing can happen any more`);
    const cached = table.cached(seen.uid);
    if (cached !== undefined && cached.resourceVersion > seen.resourceVersion) return cached;
    if (cached === undefined && table.get(seen.uid) === undefined) return new CommandFailure('object has been deleted');
  }
}

import { type Deployment, findCondition, REVISION_ANNOTATION } from '../../../cluster/objects.ts';
import type { Process } from '../../../cluster/process.ts';
import type { Micros } from '../../../kernel/time.ts';
import type { Target } from '../objects.ts';
import { parseRevision, parseRolloutTargets, rolloutFlags } from '../rollout.ts';
import { CommandFailure, type Session } from '../session.ts';
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
 * of the Deployment that the watch delivers, until the rollout is done or has passed its deadline.
 */
export const rolloutStatus: Verb = {
  name: 'rollout status',
  flags: [...rolloutFlags, { name: 'timeout' }, { name: 'watch', short: 'w', isSwitch: true }, { name: 'revision' }],
  parse({ args, flags }) {
    const request = parseRolloutTargets('rollout status', args, flags);
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
  const { deployments } = session.cluster;
  const endMicros = session.kernel.nowMicros + options.timeoutMicros;
  let seen = deployments.get(target.key);
  if (seen === undefined) return new CommandFailure('object has been deleted');
  for (;;) {
    const status = statusOf(seen, options.revision);
    if (status instanceof CommandFailure) return status;
    session.print(status.message);
    if (status.isDone || !options.watches) return undefined;
    const next: Deployment | CommandFailure = yield* nextVersion(session, seen, endMicros);
    if (next instanceof CommandFailure) return next;
    seen = next;
  }
}

/** The next version of the Deployment that the watch delivers. */
function* nextVersion(session: Session, seen: Deployment, endMicros: Micros): Process<Deployment | CommandFailure> {
  const { deployments } = session.cluster;
  for (;;) {
    const reason = yield* session.changes.next(endMicros - session.kernel.nowMicros);
    if (reason === 'timeout') return new CommandFailure(TIMED_OUT);
    if (reason === 'quiet') return new CommandFailure(`${TIMED_OUT}: nothing can happen any more`);
    const cached = deployments.cached(seen.uid);
    if (cached !== undefined && cached.resourceVersion > seen.resourceVersion) return cached;
    if (cached === undefined && deployments.get(seen.uid) === undefined) {
      return new CommandFailure('object has been deleted');
    }
  }
}

interface Status {
  readonly message: string;
  readonly isDone: boolean;
}

function statusOf(deployment: Deployment, wantedRevision: bigint): Status | CommandFailure {
  const { name } = deployment.meta;
  if (wantedRevision > 0n) {
    const running = parseRevision(deployment.meta.annotations[REVISION_ANNOTATION]);
    if (running === undefined) return new CommandFailure(`cannot get the revision of deployment "${name}"`);
    if (running !== wantedRevision) {
      return new CommandFailure(
        `desired revision (${wantedRevision}) is different from the running revision (${running})`,
      );
    }
  }
  if (deployment.generation > deployment.status.observedGeneration) {
    return { message: 'Waiting for deployment spec update to be observed...', isDone: false };
  }
  if (findCondition(deployment.status.conditions, 'Progressing')?.reason === 'ProgressDeadlineExceeded') {
    return new CommandFailure(`deployment "${name}" exceeded its progress deadline`);
  }
  const waitsFor = whatIsMissing(deployment);
  if (waitsFor === undefined) return { message: `deployment "${name}" successfully rolled out`, isDone: true };
  return { message: `Waiting for deployment "${name}" rollout to finish: ${waitsFor}...`, isDone: false };
}

function whatIsMissing({ spec, status }: Deployment): string | undefined {
  const { replicas, updatedReplicas, availableReplicas } = status;
  if (updatedReplicas < spec.replicas) {
    return `${updatedReplicas} out of ${spec.replicas} new replicas have been updated`;
  }
  if (replicas > updatedReplicas) return `${replicas - updatedReplicas} old replicas are pending termination`;
  if (availableReplicas < updatedReplicas) {
    return `${availableReplicas} of ${updatedReplicas} updated replicas are available`;
  }
  return undefined;
}

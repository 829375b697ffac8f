import type { ApiError } from '../../../cluster/apiError.ts';
import type { Cluster } from '../../../cluster/cluster.ts';
import { FOREGROUND_FINALIZER, ORPHAN_FINALIZER } from '../../../cluster/objects.ts';
import { systemClassRefusal } from '../../../cluster/podPriorities.ts';
import type { Process } from '../../../cluster/process.ts';
import type { Micros } from '../../../kernel/time.ts';
import { allFlag, type Flags, fieldSelectorFlag, selectorFlag } from '../flags.ts';
import { resourceKinds } from '../kinds.ts';
import { exists, notFoundError, type Target, tableOf } from '../objects.ts';
import { CommandFailure, type Session } from '../session.ts';
import { parseTargets, resolveTargets } from '../targets.ts';
import { UsageError } from '../usageError.ts';
import type { Verb } from '../verb.ts';

const CASCADES = ['background', 'foreground', 'orphan'] as const;
type Cascade = (typeof CASCADES)[number];

const FORCE_WARNING =
  'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.';

interface Options {
  readonly cascade: Cascade;
  /** Not waiting for the kubelet. */
  readonly isForced: boolean;
  readonly waits: boolean;
  readonly timeoutMicros: Micros;
}

const SCOPE_WARNING = 'Warning: deleting cluster-scoped resources, not scoped to the provided namespace';

/** What the DELETE adds to the object; the garbage collector does the rest. */
const FINALIZERS: Readonly<Record<Cascade, string | undefined>> = {
  background: undefined,
  foreground: FOREGROUND_FINALIZER,
  orphan: ORPHAN_FINALIZER,
};

/**
 * `kubectl delete TYPE NAME …|-l SELECTOR|--all`: one DELETE each, then waiting until the objects are gone. For pods all
 * policies are one: nothing that belongs to a pod is waited for.
 */
export const deleteVerb: Verb = {
  name: 'delete',
  flags: [
    allFlag,
    selectorFlag,
    fieldSelectorFlag,
    { name: 'all-namespaces', short: 'A', isSwitch: true },
    { name: 'wait', isSwitch: true },
    { name: 'timeout' },
    { name: 'grace-period' },
    { name: 'force', isSwitch: true },
    { name: 'now', isSwitch: true },
    { name: 'cascade' },
    { name: 'ignore-not-found', isSwitch: true },
  ],
  parse({ args, flags }) {
    const request = parseTargets(args, flags, { command: 'delete', kinds: resourceKinds });
    const options = parseOptions(flags);
    const ignoresMissing = flags.isOn('ignore-not-found', flags.isOn('all'));
    return function* (session) {
      const targets = resolveTargets(session, request, ignoresMissing);
      if (targets.length === 0 && request.named.length === 0) return session.print('No resources found');
      if (flags.has('namespace') && targets.some(({ kind }) => !kind.isNamespaced)) session.print(SCOPE_WARNING);
      if (options.isForced) session.print(FORCE_WARNING);
      yield* deleteAll(session, targets, options);
    };
  },
};

function parseOptions(flags: Flags): Options {
  const text = flags.text('cascade') ?? 'background';
  const cascade = CASCADES.find((known) => known === text);
  if (cascade === undefined) {
    throw new UsageError(`invalid cascade value (${text}). Must be "background", "foreground", or "orphan"`);
  }
  const grace = flags.integer('grace-period') ?? -1;
  if (flags.isOn('now')) throw new UsageError('flag --now of kubectl delete is not supported yet');
  if (grace > 0)
    throw new UsageError('--grace-period other than 0 is not supported yet: set terminationGracePeriodSeconds');
  if (grace === 0 && !flags.isOn('force')) {
    throw new UsageError('--grace-period=0 without --force is not supported yet', 'add --force');
  }
  return {
    cascade,
    isForced: flags.isOn('force'),
    waits: flags.isOn('wait', !flags.isOn('force')),
    timeoutMicros: flags.timeout('timeout') ?? Number.POSITIVE_INFINITY,
  };
}

function* deleteAll(session: Session, targets: readonly Target[], options: Options): Process<void> {
  const { cluster } = session;
  const awaited: (() => boolean)[] = [];
  for (const target of targets) {
    const isDone = yield* session.request(() => deleteObject(cluster, target, options));
    if (!isDone) continue;
    session.print(`${target.kind.printed} "${target.name}" ${options.isForced ? 'force deleted' : 'deleted'}`);
    awaited.push(() => exists(cluster, target));
  }
  if (options.waits) yield* waitUntilGone(session, awaited, options.timeoutMicros);
}

function* waitUntilGone(session: Session, awaited: (() => boolean)[], timeoutMicros: Micros): Process<void> {
  const endMicros = session.kernel.nowMicros + timeoutMicros;
  while (awaited.length > 0) {
    if (!awaited[awaited.length - 1]!()) {
      awaited.pop();
      continue;
    }
    const reason = yield* session.changes.next(endMicros - session.kernel.nowMicros);
    if (reason === 'change') continue;
    const why = reason === 'quiet' ? ': nothing can happen any more' : '';
    return session.fail(new CommandFailure(`timed out waiting for the condition${why}`));
  }
}

function deleteObject(cluster: Cluster, target: Target, options: Options): ApiError | undefined {
  if (!exists(cluster, target)) return notFoundError(target);
  if (target.kind.kind === 'PriorityClass') {
    const refusal = systemClassRefusal(target.name);
    if (refusal !== undefined) return refusal;
  }
  if (target.kind.kind !== 'Pod') {
    const finalizer = FINALIZERS[options.cascade];
    return tableOf(cluster, target.kind).delete(target.key, cluster.kernel.nowMicros, finalizer);
  }
  if (!options.isForced) return cluster.deletePod(target.key);
  cluster.removePod(target.key);
  return undefined;
}

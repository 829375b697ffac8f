import { parseSelectorFlag } from '../../../api/selector.ts';
import type { Process } from '../../../cluster/process.ts';
import { cordonOrUncordon, parseNodes } from '../cordoning.ts';
import { type DrainFilterOptions, podsForDeletion } from '../drainFilters.ts';
import { deletePods, evictPods, type RemovalOptions } from '../drainPods.ts';
import { type Flags, selectorFlag } from '../flags.ts';
import type { Target } from '../objects.ts';
import { CommandFailure, type Session } from '../session.ts';
import { resolveTargets } from '../targets.ts';
import { UsageError } from '../usageError.ts';
import type { Verb } from '../verb.ts';

interface Options extends DrainFilterOptions, RemovalOptions {
  /** Deletes instead, which no budget can hold up. */
  readonly disablesEviction: boolean;
}

/**
 * `kubectl drain NODE …|-l SELECTOR [--ignore-daemonsets] [--delete-emptydir-data] [--force] [--disable-eviction]
 * [--pod-selector=…] [--timeout=0]`: cordons all nodes, then empties one after the other. When one pod of a node may not
 * be removed, none is.
 */
export const drain: Verb = {
  name: 'drain',
  flags: [
    selectorFlag,
    { name: 'pod-selector' },
    { name: 'ignore-daemonsets', isSwitch: true },
    { name: 'delete-emptydir-data', isSwitch: true },
    { name: 'force', isSwitch: true },
    { name: 'disable-eviction', isSwitch: true },
    { name: 'timeout' },
    { name: 'skip-wait-for-delete-timeout' },
  ],
  parse({ args, flags }) {
    const request = parseNodes('drain', args, flags);
    const options = parseOptions(flags);
    return function* (session) {
      const nodes = resolveTargets(session, request);
      if (nodes.length < request.named.length) return;
      for (const node of nodes) yield* cordonOrUncordon(session, node, 'cordon');
      yield* drainNodes(session, nodes, options);
    };
  },
};

function parseOptions(flags: Flags): Options {
  return {
    ignoresDaemonSets: flags.isOn('ignore-daemonsets'),
    deletesEmptyDirData: flags.isOn('delete-emptydir-data'),
    isForced: flags.isOn('force'),
    disablesEviction: flags.isOn('disable-eviction'),
    podSelector: parsePodSelector(flags.text('pod-selector')),
    timeoutMicros: flags.timeout('timeout') ?? Number.POSITIVE_INFINITY,
    skipWaitForDeleteTimeoutSeconds: flags.integer('skip-wait-for-delete-timeout') ?? 0,
  };
}

function parsePodSelector(text: string | undefined): Options['podSelector'] {
  if (text === undefined || text === '') return undefined;
  try {
    return parseSelectorFlag(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError('--pod-selector=<pod_selector> must be a valid label selector');
  }
}

function* drainNodes(session: Session, nodes: readonly Target[], options: Options): Process<void> {
  const failures = new Map<string, string>();
  for (const { name } of nodes) {
    const failure = yield* drainNode(session, name, options);
    if (failure === undefined) session.print(`node/${name} drained`);
    else {
      session.print(`error: unable to drain node "${name}" due to error: ${failure}, continuing command...`);
      failures.set(name, failure);
    }
  }
  if (failures.size === 0) return;
  session.print('There are pending nodes to be drained:');
  for (const name of failures.keys()) session.print(` ${name}`);
  session.fail(new CommandFailure(aggregate([...failures.values()])));
}

/** Returns why it could not be emptied. */
function* drainNode(session: Session, node: string, options: Options): Process<string | undefined> {
  const { cluster } = session;
  const { pods, warnings, errors } = podsForDeletion(cluster, node, options);
  if (errors.length > 0) return aggregate(errors);
  if (warnings !== '') session.print(`Warning: ${warnings}`);
  if (pods.length === 0) return undefined;
  const failures = yield* (options.disablesEviction ? deletePods : evictPods)(session, pods, options);
  if (failures.length === 0) return undefined;
  const failure = aggregate(failures);
  const pending = podsForDeletion(cluster, node, options).pods;
  if (pending.length > 0) {
    session.print(`There are pending pods in node "${node}" when an error occurred: ${failure}`);
    for (const { name } of pending) session.print(`pod/${name}`);
  }
  return failure;
}

/** As apimachinery's `Aggregate` reads; a message that comes twice is told once. */
function aggregate(messages: readonly string[]): string {
  const different = [...new Set(messages)];
  return different.length === 1 ? different[0]! : `[${different.join(', ')}]`;
}

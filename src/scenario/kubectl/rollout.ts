/** What the `rollout` subcommands share. */

import type { Cluster } from '../../cluster/cluster.ts';
import { REVISION_ANNOTATION, type ReplicaSet } from '../../cluster/objects.ts';
import type { Process } from '../../cluster/process.ts';
import { type Edit, editObject } from './edit.ts';
import { type FlagSpec, type Flags, selectorFlag } from './flags.ts';
import { kinds } from './kinds.ts';
import { printedName, type Target } from './objects.ts';
import { CommandFailure, type Session } from './session.ts';
import { parseTargets, resolveTargets, type TargetRequest } from './targets.ts';

export const rolloutFlags: readonly FlagSpec[] = [selectorFlag];

export function parseRolloutTargets(command: string, args: readonly string[], flags: Flags): TargetRequest {
  return parseTargets(args, flags, { command, kinds: [kinds.Deployment], allowsBareType: true });
}

/** A change of each Deployment, answered with `deployment.apps/web WORD`. */
export function* editDeployments(
  session: Session,
  request: TargetRequest,
  edit: (session: Session, target: Target) => Edit,
  word: string,
): Process<void> {
  for (const target of resolveTargets(session, request)) {
    const outcome = yield* editObject(session, target, edit(session, target));
    if (outcome !== 'failed') session.print(`${printedName(target)} ${word}`);
  }
}

/** `deployments.apps "web" is already paused`. */
export function refusal(target: Target, reason: string): CommandFailure {
  return new CommandFailure(`${target.kind.resource} "${target.name}" ${reason}`);
}

/** The Deployment's ReplicaSets with their revisions, by name; revisions are int64 and may pass 2^53. */
export function revisionsOf(cluster: Cluster, deployment: Target): { revision: bigint; replicaSet: ReplicaSet }[] {
  return cluster.replicaSets
    .list()
    .filter((replicaSet) => replicaSet.ownerUid === deployment.key)
    .sort((a, b) => (a.meta.name < b.meta.name ? -1 : 1))
    .flatMap((replicaSet) => {
      const revision = parseRevision(replicaSet.meta.annotations[REVISION_ANNOTATION]);
      return revision === undefined ? [] : [{ revision, replicaSet }];
    });
}

/** 0 where the annotation is absent; undefined where it is no number. */
export function parseRevision(text: string | undefined): bigint | undefined {
  if (text === undefined) return 0n;
  return /^[+-]?[0-9]+$/.test(text) ? BigInt(text) : undefined;
}

/** What the `rollout` subcommands share. */

import type { PodTemplateSpec, StringMap } from '../../api/types.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { REVISION_ANNOTATION } from '../../cluster/objects.ts';
import type { Process } from '../../cluster/process.ts';
import { type Edit, editObject } from './edit.ts';
import { type FlagSpec, type Flags, selectorFlag } from './flags.ts';
import { kinds, type ResourceKind } from './kinds.ts';
import { compareText, printedName, type Target } from './objects.ts';
import { CommandFailure, type Session } from './session.ts';
import { parseTargets, resolveTargets, type TargetRequest, type TargetRules } from './targets.ts';

export const rolloutFlags: readonly FlagSpec[] = [selectorFlag];

/** What can be rolled out. */
export const ROLLOUT_KINDS: readonly ResourceKind[] = [kinds.Deployment, kinds.StatefulSet, kinds.DaemonSet];

/** @param refusal what kubectl says of another kind */
export function parseRolloutTargets(
  command: string,
  args: readonly string[],
  flags: Flags,
  refusal: NonNullable<TargetRules['refusal']>,
  allowed: readonly ResourceKind[] = ROLLOUT_KINDS,
): TargetRequest {
  return parseTargets(args, flags, { command, kinds: allowed, allowsBareType: true, refusal });
}

/** `statefulsets.apps "db" pausing is not supported` */
export function notSupported(doing: string): NonNullable<TargetRules['refusal']> {
  return ({ resource }, name) =>
    `${name === undefined ? resource : `${resource} ${JSON.stringify(name)}`} ${doing} is not supported`;
}

/** `no history viewer has been implemented for "ReplicaSet.apps"` */
export function notImplemented(what: string): NonNullable<TargetRules['refusal']> {
  return ({ kind, group }) => {
    const groupKind = group === '' ? kind : `${kind}.${group}`;
    return `no ${what} has been implemented for ${JSON.stringify(groupKind)}`;
  };
}

/** A change of each object, answered with `deployment.apps/web WORD`. */
export function* editTargets(
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

/** One state that an object can be rolled back to. */
export interface Revision {
  /** int64, which may pass 2^53. */
  readonly revision: bigint;
  readonly template: PodTemplateSpec;
  /** Of the object that keeps the revision; its change-cause is among them. */
  readonly annotations: StringMap;
}

/** The revisions of a Deployment (its ReplicaSets), StatefulSet or DaemonSet (its ControllerRevisions), oldest first. */
export function revisionsOf(cluster: Cluster, target: Target): Revision[] {
  const found = target.kind === kinds.Deployment ? replicaSets(cluster, target) : controllerRevisions(cluster, target);
  return found.sort((a, b) => (a.revision < b.revision ? -1 : a.revision > b.revision ? 1 : 0));
}

function replicaSets(cluster: Cluster, { key }: Target): Revision[] {
  return cluster.replicaSets
    .list()
    .filter(({ ownerUid }) => ownerUid === key)
    .sort((a, b) => compareText(a.meta.name, b.meta.name))
    .flatMap(({ meta, spec }) => {
      const revision = parseRevision(meta.annotations[REVISION_ANNOTATION]);
      return revision === undefined ? [] : [{ revision, template: spec.template, annotations: meta.annotations }];
    });
}

function controllerRevisions(cluster: Cluster, { key }: Target): Revision[] {
  return cluster.tables.ControllerRevision.list()
    .filter(({ ownerUid }) => ownerUid === key)
    .sort((a, b) => compareText(a.meta.name, b.meta.name))
    .map(({ revision, template, meta }) => ({ revision: BigInt(revision), template, annotations: meta.annotations }));
}

/** 0 where the annotation is absent; undefined where it is no number. */
export function parseRevision(text: string | undefined): bigint | undefined {
  if (text === undefined) return 0n;
  return /^[+-]?[0-9]+$/.test(text) ? BigInt(text) : undefined;
}

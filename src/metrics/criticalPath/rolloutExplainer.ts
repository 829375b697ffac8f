import { referenceTo } from '../../api/reference.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { StoredObject } from '../../cluster/objectTable.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import type { CriticalPathLink, RolloutExplanation, RolloutResult } from '../result.ts';
import type { RollingWorkload } from '../rolloutStatus.ts';
import type { CriticalPath, Stretch } from './criticalPath.ts';
import { wordsOf } from './phases.ts';

/** Kinds whose objects controllers wait for by uid. */
const KEYED_KINDS = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicationController'] as const;

/** Handlers and links whose first number is the uid of an object. */
const KEYED = /\/(worker|addAfter|min-ready|quota-retry|failed-pods)$/;

/** Handlers and links whose first number is the row of a pod. */
const OF_PODS = /^kubelet\/(?!client|node|transfer|image-pulled)/;

interface Explained {
  readonly workload: string;
  readonly startSeconds: number;
  readonly chain: readonly CriticalPathLink[];
}

/** Keeps the chains of the rollouts of some workloads, in words. */
export class RolloutExplainer {
  private readonly path: CriticalPath;
  private readonly names: readonly string[];
  private readonly objects = new Map<number, string>();
  private readonly explained: Explained[] = [];

  /**
   * To be made before the first object is written.
   *
   * @param names of workloads, with `NAMESPACE/` in front where need be
   */
  constructor(cluster: Cluster, path: CriticalPath, names: readonly string[]) {
    this.path = path;
    this.names = names;
    for (const kind of KEYED_KINDS) {
      cluster.tables[kind].observe((_before: StoredObject | undefined, after: StoredObject | undefined) => {
        if (after !== undefined) this.objects.set(after.uid, referenceTo(kind, after.meta));
      });
    }
  }

  /** A rollout of the workload is complete. */
  complete(workload: RollingWorkload, startMicros: number, stretches: readonly Stretch[]): void {
    if (!this.isMeant(workload.meta)) return;
    this.explained.push({
      workload: referenceTo(workload.kind, workload.meta),
      startSeconds: startMicros / MICROS_PER_SECOND,
      chain: joined(stretches.map((stretch) => this.linkOf(stretch))),
    });
  }

  /** In the order of their starts: the updates, or the first rollouts where nothing was updated. */
  finish(rollouts: readonly RolloutResult[]): RolloutExplanation[] {
    const meant = rollouts.filter(({ workload }) => this.isMeant(metaOf(workload)));
    const updates = meant.filter(({ cause }) => cause === 'update');
    return (updates.length > 0 ? updates : meant).map((rollout) => this.explanationOf(rollout));
  }

  private isMeant({ namespace, name }: { readonly namespace: string; readonly name: string }): boolean {
    return this.names.includes(`${namespace}/${name}`) || this.names.includes(name);
  }

  private explanationOf({ workload, startSeconds, outcome, durationSeconds }: RolloutResult): RolloutExplanation {
    const found = this.explained.find((one) => one.workload === workload && one.startSeconds === startSeconds);
    const standing = found === undefined ? this.standingOf(outcome, durationSeconds) : '';
    return { workload, startSeconds, chain: found?.chain ?? [], standing };
  }

  private standingOf(outcome: string, durationSeconds: number | null): string {
    if (durationSeconds !== null) return 'more has happened since it began than is remembered';
    const waiting = this.path.lives.withoutNode();
    const first = waiting[0];
    if (first === undefined) return `${outcome}: no pod of the run waits for a node`;
    const others = waiting.length === 1 ? '' : ` and ${waiting.length - 1} more`;
    return `${outcome}: ${first.name}${others} found no node: ${first.message}`;
  }

  private linkOf({ phase, fromMicros, toMicros, entry, life }: Stretch): CriticalPathLink {
    const { handlerName, a } = entry;
    return {
      phase,
      subject: life?.name ?? this.subjectOf(handlerName, a, toMicros),
      fromSeconds: fromMicros / MICROS_PER_SECOND,
      toSeconds: toMicros / MICROS_PER_SECOND,
      detail: phase === 'capacityWait' ? `room on a node: ${life?.message ?? ''}` : wordsOf(handlerName),
    };
  }

  private subjectOf(handlerName: string, a: number, micros: number): string {
    if (KEYED.test(handlerName)) return this.objects.get(a) ?? component(handlerName);
    if (OF_PODS.test(handlerName)) return this.path.lives.at(a, micros)?.name ?? component(handlerName);
    return component(handlerName);
  }
}

/** `replicaset-controller/limiter` → `replicaset-controller` */
function component(handlerName: string): string {
  return handlerName.slice(0, handlerName.indexOf('/'));
}

/** `shop/deployment/web` → shop and web. */
function metaOf(workload: string): { readonly namespace: string; readonly name: string } {
  const words = workload.split('/');
  return { namespace: words.length > 2 ? words[0]! : 'default', name: words.at(-1)! };
}

/** Neighbours of one phase and subject are one link; what controllers do within milliseconds is one, whoever they are. */
function joined(links: readonly CriticalPathLink[]): CriticalPathLink[] {
  const merged: CriticalPathLink[] = [];
  for (const link of links) {
    const last = merged.at(-1);
    if (last === undefined || last.phase !== link.phase || !isOneWait(last, link)) merged.push(link);
    else merged[merged.length - 1] = { ...last, ...together(last, link), toSeconds: link.toSeconds };
  }
  return merged;
}

function isOneWait(last: CriticalPathLink, next: CriticalPathLink): boolean {
  return last.phase === 'controller' || last.subject === next.subject;
}

function together(last: CriticalPathLink, next: CriticalPathLink): Pick<CriticalPathLink, 'subject' | 'detail'> {
  return { subject: withWord(last.subject, next.subject), detail: withWord(last.detail, next.detail) };
}

function withWord(list: string, word: string): string {
  return list.split(', ').includes(word) ? list : `${list}, ${word}`;
}

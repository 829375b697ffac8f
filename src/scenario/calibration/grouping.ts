/** Which pods are one rule's. */
import { isJsonObject } from '../../api/canonical.ts';
import { InputError } from '../../api/errors.ts';
import { didYouMean } from '../../api/nearest.ts';
import type { JsonObject } from '../../api/types.ts';
import { controllerOf, type Owner } from './dump.ts';
import type { PodLife } from './podLife.ts';

/** By what pods are gathered. */
export type Grouping =
  | { readonly by: 'image' | 'repository' | 'workload' }
  /** By the value of a label. */
  | { readonly by: 'label'; readonly key: string };

const WORDS = ['image', 'repository', 'workload'] as const;

/**
 * Reads `image`, `repository`, `workload` or `label:KEY`.
 *
 * @throws InputError for anything else.
 */
export function readGrouping(text: string, flag: string): Grouping {
  const word = WORDS.find((known) => known === text);
  if (word !== undefined) return { by: word };
  const [, key] = /^label:(.+)$/.exec(text) ?? [];
  if (key !== undefined) return { by: 'label', key };
  const hint = didYouMean(text, WORDS) ?? `expected ${WORDS.join(', ')} or label:KEY`;
  throw new InputError(`cannot gather pods by ${JSON.stringify(text)}`, { file: flag }, hint);
}

/** The `match` of a pod's rule, or why no rule can speak of it. */
export type Matched = { readonly match: JsonObject } | { readonly reason: string };

/** What the rule of a pod matches. */
export function matchOf(life: PodLife, grouping: Grouping, owners: ReadonlyMap<string, Owner>): Matched {
  switch (grouping.by) {
    case 'image':
    case 'repository': {
      const image = life.containers[0]?.container.image;
      if (image === undefined) return { reason: 'no image' };
      return { match: { image: grouping.by === 'image' ? image : allTagsOf(image) } };
    }
    case 'workload': {
      const workload = workloadOf(life, owners);
      return workload === undefined
        ? { reason: 'owned by something that rollsim does not know (--by image)' }
        : { match: { workload } };
    }
    case 'label': {
      const { key } = grouping;
      const value = life.labels[key];
      return value === undefined ? { reason: `no label ${key}` } : { match: { labels: { [key]: value } } };
    }
  }
}

/** How tables and messages name the pods of a rule: `web:v1`, `deployment/web`, `app=web`. */
export function nameOfMatch({ image, workload, labels }: JsonObject): string {
  const ofLabels = isJsonObject(labels) ? Object.entries(labels).map(([key, value]) => `${key}=${value}`) : [];
  return [workload, image, ...ofLabels].filter((part) => part !== undefined).join(' ');
}

/** `registry:5000/web:v1` → `registry:5000/web:*`; one without tag and digest has no others. */
function allTagsOf(image: string): string {
  const path = image.lastIndexOf('/') + 1;
  const mark = /[:@]/.exec(image.slice(path));
  return mark === null ? image : `${image.slice(0, path + mark.index + 1)}*`;
}

const WORKLOAD_KINDS: Readonly<Record<string, string>> = {
  ReplicaSet: 'replicaset',
  ReplicationController: 'replicationcontroller',
  StatefulSet: 'statefulset',
  DaemonSet: 'daemonset',
  Job: 'job',
};

/**
 * `deployment/web`. What stands above a ReplicaSet or a Job is told by that object if the dump has it, else by its name:
 * Deployments add the hash that the pods have as a label, CronJobs the minute.
 */
export function workloadOf(life: PodLife, owners: ReadonlyMap<string, Owner>): string | undefined {
  const owner = controllerOf(life.pod);
  if (owner === undefined) return life.name === '' ? undefined : `pod/${life.name}`;
  const { kind, name, uid } = owner;
  const above = uid === undefined ? undefined : owners.get(uid);
  if (above?.kind === 'Deployment' || above?.kind === 'CronJob') return `${above.kind.toLowerCase()}/${above.name}`;
  const hash = life.labels['pod-template-hash'];
  if (kind === 'ReplicaSet' && hash !== undefined && name.endsWith(`-${hash}`)) {
    return `deployment/${name.slice(0, -hash.length - 1)}`;
  }
  const [, cronJob] = kind === 'Job' ? (/^(.+)-\d{8}$/.exec(name) ?? []) : [];
  if (cronJob !== undefined) return `cronjob/${cronJob}`;
  const word = Object.hasOwn(WORKLOAD_KINDS, kind) ? WORKLOAD_KINDS[kind] : undefined;
  return word === undefined ? undefined : `${word}/${name}`;
}

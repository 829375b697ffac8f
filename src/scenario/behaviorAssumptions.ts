/** What is assumed of pods that `behavior` says nothing of, and whose pods those are. */
import { formatDuration } from '../api/duration.ts';
import { labelsMatch } from '../api/selector.ts';
import type { Manifest, PodSpec, StringMap } from '../api/types.ts';
import { type BehaviorRule, DEFAULT_BEHAVIOR, isImageMatched } from '../kubelet/behavior.ts';
import { type Foresight, foresee } from './kubectl/index.ts';
import { formatIdentity } from './reference.ts';
import type { Step } from './types.ts';

/** More names would push the sentence out of sight. */
const MOST_NAMES = 3;

/** An object that makes pods, or is one. */
interface PodSource {
  /** In lower case. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Of the object itself. */
  readonly labels: StringMap;
  /** Of its pods, as far as they are alike. */
  readonly podLabels: StringMap;
  readonly spec: PodSpec;
}

/**
 * Sentences on the pods that no rule matches, and on Jobs that never end.
 *
 * Pods are told by their templates: a rule for some of a template's pods, by a label that only their controller gives
 * them, does not speak of the others.
 */
export function behaviorAssumptions(
  rules: readonly BehaviorRule[],
  objects: readonly Manifest[],
  steps: readonly Step[],
): string[] {
  const foreseen = steps.flatMap((step) => (step.kind === 'kubectl' ? [foresee(step.commandLine, step.stdin)] : []));
  const series = steps.flatMap((step) => (step.kind === 'createPods' ? [step.series.pod] : []));
  const sources = [...objects, ...foreseen.flatMap((one) => one.objects ?? []), ...series].flatMap(podSourceOf);
  const left = sources.filter((source) => imagesOf(source, foreseen).some((image) => !ruleFor(rules, source, image)));
  const endless = sources.filter((source) => isEndless(rules, source));
  return [
    ...(left.length === 0
      ? []
      : [`${DEFAULT_DELAYS}, for the pods of ${named(left)} that no behavior rule matches (${WHERE})`]),
    ...(endless.length === 0
      ? []
      : [`the containers of ${named(endless)} run for ever, since no behavior rule says for how long (run, ${WHERE})`]),
  ];
}

const WHERE = 'behavior in a Scenario';
const DEFAULT_DELAYS = describeDefault();

function describeDefault(): string {
  const { pull, start, ready, terminate } = DEFAULT_BEHAVIOR;
  const text = (delay: typeof pull): string => (delay.kind === 'constant' ? formatDuration(delay.micros) : delay.kind);
  const delays = [
    `pull ${text(pull)}`,
    `start ${text(start)}`,
    `ready ${text(ready)} where there is a readiness probe`,
  ];
  return [...delays, `terminate ${text(terminate)}`].join(', ');
}

function named(sources: readonly PodSource[]): string {
  const names = [...new Set(sources.map(formatIdentity))];
  if (names.length > MOST_NAMES) return `${names.length} objects`;
  return [names.slice(0, -1).join(', '), names.at(-1)].filter((part) => part !== '').join(' and ');
}

function podSourceOf(object: Manifest): PodSource[] {
  const { namespace, name, labels } = object.meta;
  const source = { kind: object.kind.toLowerCase(), namespace, name, labels };
  switch (object.kind) {
    case 'Deployment':
    case 'ReplicaSet':
    case 'ReplicationController':
    case 'StatefulSet':
    case 'DaemonSet':
      return [{ ...source, podLabels: object.spec.template.labels, spec: object.spec.template.spec }];
    case 'Job': {
      const jobLabels = { 'batch.kubernetes.io/job-name': name, 'job-name': name };
      return [
        { ...source, podLabels: { ...object.spec.template.labels, ...jobLabels }, spec: object.spec.template.spec },
      ];
    }
    case 'CronJob': {
      const { template } = object.spec.jobTemplate.spec;
      return [{ ...source, podLabels: template.labels, spec: template.spec }];
    }
    case 'Pod':
      return [{ ...source, podLabels: labels, spec: object.template.spec }];
    default:
      return [];
  }
}

/** The images that its first container has, and is given by steps. */
function imagesOf(source: PodSource, foreseen: readonly Foresight[]): string[] {
  const first = source.spec.containers[0]!;
  const later = foreseen.flatMap(({ images }) => {
    const image = images?.byContainer.get(first.name) ?? images?.byContainer.get('*');
    return image === undefined || !isMeant(source, images!.request) ? [] : [image];
  });
  return [first.image, ...later];
}

function isMeant(source: PodSource, { named, listed, labels }: NonNullable<Foresight['images']>['request']): boolean {
  if (named.some(({ kind, name }) => kind.singular === source.kind && name === source.name)) return true;
  return listed.some(({ singular }) => singular === source.kind) && (!labels || labelsMatch(labels, source.labels));
}

/** The first rule that matches all pods of this image. */
function ruleFor(rules: readonly BehaviorRule[], source: PodSource, image: string): BehaviorRule | undefined {
  return rules.find(({ match }) => {
    if (match.image !== undefined && !isImageMatched(match.image, image)) return false;
    if (match.labels !== undefined && !labelsMatch(match.labels, source.podLabels)) return false;
    return match.workload === undefined || (match.workload.kind === source.kind && match.workload.name === source.name);
  });
}

function isEndless(rules: readonly BehaviorRule[], source: PodSource): boolean {
  if (source.kind !== 'job' && source.kind !== 'cronjob') return false;
  const { containers } = source.spec;
  const rule = ruleFor(rules, source, containers[0]!.image) ?? DEFAULT_BEHAVIOR;
  return containers.some(({ name }) => (rule.containers.get(name)?.run ?? rule.run).kind === 'never');
}

/** From the documents of a dump to rules of behavior. */
import type { SourceDocument } from '../../api/document.ts';
import { InputError } from '../../api/errors.ts';
import type { JsonObject } from '../../api/types.ts';
import type { Micros } from '../../kernel/time.ts';
import { readDump } from './dump.ts';
import { type Grouping, matchOf, nameOfMatch, workloadOf } from './grouping.ts';
import { LeftOut } from './leftOut.ts';
import { measurePod } from './measure.ts';
import { digestEvents, type Pull } from './podEvents.ts';
import { livesOf, type PodLife } from './podLife.ts';
import { type CalibratedRule, FEW_SAMPLES, type Member, ruleOf } from './rules.ts';

export interface CalibrationOptions {
  readonly grouping: Grouping;
  /** Undefined: of all. */
  readonly namespace?: string;
  /** Log-normal distributions in place of the samples. */
  readonly isFitted: boolean;
  /** A pod that became ready, or a container that ended, later after its start than this did not do so as part of it. */
  readonly withinMicros: Micros;
}

export interface Calibration {
  /** How many pods the rules come from, and how many events were read. */
  readonly pods: number;
  readonly events: number;
  /** Those that are about fewer pods first: the first that matches counts. */
  readonly rules: readonly CalibratedRule[];
  /** Sentences for the user: what there was too little of, and what was left out. */
  readonly warnings: readonly string[];
}

/**
 * Reads how pods behave out of what a cluster says of its pods.
 *
 * @throws InputError for a dump without pods, and at a field that no API server writes.
 */
export function calibrate(documents: readonly SourceDocument[], options: CalibrationOptions): Calibration {
  const { pods, events, owners } = readDump(documents);
  const digest = digestEvents(events);
  const leftOut = new LeftOut();
  const lives = livesOf(pods, digest).filter(({ namespace }) => isWanted(namespace, options));
  if (lives.length === 0) refuseEmpty(documents, pods.length, options);
  const groups = new Map<string, Group>();
  for (const life of lives.filter((one) => isUseful(one, leftOut))) {
    const matched = matchOf(life, options.grouping, owners);
    if ('reason' in matched) {
      leftOut.add(matched.reason);
      continue;
    }
    const key = JSON.stringify(matched.match);
    const group = groups.get(key) ?? { match: matched.match, lives: [] };
    groups.set(key, group);
    group.lives.push({ life, workload: workloadOf(life, owners) });
  }
  const known = new Set(lives.flatMap(({ events: own }) => [...(own?.pulls.values() ?? [])]));
  const foreignPulls = options.namespace === undefined ? digest.pulls.filter((pull) => !known.has(pull)) : [];
  const measure = (life: PodLife) => memberOf(life, options, leftOut);
  const rules = inOrder([...groups.values()].flatMap(split)).map(({ match, lives: members }) =>
    ruleOf(
      match,
      members.map(({ life }) => measure(life)),
      pullsOf(match, foreignPulls),
      options.isFitted,
    ),
  );
  return {
    pods: lives.length,
    events: events.length,
    rules,
    warnings: [...leftOut.sentences().map((sentence) => `left out: ${sentence}`), ...scarcities(rules)],
  };
}

interface Group {
  readonly match: JsonObject;
  readonly lives: { readonly life: PodLife; readonly workload: string | undefined }[];
}

function isWanted(namespace: string, options: CalibrationOptions): boolean {
  return options.namespace === undefined || options.namespace === (namespace === '' ? 'default' : namespace);
}

function isUseful(life: PodLife, leftOut: LeftOut): boolean {
  if (life.isMirror) leftOut.add('static pods, of which the API server learns late');
  else if (life.containers.length === 0) leftOut.add('no containers');
  return !life.isMirror && life.containers.length > 0;
}

/** Pods that finish must not have those end that have the same image and run for ever: they get rules by their Jobs. */
function split({ match, lives }: Group): Group[] {
  const isMixed = lives.some(({ life }) => life.isPermanent) && lives.some(({ life }) => !life.isPermanent);
  if (!isMixed || match.workload !== undefined) return [{ match, lives }];
  const finishing = new Map<string, Group>();
  for (const entry of lives.filter(({ life }) => !life.isPermanent)) {
    if (entry.workload === undefined) continue;
    const group = finishing.get(entry.workload) ?? { match: { ...match, workload: entry.workload }, lives: [] };
    finishing.set(entry.workload, group);
    group.lives.push(entry);
  }
  return [...finishing.values(), { match, lives: lives.filter(({ life }) => life.isPermanent) }];
}

/** Rules that ask for more come first, then by what they match. */
function inOrder(groups: readonly Group[]): Group[] {
  const keyed = groups.map((group) => ({
    group,
    parts: Object.keys(group.match).length,
    key: JSON.stringify(group.match),
  }));
  keyed.sort((a, b) => b.parts - a.parts || (a.key < b.key ? -1 : 1));
  return keyed.map(({ group }) => group);
}

function memberOf(life: PodLife, { withinMicros }: CalibrationOptions, leftOut: LeftOut): Member {
  const namesOf = (containers: PodLife['containers']) => containers.map(({ container }) => container.name);
  return {
    measured: measurePod(life, withinMicros, leftOut),
    mainContainers: namesOf(life.containers),
    initContainers: namesOf(life.initContainers),
    isPermanent: life.isPermanent,
  };
}

/** Events outlive pods: those of a pod that is gone still tell of its image. */
function pullsOf({ image, workload }: JsonObject, pulls: readonly Pull[]): readonly Pull[] {
  if (typeof image !== 'string' || workload !== undefined) return [];
  const isOf = (name: string) => (image.endsWith('*') ? name.startsWith(image.slice(0, -1)) : name === image);
  return pulls.filter((pull) => isOf(pull.image));
}

function refuseEmpty(documents: readonly SourceDocument[], pods: number, { namespace }: CalibrationOptions): never {
  const file = documents[0]?.file;
  const place = file === undefined ? undefined : { file };
  if (pods > 0) throw new InputError(`no pods in the namespace ${JSON.stringify(namespace)}`, place);
  throw new InputError('no pods in the input', place, 'kubectl get pods -A -o json > pods.json');
}

/** More names would hide the sentence. */
const MOST_NAMES = 3;

/** A sentence for each rule with few samples of something, and for each delay that nothing tells of. */
function scarcities(rules: readonly CalibratedRule[]): string[] {
  const missing = new Map<string, string[]>();
  const few: string[] = [];
  for (const { match, delays } of rules) {
    const name = nameOfMatch(match);
    const counts: string[] = [];
    for (const { word, samples } of delays) {
      if (word === 'exitCode' || word === 'run' || samples.length >= FEW_SAMPLES) continue;
      if (samples.length > 0) counts.push(`${word} (${samples.length})`);
      else missing.set(word, [...(missing.get(word) ?? []), name]);
    }
    if (counts.length > 0) few.push(`${name}: fewer than ${FEW_SAMPLES} samples of ${counts.join(', ')}`);
  }
  const none = [...missing].map(([word, names]) => {
    const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
    return `nothing tells of ${word} of ${names.slice(0, MOST_NAMES).join(', ')}${more}: rollsim's default stands there`;
  });
  return [...none, ...few];
}

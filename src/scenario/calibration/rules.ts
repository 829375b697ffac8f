/** Pods that one rule speaks of: their delays together, as `behavior` writes them. */
import type { JsonObject, JsonValue } from '../../api/types.ts';
import { NEVER } from '../../kernel/distribution.ts';
import type { Micros } from '../../kernel/time.ts';
import { DEFAULT_BEHAVIOR } from '../../kubelet/behavior.ts';
import { describeDelay } from './describeDelays.ts';
import type { MeasuredContainer, MeasuredPod, Restarts } from './measure.ts';
import type { Span } from './moments.ts';
import { type Interval, spreadEvenly } from './servesWithin.ts';

/** Fewer pods are no distribution; the user is told. */
export const FEW_SAMPLES = 10;

/** By then the back-off between restarts has reached its five minutes: later ones are like the last one. */
const MOST_ATTEMPTS = 6;

/** One field of a rule, or of one of its containers. */
export interface CalibratedDelay {
  /** `pull`, `start`, `ready`, `terminate`, `run`, `exitCode` */
  readonly word: string;
  readonly value: JsonValue;
  /** What it comes from, ascending; empty where nothing was seen and the value is rollsim's default. */
  readonly samples: readonly Micros[];
  /** `whole seconds` and the like, for a comment; empty: nothing to say. */
  readonly note: string;
}

export interface CalibratedContainer {
  readonly name: string;
  readonly delays: readonly CalibratedDelay[];
}

export interface CalibratedRule {
  readonly match: JsonObject;
  /** How many pods it speaks of. */
  readonly pods: number;
  readonly delays: readonly CalibratedDelay[];
  readonly containers: readonly CalibratedContainer[];
}

/** A pod of a rule. */
export interface Member {
  readonly measured: MeasuredPod;
  readonly mainContainers: readonly string[];
  readonly initContainers: readonly string[];
  readonly isPermanent: boolean;
}

/**
 * The rule of some pods, at least one.
 *
 * @param foreignPulls of the same image, for pods that are not in the dump any more.
 */
export function ruleOf(
  match: JsonObject,
  members: readonly Member[],
  foreignPulls: readonly Span[],
  isFitted: boolean,
): CalibratedRule {
  const gather = new Gatherer(members, isFitted);
  const names = [...new Set(members.flatMap(({ mainContainers }) => mainContainers))];
  // What is said of the only container is said of the pod.
  const single = members.every(({ mainContainers }) => mainContainers.length === 1) ? names : [];
  const initNames = [...new Set(members.flatMap(({ initContainers }) => initContainers))];
  return {
    match,
    pods: members.length,
    delays: [
      ...gather.pull(foreignPulls),
      ...gather.start(),
      ...gather.ready(),
      ...gather.terminate(),
      ...(single.length > 0 ? gather.ends(single) : []),
    ],
    containers: [
      ...initNames.map((name) => ({ name, delays: gather.initContainer(name) })),
      ...(single.length > 0
        ? []
        : names.map((name) => ({ name, delays: [...gather.ownPull(name), ...gather.ends([name])] }))),
    ].filter(({ delays }) => delays.length > 0),
  };
}

class Gatherer {
  private readonly members: readonly Member[];
  private readonly isFitted: boolean;

  constructor(members: readonly Member[], isFitted: boolean) {
    this.members = members;
    this.isFitted = isFitted;
  }

  pull(foreignPulls: readonly Span[]): CalibratedDelay[] {
    const pulls = [...defined(this.members.map(({ measured }) => measured.pull)), ...foreignPulls];
    if (pulls.length > 0) return [this.delay('pull', pulls)];
    // Without events, pulls are in what the pods took to start; with them, all nodes had the image.
    return this.areAnyPullsKnown() ? [assumed('pull')] : [];
  }

  /** Where some pods tell what they pulled, those that may have a pull in their start don't count. */
  start(): CalibratedDelay[] {
    const known = this.members.filter(({ measured }) => measured.arePullsKnown);
    const used = this.areAnyPullsKnown() ? known : this.members;
    const spans = defined(used.map(({ measured }) => measured.start));
    if (spans.length === 0) return [assumed('start')];
    const note = this.areAnyPullsKnown() ? '' : 'with pulls, of which no event tells';
    return [this.delay('start', spans, note)];
  }

  ready(): CalibratedDelay[] {
    if (!this.members.some(({ measured }) => measured.isReadinessMeasured)) return [];
    const intervals: Interval[] = defined(this.members.map(({ measured }) => measured.ready));
    if (intervals.length === 0) return [assumed('ready')];
    const spans = spreadEvenly(intervals).map((micros) => ({ micros, isExact: false }));
    const isProbed = intervals.some(({ lowMicros, highMicros }) => lowMicros < highMicros);
    return [this.delay('ready', spans, isProbed ? "without the probes' share" : '')];
  }

  terminate(): CalibratedDelay[] {
    const spans = defined(this.members.map(({ measured }) => measured.terminate));
    return [spans.length === 0 ? assumed('terminate') : this.delay('terminate', spans)];
  }

  /** How containers end by themselves: those of pods that finish, and those that fail at their beginning. */
  ends(names: readonly string[]): CalibratedDelay[] {
    const containers = this.containersNamed(names);
    const runs = defined(containers.map(({ run }) => run));
    if (runs.length > 0) {
      return [this.delay('run', runs.map(inSeconds)), ...exitCodes(runs.map(({ exitCode }) => exitCode))];
    }
    return restarting(containers.map(({ restarts }) => restarts));
  }

  initContainer(name: string): CalibratedDelay[] {
    const containers = this.containersNamed([name]);
    const starts = defined(containers.map(({ start }) => start));
    const runs = defined(containers.map(({ run }) => run));
    return [
      ...this.ownPull(name),
      ...(starts.length === 0 ? [] : [this.delay('start', starts)]),
      ...(runs.length === 0 ? [] : [this.delay('run', runs.map(inSeconds))]),
    ];
  }

  /** What is the pod's own pull, that of its first container, is said in the rule. */
  ownPull(name: string): CalibratedDelay[] {
    const pulls = this.members.flatMap(({ measured, mainContainers }) => {
      const pull = mainContainers[0] === name ? undefined : measured.containers.get(name)?.pull;
      return pull === undefined ? [] : [pull];
    });
    return pulls.length === 0 ? [] : [this.delay('pull', pulls)];
  }

  private areAnyPullsKnown(): boolean {
    return this.members.some(({ measured }) => measured.arePullsKnown);
  }

  private containersNamed(names: readonly string[]): MeasuredContainer[] {
    return this.members.flatMap(({ measured }) => defined(names.map((name) => measured.containers.get(name))));
  }

  private delay(word: string, spans: readonly Span[], note = ''): CalibratedDelay {
    const samples = spans.map(({ micros }) => micros).sort((a, b) => a - b);
    const resolution = word === 'ready' || spans.every(({ isExact }) => isExact) ? '' : 'whole seconds';
    return {
      word,
      value: describeDelay(samples, this.isFitted),
      samples,
      note: [resolution, note].filter((part) => part !== '').join(', '),
    };
  }
}

/** A delay that is left out is zero, which would be worse than a guess that says so. */
function assumed(word: 'pull' | 'start' | 'ready' | 'terminate'): CalibratedDelay {
  const delay = DEFAULT_BEHAVIOR[word];
  if (delay.kind !== 'constant') throw new Error(`the default of ${word} is no constant`);
  return { word, value: describeDelay([delay.micros], false), samples: [], note: "not seen: rollsim's default" };
}

/** By order of creation, so that as many fail as did; left out where none does. */
function exitCodes(codes: readonly number[]): CalibratedDelay[] {
  if (codes.every((code) => code === 0)) return [];
  const value = new Set(codes).size === 1 ? codes[0]! : { sequence: [...codes] };
  return [{ word: 'exitCode', value, samples: [], note: '' }];
}

/**
 * Containers that end and are restarted before they last: how long each attempt runs. Of a container that was restarted
 * several times only the last run is known, and stands for those before.
 */
function restarting(containers: readonly Restarts[]): CalibratedDelay[] {
  const most = Math.max(...containers.map(({ count }) => count));
  if (most === 0) return [];
  const attempts = Array.from({ length: Math.min(most + 1, MOST_ATTEMPTS) }, (_, attempt) => {
    const reached = containers.filter(({ count }) => count >= attempt);
    return describeDelay(
      reached.map(({ count, last }) => (count > attempt ? last!.micros : NEVER)),
      false,
    );
  });
  const runs = defined(containers.map(({ last }) => last));
  const samples = runs.map(({ micros }) => micros).sort((a, b) => a - b);
  const note = `${runs.length} of ${containers.length} restarted, whole seconds`;
  const codes = runs.map(({ exitCode }) => exitCode).sort((a, b) => a - b);
  const code = mostFrequent(codes);
  return [
    { word: 'run', value: { attempts }, samples, note },
    ...(code === 0 ? [] : [{ word: 'exitCode', value: code, samples: [], note: '' }]),
  ];
}

function mostFrequent(sorted: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of sorted) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

function inSeconds({ micros }: { readonly micros: Micros }): Span {
  return { micros, isExact: false };
}

function defined<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined);
}

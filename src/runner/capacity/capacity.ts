import { InputError } from '../../api/errors.ts';
import { ZONE_LABEL } from '../../cluster/nodeTable.ts';
import type { RunResult } from '../../metrics/result.ts';
import { type BuildOptions, buildScenario, type LoadedInput, type Setting } from '../../scenario/index.ts';
import type { Scenario } from '../../scenario/types.ts';
import type { Provenance } from '../provenance.ts';
import { runScenario } from '../simulation.ts';
import { findEdge, type SearchRange } from './findEdge.ts';

/** What is looked for: the fewest nodes, the smallest quota, the largest surge. */
export type CapacityQuestion = 'nodes' | 'quota' | 'max-surge';

/** A setting in whole steps. */
export interface CapacityScale extends SearchRange {
  readonly question: CapacityQuestion;
  /** `nodes/POOL`, `deployment/web:maxSurge` */
  readonly path: string;
  /** What is set for a size: `500m`. */
  textOf(size: number): string;
  valueOf(size: number): Setting['value'];
}

export interface CapacityOptions {
  readonly input: LoadedInput;
  readonly build: BuildOptions;
  readonly seeds: readonly number[];
  readonly scale: CapacityScale;
  /** No rollout may take longer; Infinity: none of them has to be fast. */
  readonly withinSeconds: number;
  /** Zones of which each is lost once a second after the last rollout began; empty: none. */
  readonly zones: readonly string[];
  /** Told before each size. */
  readonly onProbe?: (text: string) => void;
}

/** A run that did not hold. */
export interface CapacityFailure {
  readonly seed: number;
  /** Zone that was lost; empty for none. */
  readonly zone: string;
  /** What stalled, and what was said of it. */
  readonly reasons: readonly string[];
}

/** What became of one size. */
export interface CapacityProbe {
  readonly size: number;
  readonly text: string;
  readonly runs: number;
  readonly failures: readonly CapacityFailure[];
  /** The longest of the rollouts that completed; null for none. */
  readonly durationSecondsMax: number | null;
  /** Most pods at once in a run. */
  readonly podsMax: number;
  /** Why Kubernetes would not take the setting; empty otherwise. */
  readonly refused: string;
}

/** The edge, and the evidence on both sides of it. */
export interface CapacityResult extends Provenance {
  readonly kind: 'capacity';
  readonly question: CapacityQuestion;
  readonly path: string;
  readonly seeds: readonly number[];
  readonly zones: readonly string[];
  /** Null: no limit. */
  readonly withinSeconds: number | null;
  /** The size that was asked for; null where none holds. */
  readonly edge: { readonly size: number; readonly text: string } | null;
  /** Whether the edge is the end of what was looked at. */
  readonly isEndOfRange: boolean;
  /** Sizes on the wrong side of the edge: those that hold although one nearer to it does not. */
  readonly exceptions: readonly string[];
  /** Every size that was played, the smallest first. */
  readonly probes: readonly CapacityProbe[];
}

/** So many times the pods of a run as nodes, and room is not what is missing. */
const HOPELESS_FACTOR = 4;

/** Finds the edge. Each size is played with all seeds, and with the loss of each zone. */
export function findCapacity(options: CapacityOptions): Omit<CapacityResult, keyof Provenance> {
  const { scale, seeds, zones, withinSeconds } = options;
  const { question, path, least, most, start } = scale;
  const probes = new Map<number, CapacityProbe>();
  const probeAt = (size: number): CapacityProbe => {
    const known = probes.get(size) ?? probe(options, size);
    probes.set(size, known);
    return known;
  };
  const holds = (size: number): boolean => isHeld(probeAt(size));
  const isHopeless = (size: number): boolean => {
    const { podsMax } = probeAt(size);
    return question === 'nodes' && podsMax > 0 && size >= HOPELESS_FACTOR * podsMax;
  };
  // The largest that holds is the smallest one on a mirrored scale.
  const mirrored = (size: number): number => (question === 'max-surge' ? least + most - size : size);
  const found = findEdge(
    { holds: (size) => holds(mirrored(size)), isHopeless: (size) => isHopeless(mirrored(size)) },
    { least, most, start: mirrored(start) },
  );
  const edge = found === null ? null : mirrored(found);
  const sorted = [...probes.values()].sort((a, b) => a.size - b.size);
  return {
    kind: 'capacity',
    question,
    path,
    seeds,
    zones,
    withinSeconds: withinSeconds === Number.POSITIVE_INFINITY ? null : withinSeconds,
    edge: edge === null ? null : { size: edge, text: scale.textOf(edge) },
    isEndOfRange: edge === (question === 'max-surge' ? most : least),
    exceptions: edge === null ? [] : exceptionsOf(sorted, edge, question),
    probes: sorted,
  };
}

export function isHeld({ failures, refused }: CapacityProbe): boolean {
  return failures.length === 0 && refused === '';
}

/** Fails although there is more than enough, or holds although there is too little. */
function exceptionsOf(probes: readonly CapacityProbe[], edge: number, question: CapacityQuestion): string[] {
  const isEnough = (size: number): boolean => (question === 'max-surge' ? size <= edge : size >= edge);
  return probes.filter((one) => one.refused === '' && isHeld(one) !== isEnough(one.size)).map(({ text }) => text);
}

function probe({ input, build, scale, onProbe, ...options }: CapacityOptions, size: number): CapacityProbe {
  const text = scale.textOf(size);
  onProbe?.(text);
  const empty = { size, text, runs: 0, failures: [], durationSecondsMax: null, podsMax: 0 };
  let scenario: Scenario;
  try {
    const setting: Setting = { path: scale.path, value: scale.valueOf(size), text };
    scenario = buildScenario(input, { ...build, settings: [...(build.settings ?? []), setting] });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { ...empty, refused: error.format() };
  }
  const runs = options.seeds.flatMap((seed) => play(scenario, seed, options.zones));
  const failures = runs.flatMap(({ zone, result }): CapacityFailure[] => {
    const reasons = reasonsOf(result, options.withinSeconds);
    return reasons.length === 0 ? [] : [{ seed: result.seed, zone, reasons }];
  });
  const durations = runs.flatMap(({ result }) => result.rollouts.flatMap((one) => one.durationSeconds ?? []));
  return {
    ...empty,
    runs: runs.length,
    failures,
    durationSecondsMax: durations.length === 0 ? null : Math.max(...durations),
    podsMax: Math.max(...runs.map(({ result }) => result.pods.maxAtOnce)),
    refused: '',
  };
}

interface Played {
  readonly zone: string;
  readonly result: RunResult;
}

/** Once as it is; and for each zone once more, with the loss of it after the last rollout began. */
function play(scenario: Scenario, seed: number, zones: readonly string[]): Played[] {
  const whole = runScenario({ scenario, seed });
  const began = Math.max(0, ...whole.rollouts.map(({ startSeconds }) => startSeconds));
  const atMicros = Math.round((began + 1) * 1e6);
  const there = zonesWithNodes(scenario);
  const lost = zones
    .filter((zone) => there.has(zone))
    .map((zone): Played => {
      const step = {
        kind: 'failNode',
        at: atMicros,
        nodes: { kind: 'zone', zone },
        place: { file: '--lose-zone' },
      } as const;
      return { zone, result: runScenario({ scenario: { ...scenario, steps: [...scenario.steps, step] }, seed }) };
    });
  return [{ zone: '', result: whole }, ...lost];
}

/** Why a run does not hold: rollouts that did not complete or took too long, and all that the run warns of then. */
function reasonsOf({ rollouts, jobs, warnings }: RunResult, withinSeconds: number): string[] {
  const bad = rollouts.flatMap(({ workload, outcome, durationSeconds }) => {
    if (outcome === 'stalled' || outcome === 'unfinished') return [`${workload} ${outcome}`];
    const isLate = durationSeconds !== null && durationSeconds > withinSeconds;
    return isLate ? [`${workload} took ${durationSeconds.toFixed(1)} s`] : [];
  });
  const open = jobs.filter(({ outcome }) => outcome === 'unfinished').map(({ job }) => `${job} unfinished`);
  const waiting = warnings.filter((warning) => UNPLACED.test(warning));
  const reasons = [...bad, ...open];
  return reasons.length > 0 ? [...reasons, ...warnings] : waiting;
}

/** Pods that wait for room at the end are told in a warning. */
const UNPLACED = /\bfits? no node\b/;

/** Zones that nodes can be in, however many nodes there are. */
export function zonesOf({ pools, objects }: Pick<Scenario, 'pools' | 'objects'>): string[] {
  const ofPools = pools.flatMap(({ zones, labels }) => [...zones, ...labelOf(labels)]);
  return [...new Set([...ofPools, ...zonesOfNodes(objects)])];
}

/** A pool that is smaller than its list of zones has none in the last ones: there is nothing to lose. */
function zonesWithNodes({ pools, objects }: Scenario): Set<string> {
  const ofPools = pools.flatMap(({ zones, labels, count }) =>
    count === 0 ? [] : [...zones.slice(0, count), ...labelOf(labels)],
  );
  return new Set([...ofPools, ...zonesOfNodes(objects)]);
}

function zonesOfNodes(objects: Scenario['objects']): string[] {
  return objects.flatMap(({ kind, meta }) => (kind === 'Node' ? labelOf(meta.labels) : []));
}

function labelOf(labels: Readonly<Record<string, string>>): string[] {
  return labels[ZONE_LABEL] === undefined ? [] : [labels[ZONE_LABEL]];
}

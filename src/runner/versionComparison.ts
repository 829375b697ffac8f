/** `--compare-versions`: the same scenario and seeds as several versions of Kubernetes, or sets of gates, play it. */
import { FEATURE_GATES, type FeatureGateName, gateEffect, gateKinds } from '../api/featureGates.ts';
import { changesBetween, type VersionChange } from '../api/versionChanges.ts';
import type { RunResult } from '../metrics/result.ts';
import type { Scenario } from '../scenario/types.ts';
import { type Decision, DecisionReader, type FirstDifference, firstDifference } from './firstDifference.ts';
import type { Provenance } from './provenance.ts';
import { ROLLOUT_FIELDS } from './rolloutFields.ts';
import { round, roundAll } from './rounding.ts';
import { relevantRollouts } from './selection.ts';
import { runScenario, type SimulationOptions } from './simulation.ts';
import { mean } from './statistics.ts';
import { compileThresholds, type ThresholdVerdict } from './thresholds.ts';
import { type RolloutKey, rolloutKeys, rolloutOf } from './whatIf.ts';

/** One way to play the scenario. */
export interface ComparedVariant {
  /** `1.33`, or the gates that it has otherwise: `DeploymentPodReplacementPolicy=true`. */
  readonly label: string;
  readonly kubernetes: string;
  readonly runs: readonly RunResult[];
  readonly thresholds: readonly ThresholdVerdict[];
}

/** A rollout as one variant plays it. */
export interface ComparedFigures {
  /** In how many of the runs it took place, and was completed. */
  readonly rollouts: number;
  readonly complete: number;
  /** By field, the mean over the seeds; null where no run has a value. */
  readonly metrics: Readonly<Record<string, number | null>>;
}

export interface ComparedRollout extends RolloutKey {
  /** One a variant. */
  readonly figures: readonly ComparedFigures[];
}

/** A gate that is on in some of the variants only. */
export interface DifferentGate {
  readonly gate: FeatureGateName;
  readonly effect: string;
  /** Kinds that it is about; empty: pods of any kind. */
  readonly about: readonly string[];
  /** One a variant. */
  readonly isOn: readonly boolean[];
}

/** How a variant parts from the first one, in one run. */
export interface VariantDifference extends FirstDifference {
  readonly variant: string;
  readonly seed: number;
  /** What the times count from: where the rollouts that the run is about begin, or, if all parts before that, the run. */
  readonly since: 'rollout' | 'run';
}

export interface VersionComparison extends Provenance {
  readonly kind: 'versions';
  readonly seeds: readonly number[];
  readonly variants: readonly ComparedVariant[];
  readonly rollouts: readonly ComparedRollout[];
  /** Of each variant but the first, the first run that differs from that of the first variant. */
  readonly firstDifferences: readonly VariantDifference[];
  readonly gates: readonly DifferentGate[];
  /** What came, without a gate, with the versions from the oldest to the newest of them. */
  readonly changes: readonly VersionChange[];
  /** Kinds of object that the scenario begins with. */
  readonly kinds: readonly string[];
}

/** A scenario that has been built for a variant. */
export interface BuiltVariant {
  readonly label: string;
  readonly scenario: Scenario;
}

/** Plays each seed as each of the variants. */
export function compareVersions(
  variants: readonly BuiltVariant[],
  seeds: readonly number[],
  options: Pick<SimulationOptions, 'maxEvents'> = {},
): Omit<VersionComparison, keyof Provenance> {
  const played = variants.map((variant) => play(variant, seeds, options));
  const minors = variants.map(({ scenario }) => scenario.kubernetes.minor);
  return {
    kind: 'versions',
    seeds,
    variants: played.map(({ variant }) => variant),
    rollouts: comparedRollouts(played.map(({ variant }) => variant.runs)),
    firstDifferences: played.slice(1).flatMap((other) => differenceFrom(played[0]!, other, seeds)),
    gates: differentGates(variants),
    changes: changesBetween(Math.min(...minors), Math.max(...minors)),
    kinds: [...new Set(variants.flatMap(({ scenario }) => scenario.objects.map(({ kind }) => kind)))].sort(),
  };
}

interface Played {
  readonly variant: ComparedVariant;
  /** One a seed. */
  readonly decisions: readonly (readonly Decision[])[];
}

function play(
  { label, scenario }: BuiltVariant,
  seeds: readonly number[],
  options: Pick<SimulationOptions, 'maxEvents'>,
): Played {
  const thresholds = compileThresholds(scenario.thresholds);
  const played = seeds.map((seed) => {
    const reader = new DecisionReader();
    const run = roundAll(runScenario({ scenario, seed, onLogLine: (line) => reader.read(line), ...options }));
    return { run, decisions: reader.decisions };
  });
  const runs = played.map(({ run }) => run);
  return {
    variant: {
      label,
      kubernetes: scenario.kubernetes.text,
      runs,
      thresholds: thresholds.map((threshold) => threshold.evaluate(runs)),
    },
    decisions: played.map(({ decisions }) => decisions),
  };
}

function differenceFrom(first: Played, other: Played, seeds: readonly number[]): VariantDifference[] {
  for (const [index, seed] of seeds.entries()) {
    const { label: variant } = other.variant;
    const [a, b] = [first, other].map((played) => sinceRollout(played, index));
    const inRollout = firstDifference(a!, b!);
    if (inRollout !== undefined) return [{ variant, seed, since: 'rollout', ...inRollout }];
    const inRun = firstDifference(first.decisions[index]!, other.decisions[index]!);
    if (inRun !== undefined) return [{ variant, seed, since: 'run', ...inRun }];
  }
  return [];
}

/** What came before may have drifted by some milliseconds from link to link, and is not what the run is about. */
function sinceRollout({ variant, decisions }: Played, index: number): Decision[] {
  const starts = relevantRollouts([variant.runs[index]!]).map(({ startSeconds }) => startSeconds);
  const start = Math.min(...starts);
  return decisions[index]!.filter(({ seconds }) => seconds >= start).map((decision) => ({
    ...decision,
    seconds: round(decision.seconds - start),
  }));
}

function comparedRollouts(runs: readonly (readonly RunResult[])[]): ComparedRollout[] {
  const keys = new Map(runs.flatMap(rolloutKeys).map((key) => [`${key.ordinal} ${key.workload}`, key]));
  return [...keys.values()].map((key) => ({ ...key, figures: runs.map((ofVariant) => figuresOf(ofVariant, key)) }));
}

function figuresOf(runs: readonly RunResult[], { workload, ordinal }: RolloutKey): ComparedFigures {
  const rollouts = runs.map((run) => rolloutOf(run, workload, ordinal)).filter((rollout) => rollout !== undefined);
  const metrics = ROLLOUT_FIELDS.map(({ name, read }): [string, number | null] => {
    const values = rollouts.flatMap((rollout) => read(rollout) ?? []);
    return [name, values.length === 0 ? null : round(mean(values))];
  });
  return {
    rollouts: rollouts.length,
    complete: rollouts.filter(({ outcome }) => outcome === 'complete').length,
    metrics: Object.fromEntries(metrics),
  };
}

function differentGates(variants: readonly BuiltVariant[]): DifferentGate[] {
  return FEATURE_GATES.flatMap((gate) => {
    const isOn = variants.map(({ scenario }) => scenario.gates[gate]);
    return new Set(isOn).size === 1 ? [] : [{ gate, effect: gateEffect(gate), about: gateKinds(gate), isOn }];
  });
}

/** `cluster.failures` of a Scenario: when which nodes fail, and for how long. */
import { type DecodeContext, failAt } from '../api/decode/context.ts';
import type { FieldPath } from '../api/path.ts';
import { type Distribution, NEVER, NOT_AT_ALL } from '../kernel/distribution.ts';
import type { Micros } from '../kernel/time.ts';
import { readDelay } from './delays.ts';
import { type NodeSelection, readNodeSelection } from './nodeSelection.ts';
import { readDuration } from './readSteps.ts';
import type { ScenarioInput } from './schema.ts';

/** An outage at a set time. */
export interface Outage {
  readonly at: Micros;
  /** NEVER: for good. */
  readonly durationMicros: Micros;
}

/** How nodes fail. */
export interface FailureModel {
  /** Undefined: all. */
  readonly nodes: NodeSelection | undefined;
  /** They fail and come back as one, as a zone does; otherwise each has a fate of its own. */
  readonly isTogether: boolean;
  /** From the start, or the node's joining, to the first failure, and from each return to the next one. */
  readonly timeToFailure: Distribution;
  readonly timeToRepair: Distribution;
  /** Set times; empty with `timeToFailure`. */
  readonly trace: readonly Outage[];
}

type FailureInput = NonNullable<NonNullable<ScenarioInput['cluster']>['failures']>[number];

/**
 * Reads all models, in order.
 *
 * @throws InputError for one that says nothing, or two things, of when nodes fail.
 */
export function readFailures(context: DecodeContext, inputs: readonly FailureInput[]): FailureModel[] {
  return inputs.map((input, index) => readFailure(context, ['cluster', 'failures', index], input));
}

function readFailure(context: DecodeContext, path: FieldPath, input: FailureInput): FailureModel {
  const { nodes, together = false, timeToFailure, timeToRepair, trace } = input;
  if ((timeToFailure === undefined) === (trace === undefined)) {
    failAt(context, path, 'expected either timeToFailure or trace', undefined, 'key');
  }
  if (trace !== undefined && timeToRepair !== undefined) {
    failAt(context, [...path, 'timeToRepair'], 'an outage of a trace has its own length (for)', undefined, 'key');
  }
  return {
    nodes: nodes === undefined ? undefined : readNodeSelection(context, [...path, 'nodes'], nodes),
    isTogether: together,
    timeToFailure:
      timeToFailure === undefined ? NOT_AT_ALL : readDelay(context, [...path, 'timeToFailure'], timeToFailure),
    timeToRepair: timeToRepair === undefined ? NOT_AT_ALL : readDelay(context, [...path, 'timeToRepair'], timeToRepair),
    trace: readTrace(context, [...path, 'trace'], trace ?? []),
  };
}

function readTrace(context: DecodeContext, path: FieldPath, inputs: NonNullable<FailureInput['trace']>): Outage[] {
  let free: Micros = 0;
  return inputs.map((input, index) => {
    const at = readDuration(context, [...path, index, 'at'], input.at);
    if (at < free) failAt(context, [...path, index, 'at'], 'must not be before the end of the outage above it');
    const durationMicros = input.for === undefined ? NEVER : readDuration(context, [...path, index, 'for'], input.for);
    free = at + durationMicros;
    return { at, durationMicros };
  });
}

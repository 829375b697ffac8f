import type { FlagSpec, Flags } from './flags.ts';
import type { Command } from './session.ts';

export interface VerbInput {
  /** What follows the verb and is no flag. */
  readonly args: readonly string[];
  readonly flags: Flags;
  readonly stdin: string;
  /** Called for each field of a manifest on stdin that changes nothing in the simulation. */
  readonly notSimulated: (kindName: string, path: string) => void;
}

/** One kubectl command. */
export interface Verb {
  /** With its subcommand: `rollout status`. */
  readonly name: string;
  readonly flags: readonly FlagSpec[];
  /**
   * Reads the command line without looking at any cluster.
   *
   * @throws UsageError for what is wrong whatever the state of the cluster.
   */
  parse(input: VerbInput): Command;
}

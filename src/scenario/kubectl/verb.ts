import type { Manifest } from '../../api/types.ts';
import type { FlagSpec, Flags } from './flags.ts';
import type { Command } from './session.ts';
import type { TargetRequest } from './targets.ts';

export interface VerbInput {
  /** What follows the verb and is no flag. */
  readonly args: readonly string[];
  readonly flags: Flags;
  readonly stdin: string;
  /** Called for each field of a manifest on stdin that changes nothing in the simulation. */
  readonly notSimulated: (kindName: string, path: string) => void;
}

/** What the words of a command tell, before any cluster exists, of the pods that it will bring about. */
export interface Foresight {
  /** Objects that it makes or changes. */
  readonly objects?: readonly Manifest[];
  /** Images that it gives to the templates of objects, by the container's name; `*` is every container. */
  readonly images?: { readonly request: TargetRequest; readonly byContainer: ReadonlyMap<string, string> };
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
  /** Of commands that can make pods of a kind that was not there. */
  foresee?(input: VerbInput): Foresight;
}

import type { ApiError } from '../../cluster/apiError.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { call, type Process, type ProcessWait } from '../../cluster/process.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Micros } from '../../kernel/time.ts';
import type { ChangeFeed } from './changeFeed.ts';

/** Where a command runs. */
export interface KubectlContext {
  readonly cluster: Cluster;
  readonly kernel: Kernel;
  /** Of commands without `-n`, and of manifests that name none: `default`. */
  readonly namespace: string;
  /** From the start of the process to its first write: discovery and reading the objects. */
  readonly kubectlMicros: Micros;
  /** The same for `kubectl apply`, which reads the schema too; by default `kubectlMicros`. */
  readonly kubectlApplyMicros?: Micros | undefined;
  /** Wakes a command that watches. */
  readonly changes: ChangeFeed;
}

export interface KubectlOutcome {
  /** What kubectl printed, warnings included, without the last line's end. */
  readonly out: string;
  /** kubectl's error text without the leading `error: `; empty for exit code 0. */
  readonly error: string;
  /** The command names an object that does not exist, or that several namespaces have: the scenario is wrong. */
  readonly isBadScenario: boolean;
}

/** Ends a command with exit code 1. */
export class CommandFailure extends Error {
  readonly isBadScenario: boolean;

  constructor(message: string, isBadScenario = false) {
    super(message);
    this.name = 'CommandFailure';
    this.isBadScenario = isBadScenario;
  }
}

/** One run of one command: what it may touch, and what it has printed. */
export class Session {
  readonly cluster: Cluster;
  readonly kernel: Kernel;
  readonly changes: ChangeFeed;
  /** Of objects that name none. */
  readonly defaultNamespace: string;
  private readonly lines: string[] = [];
  private readonly errors: string[] = [];
  private isBadScenario = false;

  constructor(context: KubectlContext) {
    this.cluster = context.cluster;
    this.kernel = context.kernel;
    this.changes = context.changes;
    this.defaultNamespace = context.namespace;
  }

  print(line: string): void {
    this.lines.push(line);
  }

  /** Notes an error; the command goes on with its other objects, and ends with exit code 1. */
  fail(failure: CommandFailure): void {
    this.errors.push(failure.message);
    this.isBadScenario ||= failure.isBadScenario;
  }

  /** One request. Returns false, with the error noted, when it was refused. */
  *request(commit: () => ApiError | undefined): Process<boolean> {
    const reply = yield call(commit);
    if (reply.error === undefined) return true;
    this.fail(new CommandFailure(reply.error.message));
    return false;
  }

  /**
   * Runs `step`; a failure in it is noted.
   *
   * @throws what is no CommandFailure.
   */
  attempt<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      this.fail(error);
      return undefined;
    }
  }

  outcome(): KubectlOutcome {
    const out = this.lines.join('\n').replace(/\n+$/, '');
    return { out, error: this.errors.join('\n'), isBadScenario: this.isBadScenario };
  }
}

/** A command line that has been read and checked. */
export type Command = (session: Session) => Process<void>;

/** A command that writes nothing and waits for nothing. */
export function immediate(run: (session: Session) => void): Command {
  // biome-ignore lint/correctness/useYield: a process that has nothing to wait for
  return function* (session): Generator<ProcessWait, void> {
    run(session);
  };
}

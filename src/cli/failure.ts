import { CommanderError } from 'commander';
import { InputError } from '../api/errors.ts';
import { type ExitCode, exitCodes } from './exitCodes.ts';

/** The command line asks for something that cannot be done; the message names the flag. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Something that rollsim promises does not hold, such as determinism. */
export class BrokenPromiseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BrokenPromiseError';
  }
}

export interface Failure {
  /** One line, without a newline at its end; empty when it has been printed already. With `-v`, the stack follows. */
  readonly text: string;
  readonly exitCode: ExitCode;
}

/** What a user gets to see of an error, and the exit code that goes with it. */
export function describeFailure(error: unknown, verbose: boolean): Failure {
  if (error instanceof CommanderError) {
    // Commander has printed it, or the help that was asked for.
    return { text: '', exitCode: error.exitCode === 0 ? exitCodes.ok : exitCodes.usage };
  }
  if (error instanceof InputError)
    return { text: withStack(error.format(), error, verbose), exitCode: exitCodes.input };
  if (error instanceof UsageError) return { text: error.message, exitCode: exitCodes.usage };
  if (error instanceof Error && (error instanceof BrokenPromiseError || error.name === 'InvariantError')) {
    return { text: withStack(error.message, error, verbose), exitCode: exitCodes.broken };
  }
  const message = error instanceof Error ? error.message : String(error);
  const advice = verbose ? '' : ' (a bug in rollsim; run with -v for the stack)';
  return { text: withStack(`internal: ${message}${advice}`, error, verbose), exitCode: exitCodes.internal };
}

/** Calls with a flag's text; what is wrong with it is a wrong command line, not a wrong scenario. */
export function asUsage<Value>(parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    if (error instanceof InputError) throw new UsageError(error.format());
    throw error;
  }
}

function withStack(line: string, error: unknown, verbose: boolean): string {
  const oneLine = line.replaceAll(/\s*\n\s*/g, ' ');
  return verbose && error instanceof Error && error.stack !== undefined ? `${oneLine}\n${error.stack}` : oneLine;
}

/** A command line that cannot be run, whatever the state of the cluster; becomes an InputError at the step's place. */
export class UsageError extends Error {
  readonly hint: string | undefined;
  /** Which part of the step is wrong. */
  readonly part: 'kubectl' | 'stdin';

  constructor(message: string, hint?: string, part: 'kubectl' | 'stdin' = 'kubectl') {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
    this.part = part;
  }
}

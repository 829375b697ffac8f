/** Where in a user's input something stands: `scenario.yaml:12:7`, and the field there. */
export interface SourcePlace {
  readonly file: string;
  /** 1-based; undefined where the input has no text position. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** `steps[0].kubectl`, `spec.replicas`. */
  readonly path?: string | undefined;
}

/**
 * Input that cannot be run: bad YAML, an invalid field, a step that fails. The command line prints it as one line,
 * `scenario.yaml:12:7: steps[0].kubectl: unknown verb "rolout" (did you mean "rollout"?)`, and exits with 3.
 */
export class InputError extends Error {
  readonly place: SourcePlace | undefined;
  readonly hint: string | undefined;

  constructor(message: string, place?: SourcePlace, hint?: string) {
    super(message);
    this.name = 'InputError';
    this.place = place;
    this.hint = hint;
  }

  /** The line that the user reads. */
  format(): string {
    const place = this.place;
    let prefix = '';
    if (place !== undefined) {
      prefix = place.file;
      if (place.line !== undefined) prefix += `:${place.line}:${place.column ?? 1}`;
      prefix += ': ';
      if (place.path) prefix += `${place.path}: `;
    }
    return `${prefix}${this.message}${this.hint === undefined ? '' : ` (${this.hint})`}`;
  }
}

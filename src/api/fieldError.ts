import type { FieldPath } from './path.ts';

/** A wrong value below a value whose own place only the caller knows: `path` is relative to what was parsed. */
export class FieldError extends RangeError {
  readonly path: FieldPath;

  constructor(path: FieldPath, message: string) {
    super(message);
    this.name = 'FieldError';
    this.path = path;
  }
}

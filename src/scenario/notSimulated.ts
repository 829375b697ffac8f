import { InputError, type SourcePlace } from '../api/errors.ts';

/** What is not simulated, and in how many objects. */
export class NotSimulatedReport {
  readonly #objects = new Map<string, Set<object>>();
  #first: (() => SourcePlace) | undefined;

  /**
   * @param where the document or step that has it, however often.
   * @param place for `--strict`, asked for then only.
   */
  add(what: string, where: object, place: () => SourcePlace): void {
    this.#first ??= place;
    const places = this.#objects.get(what);
    if (places === undefined) this.#objects.set(what, new Set([where]));
    else places.add(where);
  }

  list(): string[] {
    const lines = [...this.#objects].map(([what, objects]) => `${what} (${objects.size})`);
    return lines.sort();
  }

  /** @throws InputError that lists everything, if there is anything. */
  refuse(): void {
    if (this.#first === undefined) return;
    const { file, line, column } = this.#first();
    throw new InputError(`not simulated: ${this.list().join(', ')}`, { file, line, column });
  }
}

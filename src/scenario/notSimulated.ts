import { InputError, type SourcePlace } from '../api/errors.ts';

/** What is not simulated, and in how many objects. */
export class NotSimulatedReport {
  readonly #found = new Map<string, { readonly objects: Set<object>; readonly place: () => SourcePlace }>();

  /**
   * @param where the document or step that has it, however often.
   * @param place for `--strict`, asked for then only.
   */
  add(what: string, where: object, place: () => SourcePlace): void {
    const found = this.#found.get(what);
    if (found === undefined) this.#found.set(what, { objects: new Set([where]), place });
    else found.objects.add(where);
  }

  /** Takes back what was said of a field, in whatever kind: something else in the input has it count. */
  withdraw(field: string): void {
    for (const what of [...this.#found.keys()]) if (what.endsWith(`.${field}`)) this.#found.delete(what);
  }

  list(): string[] {
    const lines = [...this.#found].map(([what, { objects }]) => `${what} (${objects.size})`);
    return lines.sort();
  }

  /** @throws InputError that lists everything, if there is anything. */
  refuse(): void {
    const [first] = this.#found.values();
    if (first === undefined) return;
    const { file, line, column } = first.place();
    throw new InputError(`not simulated: ${this.list().join(', ')}`, { file, line, column });
  }
}

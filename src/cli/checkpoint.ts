import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import type { Provenance } from '../runner/provenance.ts';
import { type RunStore, runKey } from '../runner/runStore.ts';
import type { RunOutcome } from '../runner/sweepPlan.ts';
import type { Setting } from '../scenario/index.ts';
import { reasonOf } from './exportFile.ts';
import { UsageError } from './failure.ts';

/**
 * The file of `--resume`: a line for each run as it ends, behind one that says what they are runs of. A line that was cut
 * off is dropped; its run is done again.
 */
export class Checkpoint implements RunStore {
  /** Runs that were in the file. */
  readonly known: number;
  private readonly file: string;
  private readonly outcomes = new Map<string, RunOutcome>();

  /**
   * @throws UsageError for a file that cannot be read or written, and for one of another sweep.
   */
  constructor(file: string, provenance: Provenance) {
    this.file = file;
    const head = JSON.stringify({ kind: 'sweepRuns', ...provenance });
    const text = this.attempt(() => (existsSync(file) ? readFileSync(file, 'utf8') : ''));
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const [first, ...lines] = whole.split('\n').slice(0, -1);
    if (first === undefined) {
      if (text !== '' && !head.startsWith(text)) throw this.refusal('is no file of --resume');
      this.attempt(() => writeFileSync(file, `${head}\n`));
    } else {
      this.refuseOther(first, head, provenance);
      if (whole.length < text.length) this.attempt(() => truncateSync(file, Buffer.byteLength(whole)));
      for (const line of lines) this.read(line);
    }
    this.known = this.outcomes.size;
  }

  get(settings: readonly Setting[], seed: number): RunOutcome | undefined {
    return this.outcomes.get(runKey(settings, seed));
  }

  add(settings: readonly Setting[], seed: number, outcome: RunOutcome): void {
    const key = runKey(settings, seed);
    if (this.outcomes.has(key)) return;
    this.outcomes.set(key, outcome);
    this.attempt(() => appendFileSync(this.file, `${JSON.stringify({ key, outcome })}\n`));
  }

  private read(line: string): void {
    const { key, outcome } = this.parse(line) as { key?: string; outcome?: RunOutcome };
    if (key === undefined || outcome === undefined) throw this.refusal('has a line that is no run');
    this.outcomes.set(key, outcome);
  }

  private refuseOther(first: string, head: string, { scenario }: Provenance): void {
    if (first === head) return;
    const found = this.parse(first) as { readonly kind?: unknown; readonly scenario?: unknown };
    if (found.kind !== 'sweepRuns') throw this.refusal('is no file of --resume');
    const other =
      found.scenario === scenario ? 'other files, flags or another rollsim' : `scenario "${found.scenario}"`;
    throw this.refusal(`has runs of ${other}; name another file, or remove it`);
  }

  private parse(line: string): object {
    try {
      const value: unknown = JSON.parse(line);
      if (typeof value === 'object' && value !== null) return value;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    throw this.refusal('is no file of --resume');
  }

  private attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw this.refusal(reasonOf(error));
    }
  }

  private refusal(what: string): UsageError {
    return new UsageError(`--resume ${this.file}: ${what}`);
  }
}

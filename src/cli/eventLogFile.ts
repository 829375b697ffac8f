import { closeSync, openSync, writeFileSync } from 'node:fs';
import type { LogLine } from '../metrics/index.ts';
import { reasonOf } from './exportFile.ts';
import { UsageError } from './failure.ts';

const BUFFER_LENGTH = 1 << 16;

/** The event log of a run as JSON lines, to a file or to stdout (`-`). Opened before the run. */
export class EventLogFile {
  private readonly descriptor: number | undefined;
  private buffer = '';

  /** @throws UsageError when the file cannot be written. */
  constructor(file: string) {
    try {
      this.descriptor = file === '-' ? undefined : openSync(file, 'w');
    } catch (error) {
      throw new UsageError(`--events ${file}: ${reasonOf(error)}`);
    }
  }

  write(line: LogLine): void {
    this.buffer += `${JSON.stringify(line)}\n`;
    if (this.buffer.length >= BUFFER_LENGTH) this.flush();
  }

  close(): void {
    this.flush();
    if (this.descriptor !== undefined) closeSync(this.descriptor);
  }

  private flush(): void {
    // Through the stream, not its descriptor: a pipe whose reader is slow would refuse a plain write.
    if (this.descriptor === undefined) process.stdout.write(this.buffer);
    else writeFileSync(this.descriptor, this.buffer);
    this.buffer = '';
  }
}

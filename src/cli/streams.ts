import { styleText } from 'node:util';
import type { Emphasis, Style } from '../report/textTable.ts';
import { exitCodes } from './exitCodes.ts';

const FORMATS = { heading: 'bold', good: 'green', bad: 'red', faint: 'dim' } as const satisfies Record<
  Emphasis,
  string
>;

/** Results; nothing else goes to stdout. */
export function writeResult(text: string): void {
  process.stdout.write(text);
}

/** Everything that is not the result. */
export function writeNote(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Colours where the stream is a terminal; NO_COLOR and FORCE_COLOR are heard. */
export function styleFor(stream: NodeJS.WriteStream): Style {
  return (emphasis, text) => styleText(FORMATS[emphasis], text, { stream });
}

/** A reader that has seen enough, as in `rollsim … | head`, is no error. */
export function endQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.ok);
    throw error;
  });
  process.stderr.on('error', () => {});
}

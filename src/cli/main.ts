#!/usr/bin/env node
/**
 * The command line. Reads top to bottom: streams, program, action, exit code. Everything that a command does is in
 * `commands/`; everything that it prints on stdout comes from `report/`.
 */
import { describeFailure } from './failure.ts';
import { createProgram } from './program.ts';
import { endQuietlyOnClosedPipe, writeNote } from './streams.ts';

endQuietlyOnClosedPipe();
const args = process.argv.slice(2);
try {
  const program = await createProgram(args);
  // Actions set the exit code; the process ends by itself when its output is written.
  if (args.length === 0) program.help({ error: true });
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  const failure = describeFailure(error, args.includes('-v') || args.includes('--verbose'));
  if (failure.text !== '') writeNote(`error: ${failure.text}`);
  process.exitCode = failure.exitCode;
}

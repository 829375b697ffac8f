import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Suite } from './bench.ts';
import { hashOf } from './hashOf.ts';

/** As sources only in tests, where nobody looks at the time. */
const isSource = import.meta.url.endsWith('.ts');
const program = fileURLToPath(new URL(`../src/cli/main.${isSource ? 'ts' : 'js'}`, import.meta.url));
const nodeArguments = [...(isSource ? ['--import', 'tsx'] : []), program, '--version'];

/** How long the command line needs before it does anything, Node.js itself included. */
export const cliSuite: Suite = {
  name: 'cli',
  benches: [
    {
      name: 'cli/version',
      unit: 'starts',
      warmups: 3,
      iterations: 20,
      budget: { medianMillisAtMost: 150 },
      prepare: () => () => {
        const version = execFileSync(process.execPath, nodeArguments, { encoding: 'utf8' });
        // The number is not part of the result: a release does not change what is measured.
        return { hash: hashOf(version.replace(/\d+/g, '0')), amount: 1 };
      },
    },
  ],
  comparisons: [],
};

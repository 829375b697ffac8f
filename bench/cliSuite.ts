import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Suite } from './bench.ts';
import { clusterStream } from './clusterStream.ts';
import { hashOf } from './hashOf.ts';

/** As sources only in tests, where nobody looks at the time; else the bundle that users start. */
const isSource = import.meta.url.endsWith('.ts');
const program = fileURLToPath(new URL(isSource ? '../src/cli/main.ts' : '../../../dist/cli/main.js', import.meta.url));
const LARGEST_OUTPUT = 64 * 1024 * 1024;

/** What the command line prints on standard output. */
function rollsim(...args: string[]): string {
  const nodeArguments = [...(isSource ? ['--import', 'tsx'] : []), program, ...args];
  return execFileSync(process.execPath, nodeArguments, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: LARGEST_OUTPUT,
  });
}

/** How long the command line needs, Node.js itself included: before it does anything, and for a stream of manifests. */
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
        // The number is not part of the result: a release does not change what is measured.
        return { hash: hashOf(rollsim('--version').replace(/\d+/g, '0')), amount: 1 };
      },
    },
    {
      // The size of a published comparison of simulators, of which the fastest took 19 s.
      name: 'cli/stream-1200x7064',
      unit: 'pods',
      warmups: 2,
      iterations: 10,
      budget: { medianMillisAtMost: 1_500 },
      prepare: (size) => {
        const [nodes, pods] = size === 'large' ? [1_200, 7_064] : [12, 70];
        const file = join(mkdtempSync(join(tmpdir(), 'rollsim-bench-')), 'stream.yaml');
        writeFileSync(file, clusterStream(nodes, pods));
        return () => {
          const { runs } = JSON.parse(rollsim('run', file, '-q', '-o', 'json')) as { runs: readonly object[] };
          return { hash: hashOf(runs), amount: pods };
        };
      },
    },
  ],
  comparisons: [],
};

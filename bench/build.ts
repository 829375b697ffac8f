import { fork, spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Measurement } from './measure.ts';

const root = new URL('../', import.meta.url);
const pathTo = (relative: string): string => fileURLToPath(new URL(relative, root));
const worker = new URL('./worker.ts', import.meta.url).href;
const compiledWorker = fileURLToPath(
  new URL(worker.slice(root.href.length).replace(/ts$/, 'js'), new URL('results/.build/', root)),
);

/**
 * Compiles the program and the benches into results/.build, and builds the package, whose bundle the benches of the
 * command line start.
 *
 * Running the sources through tsx measures something else: it makes every function keep its name at run time, one more
 * call for each closure that is created, and rollouts take a quarter longer.
 */
export function compile(): void {
  const compiler = pathTo('node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', pathTo('bench/tsconfig.json')], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the benches do not compile');
  copyFileSync(pathTo('package.json'), pathTo('results/.build/package.json'));
  const build = spawnSync('npm', ['run', '--silent', 'build'], { cwd: fileURLToPath(root), stdio: 'inherit' });
  if (build.status !== 0) throw new Error('the package does not build');
}

/** Measures a bench in a process of its own, in which nothing but compiled code runs. */
export function measureApart(bench: string, quick: boolean): Promise<Measurement> {
  const args = [bench, quick ? 'quick' : 'full'];
  const child = fork(compiledWorker, args, { execArgv: [] });
  return new Promise((resolve, reject) => {
    child.once('message', (measurement) => resolve(measurement as Measurement));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${bench} ended with code ${code}`)));
  });
}

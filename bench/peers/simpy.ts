import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Measurement, row } from '../measure.ts';

const SCRIPT = fileURLToPath(new URL('./simpy_hold.py', import.meta.url));

interface SimpyOutput {
  readonly version: string;
  readonly milliseconds: readonly number[];
}

/** The row's name. */
export function simpyName(pending: number): string {
  return `hold/simpy/exponential/${pending}`;
}

/** SimPy's version, or why it cannot run. */
export function probeSimpy(): { readonly version: string } | { readonly missing: string } {
  const probe = spawnSync('python3', [SCRIPT, '1', '1', '1'], { encoding: 'utf8' });
  if (probe.error !== undefined) return { missing: 'there is no python3' };
  if (probe.status !== 0) return { missing: 'python3 cannot import simpy (pip install simpy)' };
  return { version: (JSON.parse(probe.stdout) as SimpyOutput).version };
}

/** The hold model with exponential delays on SimPy. */
export function measureSimpy(pending: number, events: number, iterations: number): Measurement {
  const args = [SCRIPT, pending, events, iterations].map(String);
  const { status, stdout, stderr } = spawnSync('python3', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`SimPy failed: ${stderr}`);
  return row(simpyName(pending), 'events', events, (JSON.parse(stdout) as SimpyOutput).milliseconds);
}

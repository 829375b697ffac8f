/** Measures one bench in a process of its own: what another bench made the compiler believe does not count here. */
import { measure } from './measure.ts';
import { findBench } from './suites.ts';

const [name = '', mode] = process.argv.slice(2);
const measurement = await measure(findBench(name), 'large', mode === 'quick');
// Started by hand, to be profiled, it has nobody to report to.
if (process.send === undefined) process.stdout.write(`${JSON.stringify(measurement, undefined, 2)}\n`);
else process.send(measurement);

/** Measures one bench in a process of its own: what another bench made the compiler believe does not count here. */
import { measure } from './measure.ts';
import { findBench } from './suites.ts';

const [name = '', mode] = process.argv.slice(2);
process.send?.(await measure(findBench(name), 'large', mode === 'quick'));

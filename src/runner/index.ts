/**
 * Runs: one scenario played once (`simulation.ts`), and a grid of settings and seeds played by worker threads
 * (`sweep.ts`), with the statistics over them. What a run decides lives below; what is printed of it lives in `report/`.
 * Nothing here reads a clock: results are the same bytes on any machine and with any number of threads.
 */
export { runScenario, type SimulationOptions } from './simulation.ts';
export { type SweepOptions, sweep } from './sweep.ts';

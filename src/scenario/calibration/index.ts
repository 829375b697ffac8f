/**
 * From a dump of a real cluster to how its pods behave: `rollsim calibrate`.
 *
 * `dump.ts` reads pods and events, `podEvents.ts` and `podLife.ts` tell what each pod says of its delays, `servesWithin.ts`
 * takes the probes' share out of its readiness, and `calibrate.ts` gathers all of that into rules. Nothing here decides how
 * a rule is printed, and nothing runs a simulation.
 */
export { type Calibration, calibrate } from './calibrate.ts';
export { summaryOf } from './describeDelays.ts';
export { nameOfMatch, readGrouping } from './grouping.ts';
export type { CalibratedDelay, CalibratedRule } from './rules.ts';

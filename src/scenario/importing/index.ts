/** `rollsim import`: a dump of a cluster becomes a scenario that begins as the cluster was. What is read there is `existing/`. */
export { type ImportedState, importDump } from './importDump.ts';

import { Command } from 'commander';
import { comparisonFormats } from '../../report/formats.ts';
import {
  addGateOptions,
  compareWith,
  type GateFlags,
  isFailing,
  loadResult,
  refuseUnknownMetrics,
} from '../baseline.ts';
import { exitCodes } from '../exitCodes.ts';
import { addOutputOptions, type OutputFlags, reportOptions } from '../outputOptions.ts';
import { writeResult } from '../streams.ts';

interface Flags extends GateFlags, OutputFlags {}

const EXAMPLES = `Examples:
  rollsim run shop --seeds 20 --save-baseline before.json
  rollsim run shop --seeds 20 --set deployment/frontend:maxSurge=50% --save-baseline after.json
  rollsim compare before.json after.json --noise-threshold 2%
  rollsim run shop --seeds 20 --baseline before.json
`;

/** `rollsim compare` */
export function createCommand(): Command {
  const command = new Command('compare')
    .description(
      'Compare two results of run or sweep: what improved, what regressed, and what is no change; exit code 99 for a regression.',
    )
    .addHelpText('before', EXAMPLES)
    .argument('<baseline>', 'Earlier result: written by --save-baseline, or -o json')
    .argument('<result>', 'Later result')
    .optionsGroup('Gate:');
  return addOutputOptions(addGateOptions(command)).action((earlier: string, later: string, flags: Flags) => {
    refuseUnknownMetrics(flags);
    const before = loadResult('compare', earlier);
    const comparison = compareWith(earlier, before, loadResult('compare', later), flags);
    writeResult(comparisonFormats[flags.output](comparison, reportOptions(flags)));
    process.exitCode = isFailing(comparison, flags) ? exitCodes.threshold : exitCodes.ok;
  });
}

/**
 * `npm run bench`: measures the suites and writes what it found to results/.
 *
 * Exit codes: 0 fine, 1 a budget was missed (never with --quick), 2 wrong arguments.
 */
import { parseArgs } from 'node:util';
import type { Suite } from './bench.ts';
import { compile, measureApart } from './build.ts';
import { holdModelSizes } from './holdModel.ts';
import { HOLD_EVENTS } from './holdSuite.ts';
import { describeMachine, type Machine, machineLine } from './machine.ts';
import type { Measurement } from './measure.ts';
import { measureSimpy, probeSimpy } from './peers/simpy.ts';
import { changedSinceReference, type Row, renderResult, type SuiteResult, writeResult } from './report.ts';
import { suites } from './suites.ts';
import { compare, judge } from './verdict.ts';

const HELP = `Usage: npm run bench -- [SUITE...] [--quick]

Suites: ${suites.map(({ name }) => name).join(', ')} (default: all)
  --quick   3 runs of each bench after one to warm up: enough to see that all works, not to compare
`;

const SIMPY_ITERATIONS = 3;

async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const unknown = positionals.find((name) => suites.every((suite) => suite.name !== name));
  if (unknown !== undefined) {
    process.stderr.write(`error: there is no suite "${unknown}"\n${HELP}`);
    return 2;
  }
  compile();
  const machine = describeMachine();
  process.stdout.write(`${machineLine(machine)}\n`);
  let isMet = true;
  for (const suite of suites) {
    if (positionals.length > 0 && !positionals.includes(suite.name)) continue;
    const result = await runSuite(suite, values.quick, machine);
    writeResult(result);
    process.stdout.write(`\n${renderResult(result)}`);
    isMet &&= [...result.rows.flatMap(({ verdict }) => verdict ?? []), ...result.comparisons].every((one) => one.isMet);
  }
  return isMet || values.quick ? 0 : 1;
}

function readArguments() {
  try {
    const options = { quick: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : error}\n${HELP}`);
    process.exit(2);
  }
}

async function runSuite(suite: Suite, quick: boolean, machine: Machine): Promise<SuiteResult> {
  const rows: Row[] = [];
  for (const { name, budget, publishedPerSecond } of suite.benches) {
    process.stderr.write(`${name}\n`);
    const measurement = await measureApart(name, quick);
    const verdict = judge(budget, measurement);
    rows.push({
      ...measurement,
      ...(verdict !== undefined && { verdict }),
      ...(publishedPerSecond !== undefined && { publishedPerSecond }),
    });
  }
  const notes: string[] = [];
  if (suite.name === 'hold') rows.push(...runSimpy(quick, notes));
  for (const bench of changedSinceReference(suite.name, rows)) {
    notes.push(`${bench} has another hash than in results/reference: it no longer does the same`);
  }
  const comparisons = suite.comparisons.flatMap((comparison) => compare(comparison, rows) ?? []);
  const command = ['npm run bench --', suite.name, ...(quick ? ['--quick'] : [])].join(' ');
  return { suite: suite.name, command, machine, rows, comparisons, notes };
}

function runSimpy(quick: boolean, notes: string[]): Measurement[] {
  const simpy = probeSimpy();
  if ('missing' in simpy) {
    notes.push(`SimPy was skipped: ${simpy.missing}`);
    return [];
  }
  notes.push(`The peer is ${simpy.version}`);
  return holdModelSizes.map((pending) => {
    process.stderr.write(`SimPy, ${pending} pending\n`);
    return measureSimpy(pending, HOLD_EVENTS, quick ? 1 : SIMPY_ITERATIONS);
  });
}

process.exitCode = await main();

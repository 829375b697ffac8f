/** The chart of a rollout under the table, and its replay: `--chart`, `--watch`. */
import { type Command, InvalidArgumentError } from 'commander';
import { type RolloutView, rolloutViews } from '../report/charts/rolloutView.ts';
import { terminalChart } from '../report/terminal/rolloutChart.ts';
import { roundAll } from '../runner/rounding.ts';
import { runScenario } from '../runner/simulation.ts';
import type { Scenario } from '../scenario/types.ts';
import { UsageError } from './failure.ts';
import { styleFor, writeResult } from './streams.ts';

export interface ChartFlags {
  /** Undefined: on a terminal, for a table of one seed. */
  readonly chart?: boolean;
  /** Virtual seconds a second; true: all of it in WATCH_SECONDS. */
  readonly watch?: number | true;
}

/** Where no terminal says how wide it is. */
const DEFAULT_WIDTH = 80;
const WIDEST = 120;
const HEIGHT = 12;
/** Charts under a table. */
const MOST_CHARTS = 3;
/** What is played a second time without being asked is not to take long. */
const MOST_EVENTS_UNASKED = 2_000_000;

const FRAMES_PER_SECOND = 12;
/** A replay without a speed takes so long. */
const WATCH_SECONDS = 15;

export function addChartOptions(command: Command): Command {
  return command
    .option('--chart', 'Draw the pods of each rollout under the table, as on a terminal')
    .option('--no-chart', 'Leave the chart out')
    .option(
      '--watch [speed]',
      'Replay the rollout on the terminal, such as 10x of real time (default: in 15 s)',
      speed,
    );
}

function speed(text: string): number {
  const value = Number(text.replace(/x$/, ''));
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a speed such as 10x.');
  return value;
}

/** @throws UsageError where there is no terminal to replay on */
export function refuseWatchWithoutTerminal({ watch: speedOfIt }: ChartFlags): void {
  if (speedOfIt !== undefined && !process.stdout.isTTY) {
    throw new UsageError('--watch: stdout is no terminal (--chart draws it once, --export-svg as a picture)');
  }
}

/** What a chart is made of, and how much was played for it. */
export interface ChartedRun {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Events of the run that has been played already. */
  readonly events: number;
}

/** Whether a chart is wanted: asked for, or there is a terminal, and drawing takes no longer than the run did. */
export function isCharted({ chart }: ChartFlags, { events }: ChartedRun, isTable: boolean): boolean {
  return chart ?? (isTable && process.stdout.isTTY === true && events <= MOST_EVENTS_UNASKED);
}

/** Plays the run once more, since only then its pods are followed over time, and draws it. */
export function writeCharts({ scenario, seed }: ChartedRun): void {
  const options = { width: widthOf(process.stdout), height: HEIGHT, style: styleFor(process.stdout) };
  for (const view of viewsOf(scenario, seed).slice(0, MOST_CHARTS)) writeResult(`\n${terminalChart(view, options)}`);
}

/**
 * Replays the first rollout. Ends when it is over, or by Ctrl-C, which leaves the last picture.
 *
 * @param virtualPerSecond how many seconds of the rollout one second shows; true: all of it in WATCH_SECONDS
 */
export async function watch({ scenario, seed }: ChartedRun, virtualPerSecond: number | true): Promise<void> {
  const [view] = viewsOf(scenario, seed);
  if (view === undefined) throw new UsageError('--watch: nothing rolls out in this scenario');
  const span = view.toSeconds - view.fromSeconds;
  const perFrame = (virtualPerSecond === true ? span / WATCH_SECONDS : virtualPerSecond) / FRAMES_PER_SECOND;
  const frames = Math.max(1, Math.ceil(span / perFrame));
  let drawn = '';
  for (let frame = 1; frame <= frames; frame++) {
    const untilSeconds = view.fromSeconds + frame * perFrame;
    const options = { width: widthOf(process.stdout), height: HEIGHT, style: styleFor(process.stdout), untilSeconds };
    const picture = terminalChart(view, options);
    process.stdout.write(`${overwrite(drawn)}${picture}`);
    drawn = picture;
    if (frame < frames) await new Promise((resolve) => setTimeout(resolve, 1000 / FRAMES_PER_SECOND));
  }
}

/** Back to the first line of what is there, which is cleared. */
function overwrite(drawn: string): string {
  const lines = drawn.split('\n').length - 1;
  return lines === 0 ? '' : `\u001b[${lines}A\u001b[0J`;
}

function viewsOf(scenario: Scenario, seed: number): RolloutView[] {
  return rolloutViews(roundAll(runScenario({ scenario, seed, timeline: true })));
}

function widthOf({ columns }: { readonly columns?: number }): number {
  return Math.min(columns || DEFAULT_WIDTH, WIDEST);
}

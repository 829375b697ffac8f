import type {
  AutoscalerResult,
  ImagePullsResult,
  JobResult,
  NodeAutoscalingResult,
  NodeOutagesResult,
  RunResult,
  SchedulingResult,
  ServiceResult,
  UnavailableSpan,
} from '../metrics/result.ts';
import type { Unit } from '../runner/rolloutFields.ts';
import type { RunReport } from '../runner/runReport.ts';
import type { ReportOptions } from './options.ts';
import { isNotable, shortName } from './sweepSections.ts';
import { renderTextTable, type TextColumn } from './textTable.ts';
import { counted, formatColumn, formatShare } from './units.ts';

/** More places than this are summed up in a narrow report. */
const MOST_PLACES = 12;

interface Of<T> {
  readonly seed: number;
  readonly value: T;
}

/** Jobs, a row each; empty text without any. */
export function renderJobs(report: RunReport, options: ReportOptions): string {
  const jobs = valuesOf(report, (run) => run.jobs);
  if (jobs.length === 0) return '';
  const column = numbersOf<JobResult>(jobs);
  return renderTextTable(
    [
      text('JOB', jobs, ({ job }) => job),
      ...seedColumn(report, jobs),
      text('OUTCOME', jobs, ({ outcome }) => outcome),
      text('REASON', jobs, ({ reason }) => reason || '-'),
      column('START', 'seconds', (job) => job.startSeconds),
      column('DURATION', 'seconds', (job) => job.durationSeconds),
      column('PODS', 'pods', (job) => job.podsCreated),
      column('SUCCEEDED', 'pods', (job) => job.succeeded),
      column('FAILED', 'pods', (job) => job.failed),
      column('AT ONCE', 'pods', (job) => job.activeMax),
    ],
    options,
  );
}

/**
 * What the clients of Services met, a row each.
 *
 * @param all also Services whose clients met nothing but answers
 */
export function renderServices(report: RunReport, options: ReportOptions, all: boolean): string {
  const services = valuesOf(report, (run) => run.services).filter(({ value }) => all || isNotable(value));
  if (services.length === 0) return '';
  const column = numbersOf<ServiceResult>(services);
  return renderTextTable(
    [
      text('SERVICE', services, ({ service }) => service),
      ...seedColumn(report, services),
      column('READY MIN', 'pods', (service) => service.readyMin),
      column('UNSERVED', 'seconds', (service) => service.unservedSeconds),
      column('ERRORS MAX', 'share', (service) => service.errorShareMax),
      column('ERRORS MEAN', 'share', (service) => service.errorShareMean),
      ...(all
        ? [
            column('STALE (pod s)', 'podSeconds', (service) => service.staleEndpointSeconds),
            column('LOST (req s)', 'podSeconds', (service) => service.lostRequestSeconds),
          ]
        : []),
      ...(all && services.some(({ value }) => value.lostRequests !== null)
        ? [column('LOST (req)', 'requests', (service) => service.lostRequests)]
        : []),
      text('SERVED BY', services, servedBy),
    ],
    options,
  );
}

/** What autoscalers asked for, a row each; empty text without any. */
export function renderAutoscalers(report: RunReport, options: ReportOptions): string {
  const autoscalers = valuesOf(report, (run) => run.autoscalers);
  if (autoscalers.length === 0) return '';
  const column = numbersOf<AutoscalerResult>(autoscalers);
  return renderTextTable(
    [
      text('AUTOSCALER', autoscalers, ({ autoscaler }) => shortName(autoscaler)),
      ...seedColumn(report, autoscalers),
      text('TARGET', autoscalers, ({ target }) => target),
      column('DESIRED MIN', 'pods', (autoscaler) => autoscaler.desiredMin),
      column('DESIRED MAX', 'pods', (autoscaler) => autoscaler.desiredMax),
      column('DESIRED MEAN', 'pods', (autoscaler) => autoscaler.desiredMean),
      column('AT END', 'pods', (autoscaler) => autoscaler.desiredAtEnd),
      column('SCALE-UPS', 'pods', (autoscaler) => autoscaler.scaleUps),
      column('SCALE-DOWNS', 'pods', (autoscaler) => autoscaler.scaleDowns),
    ],
    options,
  );
}

/** What the scheduler did, a row for each run that had pods for it. */
export function renderScheduling(report: RunReport, options: ReportOptions): string {
  const rows = valuesOf(report, ({ scheduling }) => (scheduling.attempts === 0 ? [] : [scheduling]));
  if (rows.length === 0) return '';
  const column = numbersOf<SchedulingResult>(rows);
  return renderTextTable(
    [
      ...seedColumn(report, rows),
      column('ATTEMPTS', 'pods', (scheduling) => scheduling.attempts),
      column('SCHEDULED', 'pods', (scheduling) => scheduling.scheduled),
      column('WITHOUT NODE', 'pods', (scheduling) => scheduling.unschedulableAttempts),
      column('PREEMPTIONS', 'pods', (scheduling) => scheduling.preemptions),
      column('PENDING P50', 'seconds', ({ pendingSeconds }) => pendingSeconds?.p50 ?? null),
      column('PENDING P95', 'seconds', ({ pendingSeconds }) => pendingSeconds?.p95 ?? null),
      column('PENDING P99', 'seconds', ({ pendingSeconds }) => pendingSeconds?.p99 ?? null),
      column('PENDING MAX', 'seconds', ({ pendingSeconds }) => pendingSeconds?.max ?? null),
    ],
    options,
  );
}

/** Nodes that failed, a row for each run in which some did. */
export function renderNodeOutages(report: RunReport, options: ReportOptions): string {
  const rows = valuesOf(report, ({ nodeOutages }) => (nodeOutages.failed === 0 ? [] : [nodeOutages]));
  if (rows.length === 0) return '';
  const column = numbersOf<NodeOutagesResult>(rows);
  return renderTextTable(
    [
      ...seedColumn(report, rows),
      column('NODES FAILED', 'nodes', (outages) => outages.failed),
      column('RETURNED', 'nodes', (outages) => outages.returned),
      column('DOWN AT ONCE', 'nodes', (outages) => outages.downMax),
      column('DOWN (node s)', 'nodeSeconds', (outages) => outages.downNodeSeconds),
      column('PODS EVICTED', 'pods', (outages) => outages.podsEvicted),
    ],
    options,
  );
}

/** What an autoscaler did to the number of nodes, a row for each run that has one. */
export function renderNodeAutoscaling(report: RunReport, options: ReportOptions): string {
  const rows = valuesOf(report, ({ nodeAutoscaling }) => (nodeAutoscaling === undefined ? [] : [nodeAutoscaling]));
  if (rows.length === 0) return '';
  const column = numbersOf<NodeAutoscalingResult>(rows);
  return renderTextTable(
    [
      ...seedColumn(report, rows),
      column('NODES MAX', 'nodes', (scaling) => scaling.nodesMax),
      column('AT END', 'nodes', (scaling) => scaling.nodesAtEnd),
      column('SCALE-UPS', 'nodes', (scaling) => scaling.scaleUps),
      column('REQUESTED', 'nodes', (scaling) => scaling.nodesRequested),
      column('REMOVED', 'nodes', (scaling) => scaling.nodesRemoved),
      column('NODES (node s)', 'nodeSeconds', (scaling) => scaling.nodeSeconds),
    ],
    options,
  );
}

/** What kubelets pulled, a row for each run that has a registry and pulls from it. */
export function renderImagePulls(report: RunReport, options: ReportOptions): string {
  const rows = valuesOf(report, ({ imagePulls }) =>
    imagePulls === undefined || imagePulls.pulls + imagePulls.failedPulls === 0 ? [] : [imagePulls],
  );
  if (rows.length === 0) return '';
  const column = numbersOf<ImagePullsResult>(rows);
  return renderTextTable(
    [
      ...seedColumn(report, rows),
      column('IMAGE PULLS', 'pulls', ({ pulls }) => pulls),
      column('FAILED', 'pulls', ({ failedPulls }) => failedPulls),
      column('PULLED', 'bytes', ({ pulledBytes }) => pulledBytes),
      column('TIME MEAN', 'seconds', ({ pulls, pullSeconds }) => (pulls === 0 ? null : pullSeconds / pulls)),
      column('TIME MAX', 'seconds', ({ pulls, pullSecondsMax }) => (pulls === 0 ? null : pullSecondsMax)),
    ],
    options,
  );
}

/** What was unavailable when, a line for each StatefulSet and DaemonSet that was updated. */
export function renderUnavailable(report: RunReport, all: boolean): string {
  const lines = report.runs.flatMap(({ seed, rollouts }) =>
    rollouts.flatMap(({ workload, unavailable }) => {
      if (unavailable === undefined || unavailable.length === 0) return [];
      const which = report.seeds.length > 1 ? `seed ${seed}, ` : '';
      return [`Unavailable, ${which}${workload}: ${spansText(unavailable, all)}.\n`];
    }),
  );
  return lines.join('');
}

function spansText(spans: readonly UnavailableSpan[], all: boolean): string {
  const shown = all || spans.length <= MOST_PLACES ? spans : spans.slice(0, MOST_PLACES - 1);
  const texts = shown.map(({ place, fromSeconds, toSeconds }) => {
    const [from, to] = formatColumn('seconds', [fromSeconds, toSeconds]) as [string, string];
    return `${place} ${from}\u2013${to}`;
  });
  const rest = spans.length - shown.length;
  return rest === 0 ? texts.join(', ') : `${texts.join(', ')} and ${counted(rest, 'more time')} (-o wide)`;
}

function servedBy({ servedPodSeconds }: ServiceResult): string {
  const entries = Object.entries(servedPodSeconds);
  const total = entries.reduce((sum, [, seconds]) => sum + seconds, 0);
  return entries.map(([image, seconds]) => `${image} ${formatShare(seconds / total)}`).join(', ');
}

function valuesOf<T>(report: RunReport, of: (run: RunResult) => readonly T[]): Of<T>[] {
  return report.runs.flatMap((run) => of(run).map((value) => ({ seed: run.seed, value })));
}

function text<T>(heading: string, rows: readonly Of<T>[], cellOf: (value: T) => string): TextColumn {
  return { heading, align: 'left', cells: rows.map(({ value }) => cellOf(value)) };
}

/** Makes columns of numbers. */
function numbersOf<T>(rows: readonly Of<T>[]) {
  return (heading: string, unit: Unit, numberOf: (value: T) => number | null): TextColumn => {
    const numbers = rows.map(({ value }) => numberOf(value));
    return { heading, align: 'right', cells: formatColumn(unit, numbers) };
  };
}

function seedColumn<T>(report: RunReport, rows: readonly Of<T>[]): TextColumn[] {
  if (report.seeds.length === 1) return [];
  return [{ heading: 'SEED', align: 'right', cells: rows.map(({ seed }) => String(seed)) }];
}

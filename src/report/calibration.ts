/** What `rollsim calibrate` found: a Scenario that `run` takes as one of its files, or a table of it. */
import { Document, isMap } from 'yaml';
import {
  type CalibratedDelay,
  type CalibratedRule,
  type Calibration,
  nameOfMatch,
  summaryOf,
} from '../scenario/calibration/index.ts';
import { renderJson } from './json.ts';
import type { ReportOptions } from './options.ts';
import { renderTextTable } from './textTable.ts';
import { counted, NOTHING } from './units.ts';

/** YAML with a comment on each delay: how many samples it comes from, and how they lie. */
export function renderCalibrationYaml(calibration: Calibration): string {
  // YAML 1.1, as Kubernetes reads it: there `yes` and `0644` are no strings.
  const document = new Document(scenarioOf(calibration), { version: '1.1' });
  document.commentBefore = ` rollsim calibrate: ${counted(calibration.pods, 'pod')}, ${counted(calibration.events, 'event')}`;
  for (const [index, rule] of calibration.rules.entries()) {
    comment(document, ['behavior', index, 'match'], counted(rule.pods, 'pod'));
    for (const delay of rule.delays) comment(document, ['behavior', index, delay.word], sentenceOf(delay));
    for (const { name, delays } of rule.containers) {
      for (const delay of delays) {
        comment(document, ['behavior', index, 'containers', name, delay.word], sentenceOf(delay));
      }
    }
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** The same Scenario as JSON, without comments. */
export function renderCalibrationJson(calibration: Calibration): string {
  return renderJson(scenarioOf(calibration));
}

/** A row for each delay. */
export function renderCalibrationTable(calibration: Calibration, options: ReportOptions): string {
  const rows = calibration.rules.flatMap((rule) => [
    ...rule.delays.map((delay) => rowOf(rule, '', delay)),
    ...rule.containers.flatMap(({ name, delays }) => delays.map((delay) => rowOf(rule, name, delay))),
  ]);
  const columns = HEADINGS.map((heading, column) => ({
    heading,
    align: column >= 2 && column <= 6 ? ('right' as const) : ('left' as const),
    cells: rows.map((cells) => cells[column]!),
  }));
  return renderTextTable(columns, options);
}

const HEADINGS = ['PODS OF', 'DELAY', 'SAMPLES', 'LEAST', 'MEDIAN', 'P95', 'MOST', 'NOTE'];

function rowOf(rule: CalibratedRule, container: string, { word, value, samples, note }: CalibratedDelay): string[] {
  const delay = container === '' ? word : `${container}.${word}`;
  const figures = samples.length === 0 ? [NOTHING, NOTHING, NOTHING, NOTHING] : figuresOf(samples);
  const shown =
    samples.length === 0 ? [String(typeof value === 'string' ? value : JSON.stringify(value)), note] : [note];
  return [
    nameOfMatch(rule.match),
    delay,
    String(samples.length),
    ...figures,
    shown.filter((part) => part !== '').join(', '),
  ];
}

function figuresOf(samples: CalibratedDelay['samples']): string[] {
  const { least, median, p95, most } = summaryOf(samples);
  return [least, median, p95, most];
}

function sentenceOf({ word, samples, note }: CalibratedDelay): string {
  if (samples.length === 0) return note;
  const count = counted(samples.length, word === 'pull' ? 'pull' : 'sample');
  const { median, p95 } = summaryOf(samples);
  return [count, `median ${median}, p95 ${p95}`, note].filter((part) => part !== '').join(', ');
}

function scenarioOf({ rules }: Calibration): object {
  return {
    apiVersion: 'rollsim/v1alpha1',
    kind: 'Scenario',
    behavior: rules.map(({ match, delays, containers }) => ({
      match,
      ...fieldsOf(delays),
      ...(containers.length > 0 && {
        containers: Object.fromEntries(containers.map(({ name, delays: own }) => [name, fieldsOf(own)])),
      }),
    })),
  };
}

function fieldsOf(delays: readonly CalibratedDelay[]): object {
  return Object.fromEntries(delays.map(({ word, value }) => [word, value]));
}

/** Values stay on the line of their field, so that the comment stands behind both. */
function comment(document: Document, path: readonly (string | number)[], text: string): void {
  const node = document.getIn(path, true) as { flow?: boolean; comment?: string | null };
  if (isMap(node)) node.flow = true;
  if (text !== '') node.comment = ` ${text}`;
}

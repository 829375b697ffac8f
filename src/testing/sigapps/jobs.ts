/** Jobs and CronJobs from a few words, and what became of them; for tests. */
import type { JsonObject } from '../../api/types.ts';
import type { EventLine, JobLine, PodLine } from '../../metrics/log/logLine.ts';
import type { JobResult } from '../../metrics/result.ts';
import { type Played, play, type Sketch } from '../play.ts';

/** Upstream's test images: what a task does. */
export const SUCCEED: JsonObject = { run: '1s' };
export const FAIL: JsonObject = { run: '1s', exitCode: 1 };
export const NOT_TERMINATE: JsonObject = { ready: '0s', terminate: '1s' };

/** Behavior of the pods with odd completion indexes, of up to ten. */
export function oddIndexes(behavior: JsonObject): JsonObject {
  const values = ['1', '3', '5', '7', '9'];
  const key = 'batch.kubernetes.io/job-completion-index';
  return { match: { labels: { matchExpressions: [{ key, operator: 'In', values }] } }, ...behavior };
}

/** `batch`, with parallelism 2 and completions 4 unless the spec says otherwise. */
export function job(spec: JsonObject = {}, pod: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'batch' },
    spec: { parallelism: 2, completions: 4, ...spec, template: template(pod) },
  };
}

/** `report`. Its Jobs have one pod. */
export function cronJob(spec: JsonObject, jobSpec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'report' },
    spec: { ...spec, jobTemplate: { spec: { ...jobSpec, template: template() } } },
  };
}

function template(pod: JsonObject = {}): JsonObject {
  const containers = [{ name: 'task', image: 'task:v1' }];
  return { metadata: { labels: { app: 'task' } }, spec: { restartPolicy: 'Never', containers, ...pod } };
}

/** Plays one Job with these pods. */
export function playJob(spec: JsonObject, behavior: Sketch['behavior'], sketch: Sketch = {}): Played {
  return play({ behavior, objects: [job(spec)], ...sketch } as Sketch);
}

export function jobLines({ log }: Played): JobLine[] {
  return log.filter((line): line is JobLine => line.kind === 'Job');
}

/** The Job's last status. */
export function lastStatus(played: Played): JobLine {
  return jobLines(played).at(-1)!;
}

/** When the status first was like this: seconds; undefined: never. */
export function firstTime(played: Played, isWanted: (line: JobLine) => boolean): number | undefined {
  return jobLines(played).find(isWanted)?.t;
}

export function podLines({ log }: Played, event: PodLine['event']): PodLine[] {
  return log.filter((line): line is PodLine => line.kind === 'Pod' && line.event === event);
}

export function eventLines({ log }: Played): EventLine[] {
  return log.filter((line): line is EventLine => line.kind === 'Event');
}

export function onlyJob({ result }: Played): JobResult {
  return result.jobs[0]!;
}

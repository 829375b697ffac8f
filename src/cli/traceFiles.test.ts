import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Playground } from './testing/command.ts';

const SCENARIO = `
apiVersion: rollsim/v1alpha1
kind: Scenario
metadata: {name: two}
cluster: {nodes: [{count: 2}]}
behavior: [{ready: 2s, terminate: 3s}]
steps: [{at: 30s, kubectl: rollout restart deployment/web}]
until: 300s
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "web:v1"}]}
`.replace('kubectl: rollout', 'kubectl: -n shop rollout');

/**
 * prometheus_client 0.16 compares the fractions of two timestamps even if their seconds differ; later ones compare as here.
 * Debian's package belongs to Debian's Python, whatever else is called python3.
 */
const READ_METRICS = `
import json, sys
from prometheus_client import samples
samples.Timestamp.__gt__ = lambda a, b: (a.sec, a.nsec) > (b.sec, b.nsec)
from prometheus_client.openmetrics.parser import text_string_to_metric_families
families = text_string_to_metric_families(sys.stdin.read())
print(json.dumps([[s.name, s.labels, s.value, float(s.timestamp)] for f in families for s in f.samples]))
`;

const READ_JSON = 'import json, sys; print(json.dumps(json.load(sys.stdin)))';

function python(program: string, input: string) {
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', ['-c', program], { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${stderr}\napt-get install python3-prometheus-client, if that is what is missing`);
  return JSON.parse(stdout);
}

const playground = new Playground();

beforeAll(() => {
  playground.write('two.yaml', SCENARIO);
  const { stderr, status } = playground.run([
    ...['run', 'two.yaml', '--export-trace', 'trace.json', '--export-openmetrics', 'run.om'],
  ]);
  if (status !== 0) throw new Error(stderr);
});

afterAll(() => playground.remove());

const read = (name: string) => readFileSync(playground.path(name), 'utf8');

describe('OpenMetrics', () => {
  type Sample = [name: string, labels: Record<string, string>, value: number, seconds: number];

  it('is read by the parser of Prometheus, with the names of kube-state-metrics', () => {
    const samples: Sample[] = python(READ_METRICS, read('run.om'));
    const seriesOf = (name: string) => samples.filter((sample) => sample[0] === name);
    const available = seriesOf('kube_deployment_status_replicas_available');
    expect(available.every(([, labels]) => labels.namespace === 'shop' && labels.deployment === 'web')).toBe(true);
    expect(available.at(-1)![2]).toBe(3);
    expect(Math.max(...seriesOf('kube_deployment_status_replicas').map(([, , value]) => value))).toBe(4);
    expect(seriesOf('kube_pod_status_ready').findLast(([, labels]) => labels.condition === 'true')![2]).toBe(3);
  });

  it('has the figures of each rollout, whose phases add up to its duration', () => {
    const samples: Sample[] = python(READ_METRICS, read('run.om'));
    const ofUpdate = samples.filter(([, labels]) => labels.cause === 'update');
    const duration = ofUpdate.find(([name]) => name === 'rollsim_rollout_duration_seconds')!;
    const phases = ofUpdate.filter(([name]) => name === 'rollsim_rollout_critical_path_seconds');
    expect(duration[2]).toBeGreaterThan(6);
    expect(phases.reduce((sum, [, , value]) => sum + value, 0)).toBeCloseTo(duration[2], 5);
  });
});

/** The fields that the Trace Event Format wants of the sorts of event that rollsim writes. */
interface TraceEvent {
  name: string;
  ph: string;
  ts: number;
  dur?: number;
  pid: number;
  tid: number;
  s?: string;
  args?: Record<string, unknown>;
}

describe('the trace', () => {
  const events = (): TraceEvent[] => python(READ_JSON, read('trace.json')).traceEvents;
  const spans = () => events().filter(({ ph }) => ph === 'X');
  const tracks = () => {
    const names = events().filter(({ name }) => name === 'thread_name');
    return new Map(names.map(({ pid, tid, args }) => [`${pid}/${tid}`, String(args!.name)]));
  };

  it('has what the Trace Event Format asks of each sort of event', () => {
    const known = tracks();
    for (const event of events()) {
      expect(['X', 'i', 'C', 'M']).toContain(event.ph);
      expect([event.ts, event.pid, event.tid].every((number) => Number.isSafeInteger(number) && number >= 0)).toBe(
        true,
      );
      if (event.ph === 'X') expect(event.dur).toBeGreaterThanOrEqual(0);
      if (event.ph === 'i') expect(event.s).toBe('t');
      if (event.ph === 'C') expect(Object.values(event.args!).every((value) => typeof value === 'number')).toBe(true);
      if (event.ph === 'X' || event.ph === 'i') expect(known.has(`${event.pid}/${event.tid}`)).toBe(true);
    }
  });

  it('has no two spans of a track that overlap, which a viewer could not draw', () => {
    const byTrack = grouped(spans());
    for (const own of byTrack.values()) {
      const sorted = own.sort((a, b) => a.ts - b.ts || a.dur! - b.dur!);
      for (const [index, span] of sorted.slice(1).entries()) {
        expect(span.ts).toBeGreaterThanOrEqual(sorted[index]!.ts + sorted[index]!.dur!);
      }
    }
  });

  it('has the states of each pod in turn, and the critical path from the start of a rollout to its end', () => {
    const known = tracks();
    const trackOf = ({ pid, tid }: TraceEvent) => known.get(`${pid}/${tid}`) ?? '';
    const old = spans().filter((span) => trackOf(span) === 'ReplicaSet/shop/web@1#0');
    expect(old.map(({ name }) => name)).toEqual(['pending', 'starting', 'ready', 'terminating']);
    const paths = spans().filter((span) => trackOf(span).endsWith('critical path') && span.ts >= 30e6);
    const rollout = spans().find((span) => span.args?.cause === 'update')!;
    expect(paths.reduce((sum, { dur }) => sum + dur!, 0)).toBe(rollout.dur);
    expect(paths[0]!.ts).toBe(rollout.ts);
  });
});

function grouped(events: TraceEvent[]): Map<string, TraceEvent[]> {
  const groups = new Map<string, TraceEvent[]>();
  for (const event of events) {
    const key = `${event.pid}/${event.tid}`;
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return groups;
}

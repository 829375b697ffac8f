import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocuments } from '../../api/document.ts';
import type { JsonObject, JsonValue } from '../../api/types.ts';
import { renderCalibrationYaml } from '../../report/calibration.ts';
import { type Calibration, calibrate, readGrouping } from '../../scenario/calibration/index.ts';
import '../fastCheck.ts';
import { numRuns } from '../fastCheck.ts';
import { LIFTED, type Sketch, scenarioText } from '../play.ts';
import { eventDocuments, playPods, podDocument, type SimulatedPod } from '../podDump.ts';

const SECOND = 1_000_000;
/** Requests on their way; the API server's own queue is off, so that no burst of pods stretches it. */
const API_MICROS = 20_000;
/** From a binding to the kubelet beginning, and from a start to its report: what `podDump` need not explain by a pull. */
const OVERHEAD_MICROS = 41_000;
const CONTROL_PLANE: JsonObject = { ...LIFTED, latency: { apiService: '0s' } };

interface Case {
  readonly behavior: JsonObject;
  readonly container?: JsonObject;
  readonly sketch?: Sketch;
}

function specOf({ container = {} }: Case): JsonObject {
  return { restartPolicy: 'Always', containers: [{ name: 'app', image: 'web:v1', ...container }] };
}

function textOf(test: Case): string {
  const { behavior, container = {}, sketch = {} } = test;
  const nodes = { count: 6, allocatable: { cpu: '64', memory: '64Gi', pods: '500' } };
  return scenarioText({ replicas: 24, nodes, controlPlane: CONTROL_PLANE, behavior, container, ...sketch });
}

function play(test: Case, behaviorFile?: string): SimulatedPod[] {
  const manifests =
    behaviorFile === undefined ? textOf(test) : textOf({ ...test, behavior: { match: { image: 'none' } } });
  const files = [{ file: 'scenario.yaml', text: manifests }];
  if (behaviorFile !== undefined) files.push({ file: 'behavior.yaml', text: behaviorFile });
  return playPods({ files });
}

function calibrated(pods: readonly SimulatedPod[], test: Case, hasEvents = true): Calibration {
  const documents = pods.map((pod) => podDocument(pod, specOf(test)));
  const events = hasEvents ? pods.flatMap((pod) => eventDocuments(pod, 'app', OVERHEAD_MICROS)) : [];
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...documents, ...events] });
  return calibrate(readDocuments(list, 'dump.json'), {
    grouping: readGrouping('image', '--by'),
    isFitted: false,
    withinMicros: 600 * SECOND,
  });
}

function samplesOf({ rules }: Calibration, word: string): readonly number[] {
  return rules[0]!.delays.find((delay) => delay.word === word)?.samples ?? [];
}

function drawn(pods: readonly SimulatedPod[], purpose: string): number[] {
  return ascending(pods.map(({ draws }) => draws[purpose]));
}

function spans(pods: readonly SimulatedPod[], from: 'bound' | 'running', to: 'running' | 'ready'): number[] {
  return ascending(pods.map(({ atMicros }) => atMicros[to]! - atMicros[from]!));
}

function ascending(values: readonly (number | undefined)[]): number[] {
  return values.filter((value) => value !== undefined).sort((a, b) => a - b);
}

/** Each percentile of one lies as near to that of the other: if no sample is further off, no percentile is. */
function expectNear(actual: readonly number[], expected: readonly number[], toleranceMicros: number): void {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of actual.entries()) {
    const gap = Math.abs(value - expected[index]!);
    expect(gap, `${index}: ${value} for ${expected[index]}`).toBeLessThanOrEqual(toleranceMicros);
  }
}

const millis = (max: number) => fc.integer({ min: 1, max }).map((value) => `${value}ms`);

function delay(maxMillis: number): fc.Arbitrary<JsonValue> {
  return fc.oneof(
    millis(maxMillis),
    millis(maxMillis).map((max) => ({ uniform: { min: '0ms', max } })),
    millis(maxMillis / 2).map((median) => ({ logNormal: { median, p99: `${maxMillis}ms` } })),
    fc.array(millis(maxMillis), { minLength: 2, maxLength: 6 }).map((empirical) => ({ empirical })),
  );
}

const probe = fc.record({
  httpGet: fc.constant({ port: 80 }),
  initialDelaySeconds: fc.integer({ min: 0, max: 8 }),
  periodSeconds: fc.integer({ min: 1, max: 10 }),
  successThreshold: fc.integer({ min: 1, max: 2 }),
});

const startupProbe = fc.record({
  httpGet: fc.constant({ port: 80 }),
  periodSeconds: fc.integer({ min: 1, max: 5 }),
  failureThreshold: fc.constant(100),
});

describe('calibrating on simulated pods', () => {
  it('finds the delays that they were given, as far as the times tell', () => {
    fc.assert(
      fc.property(delay(8_000), delay(3_000), delay(4_000), (start, pull, terminate) => {
        const behavior = { start, pull, terminate };
        const test = { behavior, sketch: { steps: { '200s': 'rollout restart deployment/web' } } };
        const pods = play(test);
        const found = calibrated(pods, test);
        expect(pods.length).toBe(48);
        expectNear(samplesOf(found, 'pull'), drawn(pods, 'podPull'), 1_000);
        expectNear(samplesOf(found, 'start'), drawn(pods, 'podStart'), API_MICROS);
        expectNear(samplesOf(found, 'terminate'), drawn(pods, 'podTerminate'), SECOND + API_MICROS);
        // Without events all times are whole seconds, and pulls are part of the start.
        const bare = calibrated(pods, test, false);
        expect(samplesOf(bare, 'pull')).toEqual([]);
        expectNear(samplesOf(bare, 'start'), spans(pods, 'bound', 'running'), SECOND);
      }),
      { numRuns: numRuns(12) },
    );
  });

  it('gives them back when the pods are played again, whatever their probes', () => {
    const container = fc.record({ readinessProbe: probe, startupProbe }, { requiredKeys: [] });
    fc.assert(
      fc.property(delay(6_000), delay(25_000), container, (start, ready, probes) => {
        const test = { behavior: { start, ready }, container: probes };
        const pods = play(test);
        const found = calibrated(pods, test, false);
        // Dealt in order in place of drawn at random: what differs then is not chance.
        const again = play(test, renderCalibrationYaml(found).replaceAll('empirical:', 'sequence:'));
        expectNear(spans(again, 'bound', 'running'), spans(pods, 'bound', 'running'), SECOND + API_MICROS);
        if (Object.keys(probes).length === 0) return;
        // The ticks of startup probes stand otherwise to a start that took otherwise long, and those of readiness to them.
        const { startupProbe: startup, readinessProbe: readiness } = probes;
        const seconds = startup === undefined ? 0 : startup.periodSeconds + (readiness?.periodSeconds ?? 0);
        const toleranceMicros = (1 + seconds) * SECOND + API_MICROS;
        expectNear(spans(again, 'running', 'ready'), spans(pods, 'running', 'ready'), toleranceMicros);
      }),
      { numRuns: numRuns(25) },
    );
  });

  it('tells when the application served, and not when the probe found it', () => {
    const container = { readinessProbe: { httpGet: { port: 80 }, periodSeconds: 10 } };
    const test = { behavior: { ready: { uniform: { min: '0s', max: '60s' } } }, container, sketch: { replicas: 300 } };
    const pods = play(test);
    const found = samplesOf(calibrated(pods, test), 'ready');
    const truth = drawn(pods, 'podReady');
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    // Within a period a pod is anywhere, but 300 of them are evenly spread: the mean is wrong by 10 s / sqrt(12 * 300).
    expect(Math.abs(mean(found) - mean(truth))).toBeLessThan(4 * 170_000);
    expect(mean(spans(pods, 'running', 'ready')) - mean(truth)).toBeGreaterThan(4 * SECOND);
  });

  it('gives back by chance what was drawn by chance', () => {
    const container = { readinessProbe: { httpGet: { port: 80 }, periodSeconds: 1 } };
    const ready = { logNormal: { median: '8s', p99: '40s' } };
    const test = { behavior: { start: '1s', ready }, container, sketch: { replicas: 300 } };
    const pods = play(test);
    const behaviorFile = renderCalibrationYaml(calibrated(pods, test));
    const before = spans(pods, 'running', 'ready');
    const after = spans(play(test, behaviorFile), 'running', 'ready');
    // 300 draws lie within a tenth of their distribution everywhere, but for one time in 200 (Dvoretzky, Kiefer, Wolfowitz).
    for (const percent of [50, 85]) {
      const value = after[3 * percent]!;
      expect(value).toBeGreaterThanOrEqual(before[3 * (percent - 10)]! - SECOND);
      expect(value).toBeLessThanOrEqual(before[3 * (percent + 10)]! + SECOND);
    }
  });

  it('finds how long the pods of a Job run', () => {
    const job: JsonObject = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'work' },
      spec: {
        completions: 30,
        parallelism: 30,
        template: { spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'web:v1' }] } },
      },
    };
    const behavior = { start: '1s', run: { uniform: { min: '5s', max: '40s' } } };
    const pods = play({ behavior, sketch: { objects: [job] } });
    const spec = { restartPolicy: 'Never', containers: [{ name: 'app', image: 'web:v1' }] };
    const items = pods.map((pod) => podDocument(pod, spec));
    const found = calibrate(readDocuments(JSON.stringify({ kind: 'List', items }), 'pods.json'), {
      grouping: readGrouping('workload', '--by'),
      isFitted: false,
      withinMicros: 600 * SECOND,
    });
    expect(found.rules[0]!.match).toEqual({ workload: 'job/work' });
    expectNear(samplesOf(found, 'run'), drawn(pods, 'podRun'), SECOND + API_MICROS);
  });
});

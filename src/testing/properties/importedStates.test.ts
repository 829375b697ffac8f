import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { LogEntry } from '../../metrics/log/logLine.ts';
import { numRuns } from '../fastCheck.ts';
import { DUMP, dumpOf, playImported } from '../importing.ts';
import { play, type Sketch, scenarioText } from '../play.ts';
import { roomyRollout, undisturbedRollout } from './arbitraries.ts';

const ROOMY = fc.integer({ min: 1, max: 20 }).map((count) => ({ count, allocatable: { cpu: '64', pods: '400' } }));

/** Until the dump, which is taken when nothing happens any more. */
const SETTLED = '900s';

describe('a settled cluster that is imported', () => {
  test.prop([mixedCluster()], { numRuns: numRuns(10) })('stays as it is', (sketch) => {
    const { result } = play({ ...sketch, steps: { ...sketch.steps, [SETTLED]: DUMP } });
    const dump = dumpOf(result);
    const again = playImported(dump, { ...settingsOf(sketch), steps: [{ at: '300s', kubectl: DUMP }] });
    expect(again.result.pods.created).toBe(0);
    expect(again.result.rollouts).toEqual([]);
    expect(placesOf(dumpOf(again.result))).toEqual(placesOf(dump));
    expect(again.log.filter(isDecision)).toEqual([]);
  });

  /**
   * All pods behave alike, wherever they are, and nothing queues: chance places pods otherwise in the second run, and what
   * falls into one sync with limits may fall into two.
   */
  test.prop([undisturbedRollout(['unlimited'], ROOMY), fc.integer({ min: 0, max: 5_000 })], { numRuns: numRuns(15) })(
    'rolls out next what it would have rolled out',
    (drawn, readyMillis) => {
      const behavior = { pull: '0s', start: '100ms', ready: `${readyMillis}ms`, terminate: '1200ms' };
      const sketch = { ...drawn, behavior };
      const next = 'set image deployment/web app=web:v3';
      const { result, log } = play({ ...sketch, steps: { ...sketch.steps, [SETTLED]: DUMP, '910s': next } });
      const again = playImported(dumpOf(result), { ...settingsOf(sketch), steps: [{ at: '10s', kubectl: next }] });
      const expected = sizesAfter(log, 910);
      expect(sizesAfter(again.log, 10)).toEqual(expected);
      expect(expected.length > 0 || sketch.replicas === 0).toBe(true);
      expect(again.result.rollouts.map(({ outcome, cause }) => [outcome, cause])).toEqual([['complete', 'update']]);
    },
  );

  test.prop([roomyRollout(), fc.integer({ min: 100_500, max: 115_000 })], { numRuns: numRuns(15) })(
    'goes on with the rollout that it was in',
    (sketch, atMillis) => {
      const { result } = play({ ...sketch, steps: { ...sketch.steps, [`${atMillis}ms`]: DUMP } });
      const again = playImported(dumpOf(result), { ...settingsOf(sketch), steps: [{ at: '600s', kubectl: DUMP }] });
      expect(imagesOf(dumpOf(again.result))).toEqual(Array(sketch.replicas).fill('web:v2'));
      for (const { outcome } of again.result.rollouts) expect(outcome).toBe('complete');
    },
  );
});

/** A Deployment that was updated once, beside a StatefulSet, a DaemonSet, a Job, a Service and a budget. */
function mixedCluster(): fc.Arbitrary<Sketch> {
  return fc.record({ sketch: roomyRollout(), sets: fc.integer({ min: 0, max: 5 }) }).map(({ sketch, sets }) => {
    const [first] = documentsOf(sketch);
    return { ...sketch, objects: [first!, ...OTHERS.map((document) => withReplicas(document, sets))] };
  });
}

function documentsOf(sketch: Sketch): JsonObject[] {
  const [, ...objects] = scenarioText(sketch)
    .split('\n---\n')
    .map((text) => JSON.parse(text) as JsonObject);
  return objects;
}

function withReplicas(document: JsonObject, replicas: number): JsonObject {
  if (document.kind !== 'StatefulSet') return document;
  return { ...document, spec: { ...(document.spec as JsonObject), replicas } };
}

function workload(kind: string, app: string, spec: JsonObject): JsonObject {
  const containers = [{ name: 'app', image: `${app}:v1`, env: [{ name: 'TOKEN', value: 'secret' }] }];
  const apiVersion = kind === 'Job' ? 'batch/v1' : 'apps/v1';
  const selector = kind === 'Job' ? {} : { selector: { matchLabels: { app } } };
  const template = { metadata: { labels: { app } }, spec: { containers, ...(spec.pod as JsonObject) } };
  const { pod: _, ...rest } = spec;
  return { apiVersion, kind, metadata: { name: app }, spec: { ...selector, ...rest, template } };
}

const OTHERS: readonly JsonObject[] = [
  workload('StatefulSet', 'db', { serviceName: 'db' }),
  workload('DaemonSet', 'agent', {}),
  workload('Job', 'batch', { completions: 3, parallelism: 2, pod: { restartPolicy: 'Never' } }),
  workload('ReplicaSet', 'lone', { replicas: 2 }),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
  },
];

function settingsOf(sketch: Sketch): JsonObject {
  return { behavior: [sketch.behavior as JsonObject], controlPlane: sketch.controlPlane!, until: '20m' };
}

/** Something is made, moved, deleted or scaled after the beginning. */
function isDecision(line: LogEntry): boolean {
  return line.t > 0 && ['Pod', 'ReplicaSet', 'Event'].includes(line.kind);
}

function sizesAfter(log: readonly LogEntry[], seconds: number): string[] {
  const sizes: string[] = [];
  const last = new Map<string, number>();
  for (const line of log) {
    if (line.kind !== 'ReplicaSet') continue;
    if (line.t >= seconds && last.get(line.name) !== line.spec) sizes.push(`${line.name} ${line.spec}`);
    last.set(line.name, line.spec!);
  }
  return sizes;
}

interface Dumped {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: { readonly nodeName?: string; readonly containers: readonly { readonly image: string }[] };
  readonly status: { readonly phase: string };
}

function podsOf(dump: string): Dumped[] {
  return (JSON.parse(dump) as { items: Dumped[] }).items.filter(({ kind }) => kind === 'Pod');
}

function placesOf(dump: string): string[] {
  return podsOf(dump).map(({ metadata, spec, status }) => `${metadata.name} ${spec.nodeName} ${status.phase}`);
}

function imagesOf(dump: string): string[] {
  return podsOf(dump).map(({ spec }) => spec.containers[0]!.image);
}

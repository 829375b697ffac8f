import { describe, expect, it } from 'vitest';
import { readDocuments } from '../../api/document.ts';
import { InputError } from '../../api/errors.ts';
import type { JsonObject, JsonValue } from '../../api/types.ts';
import { type Calibration, type CalibrationOptions, calibrate } from './calibrate.ts';
import { readGrouping } from './grouping.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString().replace('.000Z', 'Z');

interface Told {
  readonly name?: string;
  readonly metadata?: JsonObject;
  readonly spec?: JsonObject;
  readonly container?: JsonObject;
  readonly status?: JsonObject;
  readonly containerStatus?: JsonObject;
  readonly ready?: number;
}

/** A pod that had its node at 0, started after 3 s and was ready after 8 s, but for what is told otherwise. */
function pod({ name = 'web-0', metadata, spec, container, status, containerStatus, ready = 8 }: Told = {}): JsonObject {
  const state = { running: { startedAt: at(3) } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', uid: name, ...metadata },
    spec: {
      restartPolicy: 'Always',
      containers: [{ name: 'app', image: 'reg:5000/web:v1', readinessProbe: { periodSeconds: 1 }, ...container }],
      ...spec,
    },
    status: {
      phase: 'Running',
      conditions: [
        { type: 'PodScheduled', status: 'True', lastTransitionTime: at(0) },
        { type: 'Ready', status: 'True', lastTransitionTime: at(ready) },
      ],
      containerStatuses: [{ name: 'app', restartCount: 0, state, ...containerStatus }],
      ...status,
    },
  };
}

function event(reason: string, message: string, seconds: number, more: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'web-0.1', namespace: 'shop' },
    involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web-0', uid: 'web-0', fieldPath: 'spec.containers{app}' },
    reason,
    message,
    firstTimestamp: at(seconds),
    eventTime: null,
    source: { host: 'n1' },
    ...more,
  };
}

function from(items: readonly JsonValue[], by = 'image', more: Partial<CalibrationOptions> = {}): Calibration {
  const documents = readDocuments(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), 'dump.json');
  return calibrate(documents, {
    grouping: readGrouping(by, '--by'),
    isFitted: false,
    withinMicros: 600_000_000,
    ...more,
  });
}

/** Of the first rule, by field; with those that stand there for want of samples. */
function valuesOf({ rules }: Calibration, index = 0): Record<string, JsonValue> {
  return Object.fromEntries(rules[index]!.delays.map(({ word, value }) => [word, value]));
}

/** What was seen, in seconds. */
function seen({ rules }: Calibration, word: string): readonly number[] {
  return rules[0]!.delays.find((delay) => delay.word === word)?.samples.map((micros) => micros / 1e6) ?? [];
}

function errorOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  throw new Error('was accepted');
}

describe('what a pod tells', () => {
  it('is its start and readiness, and defaults stand for the rest', () => {
    const found = from([pod()]);
    expect(found.rules[0]!.match).toEqual({ image: 'reg:5000/web:v1' });
    expect(valuesOf(found)).toEqual({ start: '3s', ready: '4.5s', terminate: '1s' });
    expect(found.warnings).toEqual([
      "nothing tells of terminate of reg:5000/web:v1: rollsim's default stands there",
      'reg:5000/web:v1: fewer than 10 samples of start (1), ready (1)',
    ]);
  });

  it('is no readiness without a probe, a hook or a gate: Kubernetes has it ready at once', () => {
    const container = { readinessProbe: null };
    expect(valuesOf(from([pod({ container })])).ready).toBeUndefined();
    expect(seen(from([pod({ container: { ...container, lifecycle: { postStart: { exec: {} } } } })]), 'ready')).toEqual(
      [5],
    );
    const gated = pod({ container });
    (gated.spec as { readinessGates?: JsonValue }).readinessGates = [{ conditionType: 'lb' }];
    expect(seen(from([gated]), 'ready')).toEqual([5]);
  });

  it('is nothing of readiness after a restart, of which Ready tells only the last transition', () => {
    const last = { terminated: { startedAt: at(3), finishedAt: at(5), exitCode: 1 } };
    const running = { running: { startedAt: at(20) } };
    const found = from([pod({ ready: 30, containerStatus: { restartCount: 1, state: running, lastState: last } })]);
    expect(seen(found, 'ready')).toEqual([]);
    expect(seen(found, 'start')).toEqual([3]);
    expect(found.warnings).toContain(
      'left out: 1 pod: ready: restarted since, and Ready tells of its last transition only',
    );
  });

  it('is nothing of readiness long after the start', () => {
    const found = from([pod(), pod({ name: 'late', ready: 700 })]);
    expect(seen(found, 'ready')).toHaveLength(1);
    expect(found.warnings.join()).toContain('hardly their first time (--within)');
    expect(seen(from([pod({ ready: 700 })], 'image', { withinMicros: 1e9 }), 'ready')).toHaveLength(1);
  });

  it('is when it was seen ready first, if it was watched', () => {
    const unready = pod();
    (unready.status as { conditions: JsonValue }).conditions = [
      { type: 'PodScheduled', status: 'True', lastTransitionTime: at(0) },
      { type: 'Ready', status: 'False', lastTransitionTime: at(0) },
    ];
    const watched = [unready, pod(), pod({ ready: 300 })].map((object) => ({ type: 'MODIFIED', object }));
    const found = from(watched);
    expect(found.pods).toBe(1);
    expect(seen(found, 'ready')).toEqual([4.5]);
  });

  it('is how it ended, when that was seen', () => {
    const terminated = { terminated: { startedAt: at(3), finishedAt: at(107), exitCode: 143 } };
    const metadata = { deletionTimestamp: at(130), deletionGracePeriodSeconds: 30 };
    const ended = { metadata, containerStatus: { state: terminated } };
    expect(seen(from([pod(ended)]), 'terminate')).toEqual([7]);
    const lifecycle = { preStop: { sleep: { seconds: 5 } } };
    expect(seen(from([pod({ ...ended, container: { lifecycle } })]), 'terminate')).toEqual([2]);
    expect(seen(from([pod(ended), event('Killing', 'Stopping container app', 105)]), 'terminate')).toEqual([2]);
    const before = { terminated: { startedAt: at(3), finishedAt: at(90), exitCode: 0 } };
    expect(seen(from([pod({ ...ended, containerStatus: { state: before } })]), 'terminate')).toEqual([]);
  });
});

describe('events', () => {
  const pulled = 'Successfully pulled image "reg:5000/web:v1" in 1.5s (2.1s including waiting). Image size: 77 bytes.';

  it('tell of pulls, which are then no part of the start', () => {
    const found = from([pod(), event('Pulled', pulled, 3)]);
    expect(seen(found, 'pull')).toEqual([1.5]);
    expect(seen(found, 'start')).toEqual([0.9]);
  });

  it.each([
    ['Successfully pulled image "reg:5000/web:v1" in 1.234567s', [1.234567]],
    ['Successfully pulled image "reg:5000/web:v1" in 850ms (850ms including waiting)', [0.85]],
    ['Successfully pulled image "reg:5000/web:v1"', [2]],
    ['Container image "reg:5000/web:v1" already present on machine and can be accessed by the pod', []],
    ['Successfully pulled image "reg:5000/web:v1" in no time', [2]],
  ])('are read as they were written: %s', (message, expected) => {
    expect(seen(from([pod(), event('Pulling', 'Pulling image', 1), event('Pulled', message, 3)]), 'pull')).toEqual(
      expected,
    );
  });

  it('tell of the first pull on a node; the next one only asks the registry', () => {
    const second = { involvedObject: { kind: 'Pod', name: 'web-1', uid: 'web-1', fieldPath: 'spec.containers{app}' } };
    const asked = 'Successfully pulled image "reg:5000/web:v1" in 400ms (1s including waiting)';
    const found = from([pod(), pod({ name: 'web-1' }), event('Pulled', pulled, 3), event('Pulled', asked, 4, second)]);
    expect(seen(found, 'pull')).toEqual([1.5]);
    expect(seen(found, 'start')).toEqual([0.9, 2.4]);
  });

  it('tell of pods that are gone, by the image', () => {
    const gone = {
      involvedObject: { kind: 'Pod', name: 'old', uid: 'old', fieldPath: 'spec.containers{app}' },
      source: { host: 'n2' },
    };
    expect(seen(from([pod(), event('Pulled', pulled, 3, gone)]), 'pull')).toEqual([1.5]);
    expect(seen(from([pod(), event('Pulled', pulled, 3, gone)], 'workload'), 'pull')).toEqual([]);
  });

  it('tell nanoseconds in their names, if those are of the same second', () => {
    const named = (seconds: number, nanos: bigint) => {
      const epoch = BigInt(Date.UTC(2026, 0, 1) / 1000 + seconds) * 1_000_000_000n + nanos;
      return { metadata: { name: `web-0.${epoch.toString(16)}`, namespace: 'shop' } };
    };
    const present = event('Pulled', 'Container image "x" already present on machine', 2);
    const scheduled = event('Scheduled', '', 0, { firstTimestamp: null, eventTime: '2026-01-01T00:00:00.250000Z' });
    const exact = from([pod(), scheduled, present, event('Started', 'Container started', 3, named(3, 786_000_000n))]);
    // Less the 36 ms that a run adds by itself.
    expect(seen(exact, 'start')).toEqual([3.5]);
    expect(exact.rules[0]!.delays.find(({ word }) => word === 'start')!.note).toBe('');
    const other = from([pod(), scheduled, present, event('Started', 'Container started', 3, named(9, 786_000_000n))]);
    expect(seen(other, 'start')).toEqual([3]);
  });

  it('of the newer API say the same', () => {
    const newer = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'e' },
      regarding: { kind: 'Pod', name: 'web-0', namespace: 'shop', fieldPath: 'spec.containers{app}' },
      reason: 'Pulled',
      note: pulled,
      deprecatedFirstTimestamp: at(3),
      eventTime: null,
    };
    expect(seen(from([pod({ metadata: { uid: null } }), newer]), 'pull')).toEqual([1.5]);
  });

  it('tell the first start of a container that was restarted often', () => {
    const containerStatus = { restartCount: 5, state: { running: { startedAt: at(900) } } };
    const found = from([
      pod({ containerStatus }),
      event('Started', 'Started container app', 3, { involvedObject: { kind: 'Pod', name: 'web-0', uid: 'web-0' } }),
    ]);
    expect(seen(found, 'start')).toEqual([3]);
  });
});

describe('pods of several containers', () => {
  const spec = {
    initContainers: [
      { name: 'fetch', image: 'fetch:v1' },
      { name: 'proxy', image: 'proxy:v1', restartPolicy: 'Always' },
    ],
    containers: [
      { name: 'app', image: 'web:v1' },
      { name: 'log', image: 'log:v1' },
    ],
  };
  const running = (name: string, seconds: number) => ({
    name,
    restartCount: 0,
    state: { running: { startedAt: at(seconds) } },
  });
  const status = {
    initContainerStatuses: [
      { name: 'fetch', restartCount: 0, state: { terminated: { startedAt: at(2), finishedAt: at(6), exitCode: 0 } } },
      running('proxy', 7),
    ],
    containerStatuses: [running('app', 9), running('log', 10)],
  };

  it('start in a chain', () => {
    const [rule] = from([pod({ spec, status })]).rules;
    expect(rule!.match).toEqual({ image: 'web:v1' });
    expect(rule!.delays.find(({ word }) => word === 'start')!.value).toBe('3s');
    const containers = rule!.containers.map(({ name, delays }) => [
      name,
      delays.map(({ word, value }) => [word, value]),
    ]);
    expect(containers).toEqual([
      [
        'fetch',
        [
          ['start', '2s'],
          ['run', '4s'],
        ],
      ],
      ['proxy', [['start', '1s']]],
    ]);
  });
});

describe('pods that end', () => {
  const work = (index: number, seconds: number, exitCode = 0) =>
    pod({
      name: `work-${index}`,
      metadata: { ownerReferences: [{ kind: 'Job', name: 'work-29391840', controller: true }] },
      spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'web:v1' }] },
      status: { phase: exitCode === 0 ? 'Succeeded' : 'Failed' },
      containerStatus: { state: { terminated: { startedAt: at(3), finishedAt: at(3 + seconds), exitCode } } },
    });

  it('tell how long they run and what they exit with', () => {
    const jobs = [work(0, 10), work(1, 20, 1)].map((job) => ({ ...job, status: { ...(job.status as JsonObject) } }));
    const found = from(jobs, 'workload');
    expect(found.rules[0]!.match).toEqual({ workload: 'cronjob/work' });
    expect(valuesOf(found)).toMatchObject({ run: { empirical: ['10s', '20s'] }, exitCode: { sequence: [0, 1] } });
  });

  it('do not make those end that have the same image and run for ever', () => {
    const web = pod({ spec: { containers: [{ name: 'app', image: 'web:v1' }] } });
    const { rules } = from([web, work(0, 10)]);
    expect(rules.map(({ match }) => match)).toEqual([
      { image: 'web:v1', workload: 'cronjob/work' },
      { image: 'web:v1' },
    ]);
    expect(rules.map(({ delays }) => delays.some(({ word }) => word === 'run'))).toEqual([true, false]);
  });

  it('and are restarted tell how many attempts it takes', () => {
    const failed = (count: number, seconds: number, isRunning = true) => ({
      restartCount: count,
      state: isRunning ? { running: { startedAt: at(50) } } : { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { startedAt: at(20), finishedAt: at(20 + seconds), exitCode: 2 } },
    });
    const pods = [
      pod(),
      pod({ name: 'b', containerStatus: failed(1, 4) }),
      pod({ name: 'c', containerStatus: failed(2, 6) }),
    ];
    expect(valuesOf(from(pods))).toMatchObject({
      run: { attempts: [{ empirical: ['4s', '6s', 'never'] }, { empirical: ['6s', 'never'] }, 'never'] },
      exitCode: 2,
    });
    const endless = from([pod({ containerStatus: failed(40, 4, false) })]);
    expect(valuesOf(endless).run).toEqual({ attempts: Array(6).fill('4s') });
    expect(valuesOf(from([pod({ containerStatus: failed(1, 4000) })])).run).toBeUndefined();
  });
});

describe('pods are gathered', () => {
  const owned = (kind: string, name: string, labels: JsonObject = {}) =>
    pod({ metadata: { labels, ownerReferences: [{ kind, name, uid: 'owner', controller: true }] } });

  it.each([
    ['repository', pod(), { image: 'reg:5000/web:*' }],
    ['repository', pod({ container: { image: 'reg:5000/web' } }), { image: 'reg:5000/web' }],
    ['repository', pod({ container: { image: 'web@sha256:12' } }), { image: 'web@*' }],
    ['label:app', pod({ metadata: { labels: { app: 'web' } } }), { labels: { app: 'web' } }],
    ['workload', pod(), { workload: 'pod/web-0' }],
    ['workload', owned('ReplicaSet', 'web-5d9', { 'pod-template-hash': '5d9' }), { workload: 'deployment/web' }],
    ['workload', owned('ReplicaSet', 'web'), { workload: 'replicaset/web' }],
    ['workload', owned('StatefulSet', 'db'), { workload: 'statefulset/db' }],
    ['workload', owned('Job', 'once'), { workload: 'job/once' }],
  ])('by %s', (by, one, match) => {
    expect(from([one], by).rules.map((rule) => rule.match)).toEqual([match]);
  });

  it('by what stands above their ReplicaSet, if the dump has that', () => {
    const set = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'x', uid: 'owner', ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }] },
    };
    expect(from([owned('ReplicaSet', 'x'), set], 'workload').rules[0]!.match).toEqual({ workload: 'deployment/web' });
  });

  it('by nothing else', () => {
    expect(errorOf(() => readGrouping('imgae', '--by'))).toBe(
      '--by: cannot gather pods by "imgae" (did you mean "image"?)',
    );
    expect(from([owned('Workflow', 'x')], 'workload').warnings.join()).toContain(
      'owned by something that rollsim does not know',
    );
    expect(from([pod()], 'label:app').warnings).toEqual(['left out: 1 pod: no label app']);
  });
});

describe('a dump', () => {
  it('may lack nearly everything', () => {
    const bare = [{ kind: 'Pod' }, { kind: 'Pod', metadata: null, spec: { containers: null }, status: null }];
    expect(from(bare)).toMatchObject({ pods: 2, rules: [], warnings: ['left out: 2 pods: no containers'] });
    const timeless = pod({ status: { conditions: null, containerStatuses: null } });
    expect(valuesOf(from([timeless]))).toEqual({ start: '500ms', ready: '2s', terminate: '1s' });
    expect(from([timeless]).warnings).toContain('left out: 1 pod: ready: not started, or no time of it');
  });

  it('may hold other things, and events of other things', () => {
    const others = [
      { apiVersion: 'v1', kind: 'Node', status: 5 },
      { kind: 'Event' },
      event('Killing', '', 1, { involvedObject: { kind: 'Node' } }),
    ];
    expect(from([...others, pod()]).rules).toHaveLength(1);
  });

  it('has static pods left out', () => {
    const annotations = { 'kubernetes.io/config.mirror': 'x' };
    expect(from([pod({ metadata: { annotations } })])).toMatchObject({
      rules: [],
      warnings: ['left out: 1 pod: static pods, of which the API server learns late'],
    });
  });

  it('may have clocks that differ', () => {
    const found = from([pod({ containerStatus: { state: { running: { startedAt: at(-20) } } } })]);
    expect(seen(found, 'start')).toEqual([]);
    expect(found.warnings).toContain('left out: 1 pod: start: ends before it begins, by clocks that differ');
  });

  it('is asked for when there is none', () => {
    expect(errorOf(() => from([]))).toContain('no pods in the input (kubectl get pods -A -o json > pods.json)');
    expect(errorOf(() => from([pod()], 'image', { namespace: 'other' }))).toBe(
      'dump.json: no pods in the namespace "other"',
    );
  });

  it('is refused where it holds what no API server writes', () => {
    const wrong = (told: Told) => errorOf(() => from([pod(told)]));
    expect(wrong({ containerStatus: { state: { running: { startedAt: 'noon' } } } })).toMatch(
      /^dump\.json:1:\d+: items\[0\]\.status\.containerStatuses\[0\]\.state\.running\.startedAt: expected a time such as .*, got "noon"$/,
    );
    expect(wrong({ containerStatus: { restartCount: 'many' } })).toMatch(/restartCount: expected number, got "many"$/);
    expect(wrong({ spec: { containers: [{ image: 'x' }] } })).toMatch(/containers\[0\]\.name: Required value$/);
  });
});

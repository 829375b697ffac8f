/** The sig-node tests of pods, with upstream's names and numbers (test/e2e/common/node, test/e2e/node). */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { PodLine } from '../../metrics/log/logLine.ts';
import { type Played, play, type Sketch } from '../play.ts';

interface PodDocument {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly status: {
    readonly phase: string;
    readonly qosClass: string;
    readonly reason?: string;
    readonly conditions: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
    readonly initContainerStatuses?: readonly ContainerDocument[];
    readonly containerStatuses: readonly ContainerDocument[];
  };
}

interface ContainerDocument {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: Readonly<Record<string, { readonly reason?: string; readonly exitCode?: number }>>;
}

const container = (name: string, fields: JsonObject = {}): JsonObject => ({ name, image: `${name}:v1`, ...fields });
const probe = (fields: JsonObject): JsonObject => ({ exec: { command: ['cat', '/tmp/health'] }, ...fields });

function pod(spec: JsonObject = {}, name = 'p'): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { type: 'Testing' } },
    spec: { containers: [container('app')], ...spec },
  };
}

const LOOK = 'get pod p -o json';

/** Plays one pod and looks at it at some times. */
function playPod(spec: JsonObject, behavior: JsonObject, seconds: readonly number[], sketch: Sketch = {}) {
  const looks = Object.fromEntries(seconds.map((at) => [`${at}s`, LOOK]));
  // An operator takes one step after the other.
  const inOrder = Object.entries({ ...looks, ...sketch.steps }).sort(
    ([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
  );
  const played = play({ behavior, objects: [pod(spec)], until: '30m', ...sketch, steps: Object.fromEntries(inOrder) });
  const steps = played.result.steps.filter(({ kubectl }) => kubectl === LOOK);
  return { played, seen: steps.map(({ out }) => JSON.parse(out) as PodDocument) };
}

function condition({ status }: PodDocument, type: string) {
  return status.conditions.find((one) => one.type === type);
}

function times({ log }: Played, event: PodLine['event']): number[] {
  return log.flatMap((line) => (line.kind === 'Pod' && line.event === event ? [line.t] : []));
}

describe('Container Runtime: container that exits should run with the expected status', () => {
  /** Fails, ends well, and then runs on. */
  const TERMINATE_CMD = { run: { attempts: ['1s', '1s', 'never'] }, exitCode: { attempts: [1, 0] } };

  test.each([
    { restartPolicy: 'Always', phase: 'Running', state: 'running', restartCount: 2, ready: true },
    { restartPolicy: 'OnFailure', phase: 'Succeeded', state: 'terminated', restartCount: 1, ready: false },
    { restartPolicy: 'Never', phase: 'Failed', state: 'terminated', restartCount: 0, ready: false },
  ])('$restartPolicy', ({ restartPolicy, phase, state, restartCount, ready }) => {
    const { seen } = playPod({ restartPolicy }, TERMINATE_CMD, [60]);
    expect(seen[0]!.status).toMatchObject({ phase, containerStatuses: [{ restartCount, ready }] });
    expect(Object.keys(seen[0]!.status.containerStatuses[0]!.state)).toEqual([state]);
    expect(condition(seen[0]!, 'Ready')!.status).toBe(ready ? 'True' : 'False');
  });
});

describe('InitContainer', () => {
  const initContainers = [container('init1'), container('init2')];
  const done = { ready: true, restartCount: 0, state: { terminated: { exitCode: 0, reason: 'Completed' } } };

  test('should invoke init containers on a RestartNever pod', () => {
    const spec = { restartPolicy: 'Never', initContainers, containers: [container('run1')] };
    const { seen } = playPod(spec, { run: '1s', containers: { init1: { run: '2s' }, init2: { run: '2s' } } }, [3, 10]);
    expect(seen[0]!.status).toMatchObject({
      phase: 'Pending',
      initContainerStatuses: [done, { state: { running: {} } }],
    });
    expect(seen[1]!.status).toMatchObject({ phase: 'Succeeded', initContainerStatuses: [done, done] });
    expect(condition(seen[1]!, 'Initialized')).toMatchObject({ status: 'True' });
  });

  test('should invoke init containers on a RestartAlways pod', () => {
    const { seen } = playPod({ initContainers, containers: [container('run1')] }, {}, [10]);
    expect(seen[0]!.status).toMatchObject({ phase: 'Running', initContainerStatuses: [done, done] });
    expect(condition(seen[0]!, 'Initialized')).toMatchObject({ status: 'True' });
  });

  test('should not start app containers if init containers fail on a RestartAlways pod', () => {
    const spec = { initContainers, containers: [container('run1')] };
    const { seen } = playPod(spec, { containers: { init1: { exitCode: 1 } } }, [120]);
    expect(seen[0]!.status.phase).toBe('Pending');
    const [first, second] = seen[0]!.status.initContainerStatuses!;
    expect(first!.restartCount).toBeGreaterThanOrEqual(3);
    expect(first!.state.waiting!.reason).toBe('CrashLoopBackOff');
    expect(second!.state).toHaveProperty('waiting');
    expect(seen[0]!.status.containerStatuses[0]!.state).toHaveProperty('waiting');
    expect(condition(seen[0]!, 'Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [init1 init2]',
    });
  });

  test('should not start app containers and fail the pod if init containers fail on a RestartNever pod', () => {
    const spec = { restartPolicy: 'Never', initContainers, containers: [container('run1')] };
    const { seen } = playPod(spec, { containers: { init2: { exitCode: 1 } } }, [10]);
    expect(seen[0]!.status).toMatchObject({
      phase: 'Failed',
      initContainerStatuses: [done, { restartCount: 0, state: { terminated: { exitCode: 1, reason: 'Error' } } }],
      containerStatuses: [{ state: { waiting: {} } }],
    });
  });
});

describe('Kubelet: when scheduling a busybox command that always fails in a pod', () => {
  const FAILS = { run: '0s', exitCode: 1 };

  test('should have an terminated reason', () => {
    const { seen } = playPod({ restartPolicy: 'Never' }, FAILS, [5]);
    expect(seen[0]!.status.containerStatuses[0]!.state.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
  });

  test('should be possible to delete', () => {
    const { played } = playPod({}, FAILS, [], { steps: { '5s': 'delete pod p' } });
    expect(played.result.steps.at(-1)).toMatchObject({ out: 'pod "p" deleted', error: '' });
    expect(times(played, 'deleted')).toEqual([5]);
  });
});

describe('Pods', () => {
  test('should be submitted and removed', () => {
    const { played, seen } = playPod({}, { terminate: '10s' }, [4], {
      steps: { '5s': 'delete pod p --wait=false', '6s': LOOK },
    });
    expect(seen[0]!.metadata.deletionTimestamp).toBeUndefined();
    // 30 seconds of grace after the request.
    expect(seen[1]!.metadata.deletionTimestamp).toBe('2000-01-01T00:00:35Z');
    expect([times(played, 'terminating'), times(played, 'deleted')]).toEqual([[5], [15]]);
  });

  test('should allow activeDeadlineSeconds to be updated', () => {
    const patch = (seconds: number) => `patch pod p -p '{"spec":{"activeDeadlineSeconds":${seconds}}}'`;
    const { seen } = playPod({}, { terminate: '1s' }, [1, 20], { steps: { '2s': patch(5) } });
    expect(seen[0]!.status).toMatchObject({ phase: 'Running' });
    expect(seen[1]!.status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
    const lowered = playPod({ activeDeadlineSeconds: 600 }, { terminate: '1s' }, [8, 10], {
      steps: { '2s': patch(8) },
    });
    expect(lowered.seen[0]!.status).toMatchObject({ phase: 'Running' });
    expect(lowered.seen[1]!.status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
  });

  test('should delete a collection of pods', () => {
    const objects = ['test-pod-1', 'test-pod-2', 'test-pod-3'].map((name) => pod({}, name));
    const played = play({ objects, behavior: { terminate: '1s' }, steps: { '5s': 'delete pods -l type=Testing' } });
    expect(times(played, 'deleted')).toEqual([6, 6, 6]);
  });
});

describe('Pods Extended: Pods Set QOS Class', () => {
  test('should be set on Pods with matching resource requests and limits for memory and cpu', () => {
    const resources = { requests: { cpu: '100m', memory: '100Mi' }, limits: { cpu: '100m', memory: '100Mi' } };
    const { seen } = playPod({ containers: [container('agnhost', { resources })] }, {}, [5]);
    expect(seen[0]!.status.qosClass).toBe('Guaranteed');
  });
});

describe('Probing container', () => {
  const app = (fields: JsonObject) => ({ containers: [container('app', fields)] });

  test('with readiness probe should not be ready before initial delay and never restart', () => {
    const readinessProbe = probe({ initialDelaySeconds: 30, periodSeconds: 5 });
    const { played, seen } = playPod(app({ readinessProbe }), { ready: '1s' }, [120]);
    expect(times(played, 'ready')).toEqual([30]);
    expect(seen[0]!.status.containerStatuses[0]).toMatchObject({ ready: true, restartCount: 0 });
  });

  test('with readiness probe that fails should never be ready and never restart', () => {
    const { played, seen } = playPod(app({ readinessProbe: probe({}) }), { ready: 'never' }, [120]);
    expect(times(played, 'ready')).toEqual([]);
    expect(seen[0]!.status.containerStatuses[0]).toMatchObject({ ready: false, restartCount: 0 });
  });

  test.each([
    ['a exec "cat /tmp/health" liveness probe', { exec: { command: ['cat', '/tmp/health'] } }],
    ['a /healthz http liveness probe', { httpGet: { path: '/healthz', port: 8080 } }],
    ['a GRPC liveness probe', { grpc: { port: 2333 } }],
  ])('should be restarted with %s', (_name, check) => {
    const livenessProbe = { ...check, initialDelaySeconds: 15, failureThreshold: 1 };
    const { seen } = playPod(app({ livenessProbe }), { hang: '10s' }, [20, 25]);
    // The first check after the initial delay is the one at 20 s; it gives up after a second.
    expect(seen.map(({ status }) => status.containerStatuses[0]!.restartCount)).toEqual([0, 1]);
  });

  test.each([
    ['a exec "cat /tmp/health" liveness probe', { exec: { command: ['cat', '/tmp/health'] } }],
    ['a /healthz http liveness probe', { httpGet: { path: '/healthz', port: 8080 } }],
    ['a tcp:8080 liveness probe', { tcpSocket: { port: 8080 } }],
    ['a GRPC liveness probe', { grpc: { port: 2333 } }],
  ])('should *not* be restarted with %s', (_name, check) => {
    const livenessProbe = { ...check, initialDelaySeconds: 15, failureThreshold: 5 };
    const { seen } = playPod(app({ livenessProbe }), { ready: '1s' }, [240]);
    expect(seen[0]!.status.containerStatuses[0]).toMatchObject({ ready: true, restartCount: 0 });
  });

  test('should have monotonically increasing restart count', () => {
    const livenessProbe = { httpGet: { path: '/healthz', port: 8080 }, initialDelaySeconds: 5, failureThreshold: 1 };
    const looks = Array.from({ length: 100 }, (_, index) => 5 * (index + 1));
    const { seen } = playPod(app({ livenessProbe }), { hang: '10s' }, looks);
    const counts = seen.map(({ status }) => status.containerStatuses[0]!.restartCount);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts.at(-1)).toBeGreaterThanOrEqual(5);
    const waiting = seen.filter(({ status }) => status.containerStatuses[0]!.state.waiting !== undefined);
    expect(waiting[0]!.status.containerStatuses[0]!.state.waiting!.reason).toBe('CrashLoopBackOff');
    expect(waiting[0]!.status.phase).toBe('Running');
  });
});

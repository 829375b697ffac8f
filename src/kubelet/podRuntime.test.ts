import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import { POD_FAILED } from '../cluster/index.ts';
import { PodRig } from './testing/podRig.ts';

const container = (name: string, fields: JsonObject = {}): JsonObject => ({ name, image: `${name}:v1`, ...fields });
const sidecar = (name: string, fields: JsonObject = {}): JsonObject =>
  container(name, { restartPolicy: 'Always', ...fields });

/** One pod `p`, deleted at a time if one is given. */
function life(spec: JsonObject, behavior: JsonObject, options: { until?: number; deleteAt?: number } = {}): string[] {
  const rig = new PodRig({ pods: { p: spec }, behavior });
  if (options.deleteAt !== undefined) rig.at(options.deleteAt, () => rig.delete('p'));
  return rig.run(options.until ?? 100).history();
}

describe('a container that ends', () => {
  const RUN = { ready: '200ms', run: '3s' };

  test('with 0 makes its pod Succeeded, and unready in the same moment', () => {
    const lines = ['0 Pending', '0 Running app=running', '0.2 Running ready app=ready', '3 Succeeded app=Completed(0)'];
    expect(life({ restartPolicy: 'Never' }, RUN)).toEqual(lines);
    expect(life({ restartPolicy: 'OnFailure' }, RUN)).toEqual(lines);
  });

  test('with another code makes it Failed where nothing is restarted', () => {
    expect(life({ restartPolicy: 'Never' }, { ...RUN, exitCode: 3 }).at(-1)).toBe('3 Failed app=Error(3)');
  });

  test('is started again on failure, until it ends well', () => {
    const history = life({ restartPolicy: 'OnFailure' }, { ...RUN, exitCode: { attempts: [1, 0] } });
    expect(history.slice(2)).toEqual([
      '0.2 Running ready app=ready',
      '3 Running app=Error(1)',
      '3 Running app=runningx1',
      '3.2 Running ready app=readyx1',
      '6 Succeeded app=Completed(0)x1',
    ]);
  });

  test('is started again whatever its code where it always is', () => {
    const history = life({ restartPolicy: 'Always' }, RUN, { until: 6 });
    expect(history.slice(3)).toEqual([
      '3 Running app=Completed(0)',
      '3 Running app=runningx1',
      '3.2 Running ready app=readyx1',
      '6 Running app=CrashLoopBackOff(0)x1',
    ]);
  });

  test('waits longer each time, up to half as long again as the back-off says', () => {
    const rig = new PodRig({ pods: { p: {} }, behavior: { run: '1s', exitCode: 1 } });
    const restarts = rig.run(2000).times(/app=(running|ready)x/);
    const waits = restarts.map((at, index) => at - 1 - (restarts[index - 1] ?? 0));
    const nominal = [0, 10, 20, 40, 80, 160, 300, 300];
    expect(waits.length).toBeGreaterThan(nominal.length);
    for (const [index, wait] of nominal.entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(wait);
      // A worker that looks again after at most 90 s is late by at most half of what was left when it last looked.
      expect(waits[index]).toBeLessThanOrEqual(Math.min(wait * 1.5, wait + 30));
    }
    expect(rig.cluster.pods.restarts[rig.rowOf('p')]).toBe(restarts.length);
  });

  test('ends its pod only with the last of the others', () => {
    const spec = { restartPolicy: 'Never', containers: [container('a'), container('b')] };
    const history = life(spec, { containers: { a: { run: '2s' }, b: { run: '5s', exitCode: 1 } } });
    expect(history.slice(2)).toEqual(['2 Running a=Completed(0) b=ready', '5 Failed a=Completed(0) b=Error(1)']);
  });

  test('takes its exit code by the order of creation where that is a sequence', () => {
    const never = { restartPolicy: 'Never' };
    const rig = new PodRig({
      pods: { p: never, q: never, r: never },
      behavior: { run: '1s', exitCode: { sequence: [0, 7] } },
    });
    rig.run(10);
    expect(['p', 'q', 'r'].map((name) => rig.last(name))).toEqual([
      '1 Succeeded app=Completed(0)',
      '1 Failed app=Error(7)',
      '1 Succeeded app=Completed(0)',
    ]);
  });
});

describe('containers start', () => {
  test('in their order, each with its image pulled when its turn comes', () => {
    const spec = { containers: [container('a'), container('b')] };
    expect(life(spec, { pull: '2s', start: '1s', run: '1h' })).toEqual([
      '0 Pending',
      // The delay of the pod's start is counted once.
      '3 Pending a=ready b=ContainerCreating',
      '5 Running ready a=ready b=ready',
    ]);
  });

  test('with delays of their own', () => {
    const spec = { containers: [container('a'), container('b')] };
    const containers = { a: { start: '1s', ready: '1s' }, b: { start: '2s', ready: '5s' } };
    expect(life(spec, { pull: '10s', containers: { ...containers, a: { ...containers.a, pull: '0s' } } })).toEqual([
      '0 Pending',
      '1 Pending a=running b=ContainerCreating',
      '2 Pending a=ready b=ContainerCreating',
      '13 Running a=ready b=running',
      '18 Running ready a=ready b=ready',
    ]);
  });
});

describe('init containers', () => {
  const TWO = { initContainers: [container('i'), container('j')] };

  test('run one after the other, before the others start', () => {
    expect(life(TWO, { pull: '1s', ready: '2s', containers: { i: { run: '3s' } } })).toEqual([
      '0 Pending',
      '0 Pending i=PodInitializing j=PodInitializing app=PodInitializing',
      '1 Pending i=running j=PodInitializing app=PodInitializing',
      '4 Pending i=Completed(0) j=PodInitializing app=PodInitializing',
      '5 Pending i=Completed(0) j=Completed(0) app=PodInitializing',
      '6 Running i=Completed(0) j=Completed(0) app=running',
      '8 Running ready i=Completed(0) j=Completed(0) app=ready',
    ]);
  });

  test('that fail are tried again, with back-off, and the pod stays Pending', () => {
    const history = life(TWO, { containers: { i: { run: '1s', exitCode: 1 } } }, { until: 8 });
    expect(history.slice(1)).toEqual([
      '0 Pending i=running j=PodInitializing app=PodInitializing',
      '1 Pending i=Error(1) j=PodInitializing app=PodInitializing',
      '1 Pending i=runningx1 j=PodInitializing app=PodInitializing',
      '2 Pending i=CrashLoopBackOff(1)x1 j=PodInitializing app=PodInitializing',
    ]);
  });

  test('that fail fail the pod where nothing is restarted', () => {
    const history = life({ ...TWO, restartPolicy: 'Never' }, { containers: { i: { run: '1s', exitCode: 1 } } });
    expect(history.at(-1)).toBe('1 Failed i=Error(1) j=PodInitializing app=PodInitializing');
  });
});

describe('sidecars', () => {
  test('run beside the containers, which wait for their startup probe but not for their readiness', () => {
    const startupProbe = { exec: { command: ['true'] }, periodSeconds: 2 };
    const spec = { initContainers: [sidecar('s', { startupProbe }), container('i')] };
    expect(life(spec, { containers: { s: { ready: '3s' } } }).slice(1)).toEqual([
      '0 Pending s=running i=PodInitializing app=PodInitializing',
      '4 Running ready s=ready i=Completed(0) app=ready',
    ]);
    const unprobed = { initContainers: [sidecar('s')] };
    expect(life(unprobed, { containers: { s: { ready: '3s' } } }).slice(1)).toEqual([
      '0 Running s=running app=ready',
      '3 Running ready s=ready app=ready',
    ]);
  });

  test('are started again whatever their code and whatever the pod says', () => {
    const spec = { initContainers: [sidecar('s')], restartPolicy: 'Never' };
    const history = life(spec, { containers: { s: { run: '5s' } } }, { until: 10 });
    expect(history.slice(1)).toEqual([
      '0 Running ready s=ready app=ready',
      '5 Running s=Completed(0) app=ready',
      '5 Running ready s=readyx1 app=ready',
      '10 Running s=CrashLoopBackOff(0)x1 app=ready',
    ]);
  });

  test('keep no pod alive: they are stopped when all containers have ended', () => {
    const spec = { initContainers: [sidecar('s')], restartPolicy: 'Never' };
    expect(life(spec, { run: '5s', containers: { s: { terminate: '2s' } } }).slice(2)).toEqual([
      '5 Running s=ready app=Completed(0)',
      '7 Succeeded s=Error(143) app=Completed(0)',
    ]);
  });
});

describe('a deleted pod', () => {
  test('says how it ended before it goes', () => {
    expect(life({}, { run: '1h', terminate: '4s' }, { deleteAt: 10 }).slice(-3)).toEqual([
      '10 Running ready terminating app=ready',
      '14 Failed terminating app=Error(143)',
      '14 gone',
    ]);
    expect(life({}, { run: '12s', terminate: '4s' }, { deleteAt: 10 }).slice(-2)).toEqual([
      '12 Succeeded terminating app=Completed(0)',
      '12 gone',
    ]);
  });

  test('that ignores SIGTERM is killed at the end of the grace period', () => {
    const spec = { terminationGracePeriodSeconds: 7 };
    expect(life(spec, { run: '1h', terminate: 'never' }, { deleteAt: 10 }).at(-2)).toBe(
      '17 Failed terminating app=Error(137)',
    );
  });

  test('sleeps before SIGTERM, within the grace period, which leaves two seconds at least', () => {
    const sleeping = (grace: number) => ({
      terminationGracePeriodSeconds: grace,
      containers: [container('app', { lifecycle: { preStop: { sleep: { seconds: 5 } } } })],
    });
    expect(life(sleeping(30), { terminate: '3s' }, { deleteAt: 10 }).at(-1)).toBe('18 gone');
    expect(life(sleeping(6), { terminate: '3s' }, { deleteAt: 10 }).slice(-2)).toEqual([
      '17 Failed terminating app=Error(137)',
      '17 gone',
    ]);
  });

  test('stops its sidecars last to first after its containers', () => {
    const spec = { initContainers: [sidecar('s'), sidecar('t')] };
    const containers = { s: { terminate: '1s' }, t: { terminate: '2s' } };
    expect(life(spec, { terminate: '4s', containers }, { deleteAt: 10 }).slice(-5)).toEqual([
      '10 Running ready terminating s=ready t=ready app=ready',
      '14 Running terminating s=ready t=ready app=Error(143)',
      '16 Running terminating s=ready t=Error(143) app=Error(143)',
      '17 Failed terminating s=Error(143) t=Error(143) app=Error(143)',
      '17 gone',
    ]);
  });

  test('gives a sidecar two seconds when its containers have used up the grace period', () => {
    const spec = { initContainers: [sidecar('s')], terminationGracePeriodSeconds: 10 };
    const behavior = { terminate: 'never', containers: { s: { terminate: 'never' } } };
    expect(life(spec, behavior, { deleteAt: 10 }).slice(-3)).toEqual([
      '20 Running terminating s=ready app=Error(137)',
      '22 Failed terminating s=Error(137) app=Error(137)',
      '22 gone',
    ]);
  });

  test('is still asked whether it is ready', () => {
    const behavior = { ready: '12s', unready: '5s', run: '1h', terminate: '20s' };
    expect(life({}, behavior, { deleteAt: 10 }).slice(-5)).toEqual([
      '10 Running terminating app=running',
      '12 Running ready terminating app=ready',
      '17 Running terminating app=running',
      '30 Failed terminating app=Error(143)',
      '30 gone',
    ]);
  });

  test('that was not started yet goes at once', () => {
    expect(life({}, { pull: '1m', run: '1h' }, { deleteAt: 10 })).toEqual([
      '0 Pending',
      '10 Pending terminating',
      '10 Failed terminating app=ContainerCreating',
      '10 gone',
    ]);
  });

  test('that has ended goes at once', () => {
    expect(life({ restartPolicy: 'Never' }, { run: '1s' }, { deleteAt: 10 }).slice(-2)).toEqual([
      '1 Succeeded app=Completed(0)',
      '10 gone',
    ]);
  });

  test('starts nothing any more', () => {
    const history = life({}, { run: '1s', exitCode: 1, terminate: '1s' }, { deleteAt: 4 });
    expect(history.slice(-3)).toEqual([
      '4 Running terminating app=CrashLoopBackOff(1)x1',
      '4 Failed terminating app=Error(1)x1',
      '4 gone',
    ]);
  });
});

describe('activeDeadlineSeconds', () => {
  test('fails a pod that runs for longer', () => {
    const spec = { activeDeadlineSeconds: 10 };
    expect(life(spec, { terminate: '3s' }).slice(-2)).toEqual([
      '0 Running ready app=ready',
      '13 Failed DeadlineExceeded app=Error(143)',
    ]);
  });

  test('can be set and lowered while the pod runs', () => {
    const spec = { activeDeadlineSeconds: 50 };
    const rig = new PodRig({ pods: { p: {}, q: spec, r: {} }, behavior: { terminate: '3s' } });
    const set = (name: string, seconds: number) => {
      const row = rig.rowOf(name);
      const { manifest, template } = rig.manifestOf(name, { activeDeadlineSeconds: seconds });
      rig.cluster.setPodSpec(row, rig.cluster.templates.intern(template), manifest);
    };
    rig.at(2, () => {
      for (const name of ['p', 'q']) set(name, 10);
    });
    rig.at(30, () => set('r', 5));
    rig.run(60);
    expect([rig.last('p'), rig.last('q'), rig.last('r')]).toEqual([
      '13 Failed DeadlineExceeded app=Error(143)',
      '13 Failed DeadlineExceeded app=Error(143)',
      '33 Failed DeadlineExceeded app=Error(143)',
    ]);
  });

  test('does not matter to one that has ended', () => {
    const history = life({ activeDeadlineSeconds: 10, restartPolicy: 'Never' }, { run: '9s' });
    expect(history.at(-1)).toBe('9 Succeeded app=Completed(0)');
  });
});

const IDLE_RULE = 'behavior[0] counted for no pod: none that started matches it, or an earlier rule does too';

describe('volumes', () => {
  const volumes = [{ name: 'data', emptyDir: {} }];
  const volumeMounts = [{ name: 'data', mountPath: '/data' }];
  const app = container('app', { volumeMounts });

  test('that a sidecar fills make ready who reads them, and stay filled', () => {
    const spec = { volumes, initContainers: [sidecar('s', { volumeMounts })], containers: [app] };
    const containers = { s: { ready: '5s', writes: 'data' }, app: { ready: '1s', run: '20s', reads: 'data' } };
    const rig = new PodRig({ pods: { p: spec }, behavior: { containers } }).run(30);
    expect(rig.history().slice(1)).toEqual([
      '0 Running s=running app=running',
      '5 Running ready s=ready app=ready',
      '20 Running s=ready app=Completed(0)',
      '20 Running s=ready app=runningx1',
      '21 Running ready s=ready app=readyx1',
    ]);
    expect(rig.kubelets.warnings()).toEqual([]);
  });

  test('are not filled by an init container that fails', () => {
    const spec = { volumes, initContainers: [container('i', { volumeMounts })], containers: [app] };
    const containers = { i: { run: '2s', exitCode: { attempts: [1, 0] }, writes: 'data' }, app: { reads: 'data' } };
    expect(life(spec, { containers }).at(-1)).toBe('4 Running ready i=Completed(0)x1 app=ready');
  });

  test('that nobody fills leave a reader waiting, and a warning', () => {
    const containers = { app: { reads: 'data' } };
    const rig = new PodRig({ pods: { p: { volumes, containers: [app] } }, behavior: { containers } }).run(100);
    expect(rig.last()).toBe('0 Running app=running');
    expect(rig.kubelets.warnings()).toEqual([
      'behavior[0].containers.app.reads: no container writes "data", which it waits for',
    ]);
  });

  test('that a container does not mount are none of its concern', () => {
    const containers = { app: { reads: 'data' }, side: { run: '1s' } };
    const rig = new PodRig({ pods: { p: {} }, behavior: [{ match: { image: 'x' } }, { containers }] }).run(100);
    expect(rig.last()).toBe('0 Running ready app=ready');
    expect(rig.kubelets.warnings()).toEqual([
      IDLE_RULE,
      'behavior[1].containers.app.reads: the container does not mount a volume "data": ignored',
      'behavior[1].containers.side: no pod that the rule matches has a container of this name',
    ]);
  });
});

describe('words of a rule that come to nothing', () => {
  const warningsOf = (behavior: JsonObject) => new PodRig({ pods: { p: {} }, behavior }).run(10).kubelets.warnings();

  test('are all of them where the rule counts for no pod', () => {
    const behavior = [{ match: { workload: 'pod/q' } }, { match: { image: 'app' } }, { match: { workload: 'pod/p' } }];
    const rig = new PodRig({ pods: { p: { containers: [container('app', { image: 'app' })] } }, behavior }).run(10);
    expect(rig.kubelets.warnings()).toEqual([IDLE_RULE, IDLE_RULE.replace('[0]', '[2]')]);
  });

  test('are named', () => {
    expect(warningsOf({ live: '3s' })).toEqual(['behavior[0].live: container app has no liveness probe']);
    expect(warningsOf({ hang: '3s' })).toEqual(['behavior[0].hang: container app has no probe that would notice']);
    expect(warningsOf({ exitCode: 1 })).toEqual([
      'behavior[0].exitCode: container app never ends by itself: it has no run',
    ]);
    expect(warningsOf({ containers: { app: { exitCode: { attempts: [1] }, hang: '1s' } } })).toEqual([
      'behavior[0].containers.app.hang: container app has no probe that would notice',
      'behavior[0].containers.app.exitCode: container app never ends by itself: it has no run',
    ]);
    expect(warningsOf({ run: '1s', exitCode: 1 })).toEqual([]);
  });
});

describe('a pod that somebody else fails', () => {
  const failed = (behavior: JsonObject) => {
    const rig = new PodRig({ pods: { p: {} }, behavior });
    rig.at(2, () => rig.cluster.setPodFinished(rig.rowOf('p'), POD_FAILED));
    return rig
      .at(20, () => rig.delete('p'))
      .run(60)
      .history();
  };

  test('stays failed, and goes at once when it is deleted', () => {
    const lines = ['2 Failed', '20 gone'];
    expect(failed({ ready: '5s' }).slice(-2)).toEqual(lines);
    expect(failed({ ready: '1s', unready: '5s' }).slice(-2)).toEqual(lines);
    expect(failed({ ready: '5s', run: '10s' }).slice(-2)).toEqual(['2 Failed app=running', '20 gone']);
  });
});

describe('random delays', () => {
  const ready = { uniform: { min: '1s', max: '9s' } };
  const readyTimes = (behavior: JsonObject, spec: JsonObject = {}, seed = 1) =>
    new PodRig({ pods: { p: spec, q: spec }, behavior, seed }).run(60).times(/ready/).slice(0, 1);

  test('are the same whether or not the containers have to be followed one by one', () => {
    const simple = readyTimes({ ready });
    expect(readyTimes({ ready, run: '1h' })).toEqual(simple);
    expect(readyTimes({ ready }, { initContainers: [container('i')] })).toEqual(simple);
    expect(readyTimes({ ready }, {}, 2)).not.toEqual(simple);
  });

  test('are drawn anew for each start', () => {
    const rig = new PodRig({ pods: { p: {} }, behavior: { ready, run: '10s' } }).run(15);
    const [first, second] = rig.times(/ready/);
    expect(second! - 10).not.toBe(first);
  });

  test('of one container shift none of another', () => {
    const spec = { containers: [container('a'), container('b')] };
    const own = (a: JsonObject) => {
      const containers = { a, b: { ready } };
      return new PodRig({ pods: { p: spec }, behavior: { containers } }).run(60).times(/b=ready/)[0];
    };
    expect(own({ ready: '20s', run: ready })).toBe(own({}));
  });
});

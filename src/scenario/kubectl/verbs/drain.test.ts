import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../api/types.ts';
import { deployment, type Played, play, podTemplate, type Sketch } from '../../../testing/play.ts';
import { validateCommandLine } from '../index.ts';

const BEHAVIOR = { behavior: { ready: '1s', terminate: '2s' } };

function budget(spec: JsonObject, name = 'web'): JsonObject {
  const selector = { matchLabels: { app: 'web' } };
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name }, spec: { selector, ...spec } };
}

function bare(name: string, spec: JsonObject = {}): JsonObject {
  const containers = [{ name: 'app', image: 'bare:v1' }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: 'bare' } }, spec: { containers, ...spec } };
}

const AGENT: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'agent' },
  spec: {
    selector: { matchLabels: { app: 'agent' } },
    template: { ...podTemplate(), metadata: { labels: { app: 'agent' } } },
  },
};

/** One node that has all the pods, and another that is added by the time of the drain. */
function drained(command: string, sketch: Sketch = {}): Played {
  const nodes = { count: 1, name: 'node' };
  return play({ ...BEHAVIOR, nodes, until: '60s', ...sketch, steps: { '10s': command, ...sketch.steps } });
}

/** Its lines, generated suffixes left out. */
function answer({ result }: Played): { out: string[]; error: string; seconds: number } {
  const { out, error, endedSeconds } = result.steps.find(({ kubectl = '' }) => kubectl.startsWith('drain'))!;
  const known = (text: string) => text.replace(/web-[a-z0-9]+-[a-z0-9]{5}|(agent)-[a-z0-9]{5}/g, '$1POD');
  return { out: known(out).split('\n'), error: known(error), seconds: endedSeconds };
}

describe('kubectl drain', () => {
  test('cordons the node, evicts its pods at once and looks every second whether they are gone', () => {
    expect(answer(drained('drain node-0', { objects: [deployment({ replicas: 2 })] }))).toEqual({
      out: [
        'node/node-0 cordoned',
        'evicting pod default/POD',
        'evicting pod default/POD',
        'pod/POD evicted',
        'pod/POD evicted',
        'node/node-0 drained',
      ],
      error: '',
      seconds: 12,
    });
  });

  test('leaves the node cordoned, so that replacements wait', () => {
    const steps = { '20s': 'get nodes', '21s': 'get pods' };
    const { result } = drained('drain node-0', { objects: [deployment({ replicas: 1 })], steps });
    const [nodes, pods] = result.steps.slice(-2).map(({ out }) => out);
    expect(nodes).toContain('Ready,SchedulingDisabled');
    expect(pods).toContain('Pending');
  });

  test('says so when the node is cordoned already, and has nothing to do on an empty one', () => {
    const played = play({
      objects: [],
      nodes: { count: 1, name: 'node' },
      steps: { '1s': ['cordon node-0', 'drain node-0'] },
    });
    expect(answer(played).out).toEqual(['node/node-0 already cordoned', 'node/node-0 drained']);
  });

  test('waits for a budget, trying again after five seconds what it refused', () => {
    const objects = [budget({ minAvailable: 3 }), deployment({ replicas: 4 })];
    const { out, seconds } = answer(drained('drain node-0', { nodes: { count: 2, name: 'node' }, objects }));
    expect(out).toEqual([
      'node/node-0 cordoned',
      'evicting pod default/POD',
      'evicting pod default/POD',
      'error when evicting pods/"POD" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod\'s disruption budget.',
      'pod/POD evicted',
      'evicting pod default/POD',
      'pod/POD evicted',
      'node/node-0 drained',
    ]);
    // The second one meets the first at the budget, looks again after half a second and a bit, and is refused then.
    expect(seconds).toBeGreaterThan(10.5 + 5 + 2);
    expect(seconds).toBeLessThan(10.55 + 5 + 2.1);
  });

  test('gives up at its time-out, at the next try, and names what is left', () => {
    const objects = [budget({ maxUnavailable: 0 }), deployment({ replicas: 1 })];
    const failure = 'error when evicting pods/"POD" -n "default": global timeout reached: 7s';
    expect(answer(drained('drain node-0 --timeout=7s', { objects }))).toEqual({
      out: [
        'node/node-0 cordoned',
        ...Array(2)
          .fill([
            'evicting pod default/POD',
            'error when evicting pods/"POD" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod\'s disruption budget.',
          ])
          .flat(),
        'evicting pod default/POD',
        `There are pending pods in node "node-0" when an error occurred: ${failure}`,
        'pod/POD',
        `error: unable to drain node "node-0" due to error: ${failure}, continuing command...`,
        'There are pending nodes to be drained:',
        ' node-0',
      ],
      error: failure,
      seconds: 20,
    });
  });

  test('--disable-eviction deletes instead, whatever the budget says', () => {
    const objects = [budget({ maxUnavailable: 0 }), deployment({ replicas: 1 })];
    const { out, error } = answer(drained('drain node-0 --disable-eviction', { objects }));
    expect([out, error]).toEqual([['node/node-0 cordoned', 'pod/POD deleted', 'node/node-0 drained'], '']);
  });

  test('refuses a pod that more than one budget selects', () => {
    const objects = [budget({ minAvailable: 0 }), budget({ minAvailable: 0 }, 'other'), deployment({ replicas: 1 })];
    expect(answer(drained('drain node-0', { objects })).error).toBe(
      'error when evicting pods/"POD" -n "default": This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  });

  test('evicts a pod that is not running yet past its budget', () => {
    const objects = [budget({ maxUnavailable: 0 }), deployment({ replicas: 1 })];
    const behavior = { start: '5m', terminate: '1s' };
    expect(answer(drained('drain node-0', { objects, behavior })).error).toBe('');
  });
});

describe('pods that a drain does not take without being told to', () => {
  test('nothing is evicted when one pod may not be, and the node stays cordoned', () => {
    const objects = [AGENT, bare('bare'), bare('scratch', { volumes: [{ name: 'v', emptyDir: {} }] })];
    const { out, error } = answer(drained('drain node-0', { objects }));
    expect(error).toBe(
      '[cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): default/agentPOD, ' +
        'cannot delete Pods that declare no controller (use --force to override): default/bare, ' +
        'cannot delete Pods with local storage (use --delete-emptydir-data to override): default/scratch]',
    );
    expect(out).toEqual([
      'node/node-0 cordoned',
      `error: unable to drain node "node-0" due to error: ${error}, continuing command...`,
      'There are pending nodes to be drained:',
      ' node-0',
    ]);
  });

  test('flags let them go, or pass them over, with a warning', () => {
    const objects = [AGENT, bare('bare'), bare('scratch', { volumes: [{ name: 'v', emptyDir: {} }] })];
    const command = 'drain node-0 --ignore-daemonsets --force --delete-emptydir-data';
    const { out, error } = answer(drained(command, { objects }));
    expect([out[1], error]).toEqual([
      'Warning: ignoring DaemonSet-managed Pods: default/agentPOD; ' +
        'deleting Pods that declare no controller: default/bare, default/scratch',
      '',
    ]);
    expect(out.slice(-3).sort()).toEqual(['node/node-0 drained', 'pod/bare evicted', 'pod/scratch evicted']);
  });

  test('finished pods need no flag', () => {
    const objects = [bare('done', { restartPolicy: 'Never', volumes: [{ name: 'v', emptyDir: {} }] })];
    const { error } = answer(drained('drain node-0', { objects, behavior: { run: '1s' } }));
    expect(error).toBe('');
  });

  test('--pod-selector leaves the others alone', () => {
    const objects = [deployment({ replicas: 1 }), bare('bare')];
    const { out, error } = answer(drained('drain node-0 --pod-selector=app=web', { objects }));
    expect([out.at(-1), error]).toEqual(['node/node-0 drained', '']);
  });
});

describe('several nodes', () => {
  const nodes = { count: 2, name: 'node', labels: { role: 'worker' } };

  test('are cordoned first, and then emptied one after the other', () => {
    const objects = [bare('a', { nodeName: 'node-0' }), bare('b', { nodeName: 'node-1' })];
    const { out, error } = answer(drained('drain -l role=worker --force', { nodes, objects }));
    expect(error).toBe('');
    expect(out).toEqual([
      'node/node-0 cordoned',
      'node/node-1 cordoned',
      'Warning: deleting Pods that declare no controller: default/a',
      'evicting pod default/a',
      'pod/a evicted',
      'node/node-0 drained',
      'Warning: deleting Pods that declare no controller: default/b',
      'evicting pod default/b',
      'pod/b evicted',
      'node/node-1 drained',
    ]);
  });

  test('one that cannot be emptied does not keep the others from it', () => {
    const objects = [bare('bare', { nodeName: 'node-0' })];
    const { out } = answer(drained('drain node-0 node-1', { nodes, objects }));
    expect(out.slice(-4)).toEqual([
      'error: unable to drain node "node-0" due to error: cannot delete Pods that declare no controller (use --force to override): default/bare, continuing command...',
      'node/node-1 drained',
      'There are pending nodes to be drained:',
      ' node-0',
    ]);
  });
});

test.each([
  ['drain', 'you must name a node: drain NODE'],
  ['drain node-0 -l a=b', 'cannot specify both a node name and a --selector option'],
  ['drain node-0 --pod-selector=a=b=c', '--pod-selector=<pod_selector> must be a valid label selector'],
])('%s is refused', (command, message) => {
  expect(() => validateCommandLine(command, '', { file: 'f', path: 'steps[0].kubectl' })).toThrow(message);
});

import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { lastRollout, type Played, play, SET_IMAGE, type Sketch } from '../play.ts';

/** Rollouts that wait for their images. kubernetes/kubernetes#109956, #112044, #17118; jupyterhub/zero-to-jupyterhub-k8s#1089. */
const GB = 1_000_000_000;
const REGISTRY = {
  nodeBandwidth: '100M',
  images: [
    { name: 'web:v1', size: '2G' },
    { name: 'web:v2', size: '2G' },
    { name: 'huge:v1', size: '20G' },
  ],
};

function rolled(sketch: Sketch): Played {
  const nodes = { count: 10, images: ['web:v1'], ...sketch.nodes };
  return play({
    replicas: 10,
    strategy: { maxSurge: 0, maxUnavailable: '100%' },
    pod: { affinity: ONE_A_NODE },
    registry: REGISTRY,
    steps: { '10s': SET_IMAGE },
    ...sketch,
    nodes,
  });
}

const ONE_A_NODE: JsonObject = {
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' },
    ],
  },
};

const duration = (played: Played): number | null => lastRollout(played).durationSeconds;

describe('a registry of which nothing is known', () => {
  test.each(['5s', { uniform: { min: '1s', max: '9s' } }])('changes no rollout, with pulls of %j', (pull) => {
    const sketch: Sketch = {
      replicas: 40,
      behavior: { pull, start: '500ms', ready: '2s', terminate: '3s' },
      steps: { '60s': SET_IMAGE, '65s': 'scale deployment/web --replicas=60' },
    };
    const [without, withIt] = [play(sketch), play({ ...sketch, registry: {} })];
    expect(withIt.result.rollouts).toEqual(without.result.rollouts);
    // Four nodes, two images.
    expect(withIt.result.imagePulls).toMatchObject({ pulls: 8, failedPulls: 0, pulledBytes: 0 });
  });
});

describe('belief: "the images are already there"', () => {
  test('where they are, nothing is pulled; where they are not, every node pulls once', () => {
    const warm = rolled({ nodes: { images: ['web:v1', 'web:v2'] } });
    expect([duration(warm), warm.result.imagePulls!.pulledBytes]).toEqual([0, 0]);
    const cold = rolled({});
    expect([duration(cold), cold.result.imagePulls!.pulledBytes]).toEqual([20, 20 * GB]);
  });

  test('imagePullPolicy Always does not transfer again what the node has', () => {
    const nodes = { images: ['web:v1', 'web:v2'] };
    const always = rolled({ nodes, container: { imagePullPolicy: 'Always' } });
    expect(duration(always)).toBe(0);
    expect(always.result.imagePulls).toMatchObject({ pulls: 20, pulledBytes: 0 });
  });
});

describe('belief: "more pods at once pull their images in the same time"', () => {
  test('the registry shares what it has: ten nodes at 500 MB/s are as slow as one after the other', () => {
    const registry = { ...REGISTRY, bandwidth: '500M' };
    expect(duration(rolled({ registry }))).toBe(40);
    const oneByOne = rolled({ registry, strategy: { maxSurge: 0, maxUnavailable: 1 } });
    expect(duration(oneByOne)).toBe(200);
    const fives = rolled({ registry, strategy: { maxSurge: 0, maxUnavailable: 5 } });
    expect(duration(fives)).toBe(40);
  });
});

describe('belief: "a big image of another pod is none of my concern"', () => {
  const huge: JsonObject = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'huge' },
    spec: {
      selector: { matchLabels: { app: 'huge' } },
      template: {
        metadata: { labels: { app: 'huge' } },
        spec: { containers: [{ name: 'huge', image: 'huge:v1' }] },
      },
    },
  };

  test('kubelets pull one image at a time: 20 s wait for 200 s', () => {
    // The DaemonSet's pull has ten of its 200 s behind it.
    expect(duration(rolled({ before: [huge] }))).toBe(210);
  });

  test('two at a time share the bandwidth: half as fast, without the wait', () => {
    const controlPlane = { preset: 'unlimited', kubelet: { 'max-parallel-image-pulls': 2 } };
    expect(duration(rolled({ before: [huge], controlPlane }))).toBe(40);
  });
});

describe('belief: "an image that does not exist fails the rollout"', () => {
  const registry = { images: [{ name: 'web:v2', exists: false }] };
  const strategy = { maxSurge: 1, maxUnavailable: 0 };

  test('its pods are Pending for ever; only the progress deadline tells', () => {
    const played = rolled({ registry, strategy, pod: {}, until: '2h' });
    expect(lastRollout(played)).toMatchObject({ outcome: 'stalled', availableMin: 10, podsMax: 11 });
    // 10 s, 20 s … 300 s, and then every five minutes, each a little late.
    expect(played.result.imagePulls!.failedPulls).toBeGreaterThan(20);
    expect(played.result.imagePulls!.failedPulls).toBeLessThan(30);
  });

  test('one that the registry has deleted goes on where nodes have it; a pod on another node cannot start', () => {
    const gone = { images: [{ name: 'web:v1', exists: false }] };
    const played = rolled({
      registry: gone,
      replicas: 1,
      nodes: { count: 2 },
      steps: {
        '10s': 'delete pod -l app=web',
        '20s': { addNodes: { name: 'new', count: 1 } },
        '30s': 'scale deployment/web --replicas=3',
      },
      until: '1h',
    });
    const last = played.result.imagePulls!;
    expect(last.pulls).toBe(0);
    expect(last.failedPulls).toBeGreaterThan(5);
  });
});

describe('belief: "a pod that is replaced comes to any node"', () => {
  /** On which nodes the pods were, in the order of their binding. */
  function nodesOf(registry: JsonObject): string[] {
    const played = play({
      replicas: 1,
      nodes: { count: 10 },
      behavior: { terminate: '5s' },
      registry,
      steps: { '60s': 'delete pod -l app=web' },
    });
    return played.log.flatMap((line) => (line.kind === 'Pod' && line.event === 'bound' ? [line.node!] : []));
  }

  test('ImageLocality prefers the node that has pulled its image, as soon as that is told', () => {
    const [first, second] = nodesOf(REGISTRY);
    expect(second).toBe(first);
  });

  test('an image without a size counts for nothing, and the pod that still terminates takes room on its node', () => {
    const [first, second] = nodesOf({});
    expect(second).not.toBe(first);
  });
});

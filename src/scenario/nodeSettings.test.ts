import { describe, expect, it } from 'vitest';
import { buildScenario } from './build.ts';
import { parseSet, parseVary } from './settingFlags.ts';

const SCENARIO = `
apiVersion: rollsim/v1alpha1
kind: Scenario
cluster:
  nodes: [{name: small, count: 2}, {name: spot.big, count: 3, allocatable: {cpu: "16"}}]
behavior: [{ready: 1s}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "app:1", resources: {requests: {cpu: 1}}}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 9
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
`;

function build(settings: readonly string[], text = SCENARIO) {
  return buildScenario({ files: [{ file: 's.yaml', text }] }, { settings: settings.map((one) => parseSet(one)) });
}

describe('settings of nodes', () => {
  it('are the size of a pool, each part by itself', () => {
    const [small, big] = build(['nodes/small.cpu=4', 'nodes/small.memory=8Gi', 'nodes/spot.big.pods=20']).pools;
    const [, before] = build([]).pools;
    expect(small!.allocatable).toMatchObject({ cpuMilli: 4000, memoryBytes: 8 * 1024 ** 3, pods: 110 });
    expect(big!.allocatable).toEqual({ ...before!.allocatable, pods: 20 });
    expect(small!.count).toBe(2);
  });

  it('are any other field of it', () => {
    const [small, big] = build(['nodes/small.zones=[a, b]', 'nodes/spot.big.count=7', 'nodes/small=1']).pools;
    expect(small).toMatchObject({ zones: ['a', 'b'], count: 1 });
    expect(big!.count).toBe(7);
  });

  it('give the default nodes a size where the input has none', () => {
    const text = SCENARIO.replace(/cluster:\n.*\n/, '');
    expect(build(['nodes.cpu=4'], text).pools).toMatchObject([{ name: 'node', count: 10 }]);
    expect(build(['nodes=3', 'nodes.cpu=4'], text).pools).toMatchObject([{ count: 3 }]);
  });
});

describe('an axis may be', () => {
  const unlike = (path: string): unknown[] => {
    const { path: axis, texts } = parseVary(path);
    return texts.map((value) => {
      const { objects, pools, behavior, controlPlane, kubernetes, seed } = build([`${axis}=${value}`]);
      return JSON.stringify([objects, pools, behavior, controlPlane, kubernetes, seed]);
    });
  };

  it.each([
    ['the strategy', 'deployment/web:maxSurge=5%..50%:5%'],
    ['the sort of strategy', 'deployment/web:strategy=RollingUpdate,Recreate'],
    ['replicas', 'deployment/web:replicas=10..100:10'],
    ['nodes', 'nodes/small=10..40:x2'],
    ['the size of nodes', 'nodes/small.cpu=2,4,8'],
    ['the grace period', 'deployment/web:terminationGracePeriodSeconds=10,30,60'],
    ['a delay', 'behavior[0].ready=1s..9s:2s'],
    ['a distribution', 'behavior[0].ready={uniform: {min: 1s, max: 3s}},{exponential: {mean: 2s}}'],
    ['a limit of the control plane', 'controlPlane.kube-controller-manager.kube-api-qps=20,50,100'],
    ['the version', 'kubernetes=1.35..1.37'],
    ['the bounds of an autoscaler', 'hpa/web:maxReplicas=5..20:5'],
    ['the target of an autoscaler', 'hpa/web:averageUtilization=50..90:20'],
    ['requests', 'deploy/web:cpu=500m..1500m:500m'],
    ['probes and the like', 'deploy/web:spec.template.spec.containers[name=app].imagePullPolicy=Always,Never'],
  ])('%s', (_what, vary) => {
    const built = unlike(vary);
    expect(built.length).toBeGreaterThan(1);
    expect(new Set(built).size).toBe(built.length);
  });
});

import { describe, expect, it } from 'vitest';
import { InputError } from '../api/errors.ts';
import { buildScenario } from './build.ts';
import { defaultControlPlane } from './controlPlane.ts';

function build(controlPlane: string) {
  const text = `apiVersion: rollsim/v1alpha1\nkind: Scenario\ncontrolPlane:\n${controlPlane}\n`;
  return buildScenario({ files: [{ file: 's.yaml', text }] }, {});
}

function errorOf(controlPlane: string): string {
  try {
    build(controlPlane);
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  throw new Error('was accepted');
}

describe('controlPlane', () => {
  it("starts from Kubernetes' own defaults", () => {
    expect(build('  {}').controlPlane).toEqual(defaultControlPlane);
    expect(build('  preset: default').controlPlane).toEqual(defaultControlPlane);
    expect(defaultControlPlane.kubeControllerManager).toMatchObject({ kubeApiQps: 20, kubeApiBurst: 30 });
    expect(defaultControlPlane.kubeScheduler).toEqual({ kubeApiQps: 50, kubeApiBurst: 100 });
  });

  it('limits the requests of each kubelet', () => {
    const limitsOf = (text: string) => build(text).controlPlane.kubelet;
    expect(limitsOf('  preset: default')).toEqual({ kubeApiQps: 50, kubeApiBurst: 100 });
    expect(limitsOf('  kubelet: {kube-api-qps: 5, kube-api-burst: 10}')).toEqual({ kubeApiQps: 5, kubeApiBurst: 10 });
    expect(limitsOf('  preset: unlimited').kubeApiQps).toBe(Number.POSITIVE_INFINITY);
  });

  it('lifts all limits and latencies with "unlimited"', () => {
    const { kubeControllerManager, kubeScheduler, latency } = build('  preset: unlimited').controlPlane;
    expect(kubeControllerManager).toMatchObject({ kubeApiQps: Infinity, kubeApiBurst: Infinity });
    expect(kubeScheduler).toEqual({ kubeApiQps: Infinity, kubeApiBurst: Infinity });
    expect(new Set(Object.values(latency))).toEqual(new Set([0]));
    expect(kubeControllerManager.concurrentDeploymentSyncs).toBe(5);
  });

  it('knows a big managed cluster', () => {
    const { kubeControllerManager, kubeScheduler, latency } = build('  preset: large-managed').controlPlane;
    expect(kubeControllerManager).toMatchObject({ kubeApiQps: 200, kubeApiBurst: 200 });
    expect(kubeScheduler).toEqual({ kubeApiQps: 200, kubeApiBurst: 200 });
    expect(latency).toEqual({ ...defaultControlPlane.latency, apiServiceMicros: 250 });
  });

  it('takes flags and latencies over a preset', () => {
    const { kubeControllerManager, kubeScheduler, latency } = build(`
  preset: unlimited
  kube-controller-manager: {kube-api-qps: 2000, kube-api-burst: 4000, concurrent-gc-syncs: 1}
  latency: {api: 7ms, apiService: 1ms, kubeletSync: 2ms, kubectlApply: 3ms}`).controlPlane;
    expect(kubeControllerManager).toMatchObject({
      kubeApiQps: 2000,
      kubeApiBurst: 4000,
      concurrentDeploymentSyncs: 5,
      concurrentDaemonsetSyncs: 2,
      concurrentGcSyncs: 1,
    });
    expect(kubeScheduler.kubeApiQps).toBe(Infinity);
    expect(latency).toMatchObject({
      apiMicros: 7_000,
      apiServiceMicros: 1_000,
      kubeletSyncMicros: 2_000,
      kubectlApplyMicros: 3_000,
      watchMicros: 0,
    });
  });

  it.each([
    ['preset: default', '-1', { kubeApiQps: Infinity, kubeApiBurst: Infinity }],
    ['preset: default', '0.5', { kubeApiQps: 0.5, kubeApiBurst: 30 }],
    // An endless burst would make the rate meaningless.
    ['preset: unlimited', '10', { kubeApiQps: 10, kubeApiBurst: 30 }],
  ])('%s with kube-api-qps %s', (preset, qps, expected) => {
    const built = build(`  ${preset}\n  kube-controller-manager: {kube-api-qps: ${qps}}`);
    expect(built.controlPlane.kubeControllerManager).toMatchObject(expected);
  });

  it('lists the flags that are not simulated', () => {
    const built = build(`
  kube-controller-manager: {concurrent-namespace-syncs: 3, concurrent-service-syncs: 2}
  kube-scheduler: {leader-elect: true}
  kubelet: {serialize-image-pulls: false, max-pods: 200}`);
    expect(built.notSimulated).toEqual([
      'Scenario controlPlane.kube-controller-manager.concurrent-namespace-syncs (1)',
      'Scenario controlPlane.kube-controller-manager.concurrent-service-syncs (1)',
      'Scenario controlPlane.kube-scheduler.leader-elect (1)',
      'Scenario controlPlane.kubelet.max-pods (1)',
    ]);
  });

  it.each([
    [
      '  preset: unlimted',
      's.yaml:4:11: controlPlane.preset: Unsupported value: "unlimted": supported values: "default", "unlimited", "large-managed" (did you mean "unlimited"?)',
    ],
    [
      '  kube-scheduler: {kube-api-qsp: 5}',
      's.yaml:4:20: controlPlane.kube-scheduler.kube-api-qsp: kube-scheduler has no flag "--kube-api-qsp" that matters here (did you mean "kube-api-qps"?)',
    ],
    [
      '  kube-scheduler: {concurrent-gc-syncs: 5}',
      's.yaml:4:20: controlPlane.kube-scheduler.concurrent-gc-syncs: kube-scheduler has no flag',
    ],
    [
      '  kube-scheduler: {kube-api-qps: 0}',
      's.yaml:4:34: controlPlane.kube-scheduler.kube-api-qps: expected a number above 0, or -1 for no limit, got 0',
    ],
    [
      '  kube-scheduler: {kube-api-burst: 1.5}',
      's.yaml:4:36: controlPlane.kube-scheduler.kube-api-burst: expected a whole number from 1, got 1.5',
    ],
    [
      '  kube-scheduler: {kube-api-burst: "5"}',
      's.yaml:4:36: controlPlane.kube-scheduler.kube-api-burst: expected a whole number from 1, got "5"',
    ],
    ['  kube-controller-manager: {concurrent-deployment-syncs: 0}', 'expected a whole number from 1, got 0'],
    ['  latency: {api: 5}', 's.yaml:4:18: controlPlane.latency.api: missing unit in duration "5" (did you mean 5s?)'],
    ['  latency: {apis: 5ms}', 's.yaml:4:13: controlPlane.latency.apis: unknown field (did you mean "api"?)'],
    [
      '  kube-controler-manager: {}',
      's.yaml:4:3: controlPlane.kube-controler-manager: unknown field (did you mean "kube-controller-manager"?)',
    ],
  ])('refuses %s', (text, message) => {
    expect(errorOf(text)).toContain(message);
  });
});

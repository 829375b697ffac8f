import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import type { RunResult } from '../metrics/result.ts';
import { runScenario } from '../runner/simulation.ts';
import { compileThresholds } from '../runner/thresholds.ts';
import { type BuildOptions, buildScenario, parseSet, readInput } from '../scenario/index.ts';

const ROOT = fileURLToPath(new URL('../../workloads', import.meta.url));

function play(file: string, ...settings: string[]) {
  const options: BuildOptions = { settings: settings.map((text) => parseSet(text)) };
  const scenario = buildScenario(
    readInput([join(ROOT, file)], () => ''),
    options,
  );
  const result = runScenario({ scenario, seed: scenario.seed });
  const verdicts = compileThresholds(scenario.thresholds).map((threshold) => threshold.evaluate([result]));
  const expected = scenario.steps.filter((step) => step.kind === 'kubectl' && (step.expect ?? step.expectError));
  return { result, breached: verdicts.filter(({ ok }) => !ok), expectations: expected.length };
}

function update({ rollouts }: RunResult) {
  return rollouts.find(({ cause }) => cause === 'update')!;
}

const TOUR = readdirSync(join(ROOT, 'tour')).sort();

test('the tour has the concepts in order', () => {
  expect(TOUR.map((file) => file.replace(/^\d+-(.*)\.yaml$/, '$1'))).toEqual([
    'bare-pod',
    'init-and-sidecar',
    'extra-matching-pod',
    'rolling-update',
    'bad-version',
    'pause-resume',
    'canary',
    'statefulset',
    'daemonset',
    'job-retries',
    'ownership',
    'cronjob',
    'bin-packing',
  ]);
});

test.each(TOUR)('tour/%s keeps what it promises', (file) => {
  const { result, breached, expectations } = play(`tour/${file}`);
  const asked = result.steps.filter(({ held }) => held !== undefined);
  expect(asked.filter(({ held }) => !held)).toEqual([]);
  expect(asked).toHaveLength(expectations);
  expect(expectations).toBeGreaterThan(0);
  expect(breached).toEqual([]);
});

const INCIDENTS = readdirSync(join(ROOT, 'incidents')).sort();

test.each(INCIDENTS)('incidents/%s ends as it says', (file) => {
  const { result, breached, expectations } = play(`incidents/${file}`);
  const asked = result.steps.filter(({ held }) => held !== undefined);
  expect(asked.filter(({ held }) => !held)).toEqual([]);
  expect(asked).toHaveLength(expectations);
  expect(breached).toEqual([]);
});

describe('ready scenarios', () => {
  it('database-update: one member at a time, from the last one down', () => {
    const { result, breached } = play('database-update.yaml');
    expect(breached).toEqual([]);
    const { outcome, unavailable } = update(result);
    expect(outcome).toBe('complete');
    expect(unavailable!.map(({ place }) => place)).toEqual(['db-4', 'db-3', 'db-2', 'db-1', 'db-0']);
    for (const [index, span] of unavailable!.entries()) {
      if (index > 0) expect(span.fromSeconds).toBeGreaterThanOrEqual(unavailable![index - 1]!.toSeconds);
    }
  });

  it('database-update: with a partition only the members above it', () => {
    const { result } = play('database-update.yaml', 'statefulset/db:partition=3');
    expect(update(result).unavailable!.map(({ place }) => place)).toEqual(['db-4', 'db-3']);
  });

  it('node-agent: hours at maxUnavailable 1, minutes at 10 %', () => {
    const one = update(play('node-agent.yaml').result);
    const tenth = update(play('node-agent.yaml', 'daemonset/agent:maxUnavailable=10%').result);
    expect(one).toMatchObject({ outcome: 'complete', availableMin: 999 });
    expect(one.durationSeconds).toBeGreaterThan(2 * 3600);
    expect(tenth).toMatchObject({ outcome: 'complete', availableMin: 900 });
    expect(tenth.durationSeconds).toBeLessThan(15 * 60);
  });

  it('canary: the bug hits one request in a hundred, not one in five', () => {
    const { result, breached } = play('canary.yaml');
    expect(breached).toEqual([]);
    expect(result.services[0]!.errorShareMax).toBeCloseTo(0.01, 6);
    const all = play('canary.yaml', 'steps[0].kubectl=set image deployment/checkout checkout=checkout:v2');
    expect(all.result.services[0]!.errorShareMax).toBeGreaterThan(0.15);
  });

  it('cold-image-cache: the registry is what the rollout waits for; with the image on the nodes it is done in a tenth', () => {
    const cold = play('incidents/cold-image-cache.yaml').result;
    expect(cold.imagePulls).toMatchObject({ pulls: 100, pulledBytes: 200e9 });
    // 200 GB at 1 GB/s.
    expect(update(cold).durationSeconds).toBeGreaterThan(200);
    expect(update(cold).durationSeconds).toBeLessThan(210);
    const more = update(play('incidents/cold-image-cache.yaml', 'deployment/web:maxSurge=100%').result);
    expect(more.durationSeconds).toBeGreaterThan(200);
    const warm = play('incidents/cold-image-cache.yaml', 'cluster.nodes[0].images=[web:v1, web:v2]').result;
    expect(warm.imagePulls).toMatchObject({ pulls: 0 });
    expect(update(warm).durationSeconds).toBeLessThan(20);
  });

  it('surge-waits-for-node: a node to spare saves the rollout the time in which a new one is made', () => {
    const seconds = (count: number) =>
      update(play('incidents/surge-waits-for-node.yaml', `cluster.nodes[0].count=${count}`).result).durationSeconds!;
    expect(seconds(4)).toBeGreaterThan(120);
    expect(seconds(5)).toBeLessThan(seconds(4) - 120);
  });

  it('hpa-surge-startup-burst: ten times the replicas, unless readiness or the autoscaler waits for the warm-up', () => {
    const desired = (...settings: string[]) => {
      const { desiredMax, desiredAtEnd } = play('incidents/hpa-surge-startup-burst.yaml', ...settings).result
        .autoscalers[0]!;
      return [desiredMax, desiredAtEnd];
    };
    expect(desired()).toEqual([200, 20]);
    expect(desired('deployment/web:maxSurge=1')).toEqual([200, 20]);
    expect(desired('behavior[0].ready=30s')).toEqual([20, 20]);
    expect(desired('hpa/web:spec.behavior={scaleUp: {stabilizationWindowSeconds: 60}}')).toEqual([20, 20]);
  });

  it('zone-lost: seven minutes, of which the toleration is five; half a minute with all nodes', () => {
    const seconds = (...settings: string[]) =>
      update(play('incidents/zone-lost.yaml', ...settings).result).durationSeconds!;
    const toleration =
      '{key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 20}';
    expect(seconds()).toBeCloseTo(420, -1);
    expect(seconds(`deployment/web:spec.template.spec.tolerations=[${toleration}]`)).toBeCloseTo(140, -1);
    expect(seconds('steps[1].at=1h')).toBeLessThan(40);
  });
});

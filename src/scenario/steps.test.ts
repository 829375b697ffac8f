import { describe, expect, test } from 'vitest';
import { decodeObject } from '../api/decode/decode.ts';
import { readDocuments } from '../api/document.ts';
import type { InputError } from '../api/errors.ts';
import type { JsonObject } from '../api/types.ts';
import { ApiClient } from '../cluster/apiClient.ts';
import { ProcessRunner } from '../cluster/process.ts';
import { KubectlRig, NODE, POD, WEB } from './kubectl/testing/kubectlRig.ts';
import { type PlayedStep, StepPlayer } from './steps.ts';
import type { Step } from './types.ts';

const KUBECTL = 100_000;

function step(at: number | 'ready', commandLine: string, stdin = ''): Step {
  return { kind: 'kubectl', at, commandLine, stdin, place: { file: 's.yaml', path: 'steps[0].kubectl' } };
}

function play(yaml: string, steps: Step[], isReady: (rig: KubectlRig) => boolean = () => true) {
  const rig = new KubectlRig();
  const { kernel, cluster } = rig;
  const limits = { name: 'steps', qps: Number.POSITIVE_INFINITY, burst: 1 };
  const played: PlayedStep[] = [];
  const errors: InputError[] = [];
  const warnings: string[] = [];
  const sources = new Map();
  const initialObjects =
    yaml === ''
      ? []
      : readDocuments(yaml, 'test').map((document) => {
          const manifest = decodeObject(document.value as JsonObject);
          sources.set(manifest, document.value);
          return manifest;
        });
  const player = new StepPlayer({
    kernel,
    cluster,
    runner: new ProcessRunner(kernel, new ApiClient(kernel, cluster.apiServer, limits), 'steps'),
    steps,
    kubectlMicros: KUBECTL,
    initialObjects,
    sources,
    isReady: () => isReady(rig),
    onStep: (done) => played.push(done),
    onError: (error) => errors.push(error),
    onWarning: (warning) => warnings.push(warning),
  });
  return { rig, player, played, errors, warnings };
}

describe('the player of steps', () => {
  test('applies the objects at the start, but not nodes', () => {
    const { rig, played } = play(`${NODE}---${WEB}---${POD}`, []);
    rig.kernel.run();
    expect(played).toEqual([
      {
        commandLine: 'apply -f -',
        beganMicros: 0,
        endedMicros: KUBECTL,
        out: 'deployment.apps/web created\npod/bare created',
        error: '',
      },
    ]);
  });

  test('takes steps at their times, one after the other', () => {
    const { rig, played } = play(WEB, [
      step(5_000_000, 'scale deployment/web --replicas=4'),
      step(5_000_000, 'scale deployment/web --replicas=5'),
      step(9_000_000, 'rollout resume deployment/web'),
    ]);
    rig.kernel.run();
    expect(played.slice(1).map(({ beganMicros, endedMicros }) => [beganMicros, endedMicros])).toEqual([
      [5_000_000, 5_100_000],
      [5_100_000, 5_200_000],
      [9_000_000, 9_100_000],
    ]);
    expect(played[3]).toMatchObject({ out: '', error: 'deployments.apps "web" is not paused' });
    expect(rig.deployment().spec.replicas).toBe(5);
  });

  test('a source tells later applies what was given', () => {
    const without = WEB.replace('  replicas: 3\n', '');
    const { rig } = play(without, [
      step(1_000_000, 'scale deployment/web --replicas=6'),
      step(2_000_000, 'apply -f -', without.replace('web:v1', 'web:v2')),
    ]);
    rig.kernel.run();
    expect(rig.deployment()).toMatchObject({ generation: 3, spec: { replicas: 6 } });
  });

  test('a step that names a missing object is an error at its place, and the last one', () => {
    const { rig, played, errors } = play(WEB, [
      step(1_000_000, 'scale deployment/shop --replicas=4'),
      step(2_000_000, 'scale deployment/web --replicas=4'),
    ]);
    rig.kernel.run();
    expect(errors.map((error) => error.format())).toEqual([
      's.yaml: steps[0].kubectl: deployments.apps "shop" not found',
    ]);
    expect(played).toHaveLength(2);
    expect(rig.deployment().spec.replicas).toBe(3);
  });

  test('a step may wait until everything is ready', () => {
    const isReady = (rig: KubectlRig) => rig.deployment()?.status.availableReplicas === 3;
    const { rig, played, warnings, player } = play(WEB, [step('ready', 'rollout restart deployment/web')], isReady);
    rig.kernel.run();
    expect(played).toHaveLength(1);
    rig.wait(4_000_000);
    rig.setStatus({ availableReplicas: 3 });
    expect(played[1]).toMatchObject({ beganMicros: 4_100_000, out: 'deployment.apps/web restarted' });
    expect(warnings).toEqual([]);
    expect(player.onQuiet()).toBe(false);
  });

  test('or until nothing can happen any more, with a warning', () => {
    const { rig, played, warnings, player } = play(WEB, [step('ready', 'rollout restart deployment/web')], () => false);
    rig.kernel.run();
    expect(player.onQuiet()).toBe(true);
    rig.kernel.run();
    expect(played).toHaveLength(2);
    expect(warnings).toEqual([
      'the step "rollout restart deployment/web" ran at 0.1s although not everything was ready: nothing more would have happened',
    ]);
  });

  test('a command that would wait for ever is ended when nothing can happen any more', () => {
    const { rig, played, player } = play(WEB, [
      step(0, 'rollout status deployment/web'),
      step(0, 'scale deployment/web --replicas=9'),
    ]);
    rig.kernel.run();
    expect(played).toHaveLength(1);
    expect(player.onQuiet()).toBe(true);
    rig.kernel.run();
    expect(played.map(({ error }) => error)).toEqual([
      '',
      'timed out waiting for the condition: nothing can happen any more',
      '',
    ]);
    expect(player.onQuiet()).toBe(false);
  });

  test('is quiet without objects and steps', () => {
    const { rig, played, player } = play('', []);
    rig.kernel.run();
    expect(played).toEqual([]);
    expect(player.onQuiet()).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { InputError } from '../api/errors.ts';
import { parseVary } from '../scenario/index.ts';
import { sweep } from './sweep.ts';
import { SCENARIO } from './testing/scenario.ts';

const input = { files: [{ file: 'small.yaml', text: SCENARIO }] };

function sweepOf(varies: string[], changes: { seeds?: number[]; jobs?: number; signal?: AbortSignal } = {}) {
  const axes = varies.map(parseVary);
  const progress: [number, number][] = [];
  const onProgress = (done: number, total: number): void => void progress.push([done, total]);
  const options = { input, build: {}, axes, seeds: [1, 2], jobs: 1, onProgress, ...changes };
  return { result: sweep(options), progress };
}

describe('a sweep', () => {
  it('plays every combination with every seed, the last axis fastest', async () => {
    const { result, progress } = sweepOf(['deployment/web:replicas=2,3', 'nodes=1,2']);
    const { variants, partial, seeds } = await result;
    expect(variants.map(({ settings }) => Object.values(settings).join())).toEqual(['2,1', '2,2', '3,1', '3,2']);
    expect(variants.map(({ runs }) => runs.map(({ seed }) => seed))).toEqual([seeds, seeds, seeds, seeds]);
    expect(variants.map(({ rows }) => rows[0]!.metrics.desiredReplicas!.median)).toEqual([2, 2, 3, 3]);
    expect(partial).toBe(false);
    expect(progress.at(-1)).toEqual([8, 8]);
  });

  it('is the same on threads', async () => {
    const varies = ['deployment/web:maxSurge=0,1', 'deployment/web:maxUnavailable=0,1'];
    const [here, threads] = await Promise.all([1, 2].map((jobs) => sweepOf(varies, { jobs }).result));
    expect(JSON.stringify(threads)).toBe(JSON.stringify(here));
  });

  it('reports a refused variant with its reason', async () => {
    const { variants } = await sweepOf(['deployment/web:maxUnavailable=0', 'deployment/web:maxSurge=0,1']).result;
    expect(variants[0]).toMatchObject({ refused: expect.stringContaining('may not be 0'), runs: [], rows: [] });
    expect(variants[1]!.refused).toBeUndefined();
  });

  it('throws when every variant is refused', async () => {
    await expect(sweepOf(['deployment/web:replicas=-1,-2']).result).rejects.toBeInstanceOf(InputError);
  });

  it('keeps the steps that failed', async () => {
    const text = SCENARIO.replace('app=web:v2', 'nosuch=web:v2');
    const options = { input: { files: [{ file: 's.yaml', text }] }, build: {}, axes: [], seeds: [1], jobs: 1 };
    const { variants } = await sweep(options);
    expect(variants[0]!.runs[0]!.failedSteps).toMatchObject([{ error: expect.stringContaining('nosuch') }]);
  });

  it('without axes plays the scenario as it is', async () => {
    const { variants } = await sweepOf([]).result;
    expect(variants).toHaveLength(1);
    expect(variants[0]!.rows).toMatchObject([{ workload: 'deployment/web', cause: 'update', rollouts: 2 }]);
  });

  it('refuses the same axis twice', async () => {
    await expect(sweepOf(['nodes=1', 'nodes=2']).result).rejects.toThrow('--vary nodes: given twice');
  });

  it.each([1, 2])('that was stopped keeps what is done, with %d jobs', async (jobs) => {
    const controller = new AbortController();
    const axes = [parseVary('deployment/web:replicas=1..50')];
    const { variants, partial } = await sweep({
      input,
      build: {},
      axes,
      seeds: [1, 2],
      jobs,
      signal: controller.signal,
      onProgress: (done) => done >= 3 && controller.abort(),
    });
    expect(partial).toBe(true);
    const done = variants.reduce((sum, { runs }) => sum + runs.length, 0);
    expect(done).toBeGreaterThanOrEqual(3);
    expect(done).toBeLessThan(100);
  });
});

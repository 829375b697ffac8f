import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { provenanceOf } from '../runner/provenance.ts';
import { firstBuildable, sweep } from '../runner/sweep.ts';
import { SCENARIO } from '../runner/testing/scenario.ts';
import { parseVary } from '../scenario/index.ts';
import { Checkpoint } from './checkpoint.ts';

const input = { files: [{ file: 'small.yaml', text: SCENARIO.replace('replicas: 10', 'replicas: 2') }] };
const axes = [parseVary('deployment/web:maxSurge=0,1'), parseVary('deployment/web:maxUnavailable=0,1')];
const plan = { input, build: {}, axes, seeds: [1, 2] };
const provenance = provenanceOf(input, {}, firstBuildable(plan));

describe('a sweep that is resumed', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'rollsim-'));
    file = path.join(folder, 'runs.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Plays until so many runs are done, with the file. */
  async function play(runs: number, jobs = 1): Promise<string> {
    const controller = new AbortController();
    const store = new Checkpoint(file, provenance);
    const onProgress = (done: number): void => void (done >= runs && controller.abort());
    return JSON.stringify(await sweep({ ...plan, jobs, store, signal: controller.signal, onProgress }));
  }

  it.each([1, 2])('gives the same bytes as one that was not cut off, with %d jobs', async (jobs) => {
    const whole = JSON.stringify(await sweep({ ...plan, jobs: 1 }));
    await play(3);
    appendFileSync(file, readFileSync(file, 'utf8').split('\n')[1]!.slice(0, 40));
    expect(new Checkpoint(file, provenance).known).toBe(3);
    expect(await play(5)).toContain('"partial":true');
    expect(await play(Number.POSITIVE_INFINITY, jobs)).toBe(whole);
    expect(new Checkpoint(file, provenance).known).toBe(8);
  });

  it('begins anew where not even the first line was whole', async () => {
    await play(1);
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 20));
    expect(new Checkpoint(file, provenance).known).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/^\{"kind":"sweepRuns".*\n$/);
  });

  it('takes no runs of another scenario, and no other file', () => {
    new Checkpoint(file, provenance);
    const changed = { ...provenance, scenarioHash: 'other' };
    expect(() => new Checkpoint(file, changed)).toThrow('has runs of other files, flags or another rollsim');
    expect(() => new Checkpoint(file, { ...provenance, scenario: 'other' })).toThrow('has runs of scenario "small"');
    for (const text of ['notes', 'notes\n', '[1]\n', `${readFileSync(file, 'utf8')}{"a":1}\n`]) {
      writeFileSync(file, text);
      expect(() => new Checkpoint(file, provenance), text).toThrow(
        /--resume .*: (is no file of|has a line that is no run)/,
      );
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
    expect(() => new Checkpoint(folder, provenance)).toThrow('--resume');
  });
});

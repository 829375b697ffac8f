import { describe, expect, test } from 'vitest';
import {
  CRITICAL_PATH_PHASES,
  type CriticalPathLink,
  type CriticalPathPhase,
  type RolloutResult,
} from '../metrics/result.ts';
import { makeReport, makeRollout, makeRun } from '../runner/testing/results.ts';
import { renderCriticalPaths, renderRolloutExplanations } from './criticalPathSection.ts';
import { renderRunCsv } from './csv.ts';
import { plainStyle } from './textTable.ts';

const OPTIONS = { headers: true, style: plainStyle };

function rollout(phases: Partial<Record<CriticalPathPhase, number>>, more: Partial<RolloutResult> = {}): RolloutResult {
  const none = Object.fromEntries(CRITICAL_PATH_PHASES.map((phase) => [phase, 0])) as Record<CriticalPathPhase, number>;
  return makeRollout({ criticalPathSeconds: { ...none, ...phases }, ...more });
}

const link = (fromSeconds: number, toSeconds: number, phase: CriticalPathPhase, subject: string): CriticalPathLink => ({
  phase,
  subject,
  fromSeconds,
  toSeconds,
  detail: `${phase} is over`,
});

const CHAIN = [
  link(10, 12, 'apiLimit', 'replicaset-controller'),
  link(12, 12.01, 'controller', 'watch'),
  link(12.01, 15.01, 'apiLimit', 'replicaset-controller'),
  link(15.01, 16.01, 'controller', 'watch'),
  link(16.01, 20, 'readiness', 'pod/web-0'),
];

const explained = (chain: readonly CriticalPathLink[], standing = '') =>
  makeReport([
    { ...makeRun([]), rolloutExplanations: [{ workload: 'deployment/web', startSeconds: 10, chain, standing }] },
  ]);

describe('what rollouts waited for', () => {
  test('is a line each, longest first, and what is little is told together', () => {
    const report = makeReport([makeRun([rollout({ readiness: 20, apiLimit: 70, controller: 0.4, start: 0.1 })])]);
    expect(renderCriticalPaths(report)).toBe(
      'Waited for, deployment/web: 70.0 s API limit + 20.0 s readiness + 0.50 s of other things.\n',
    );
  });

  test('over several seeds is the mean', () => {
    const runs = [makeRun([rollout({ readiness: 20 })]), makeRun([rollout({ readiness: 10, termination: 10 })])];
    expect(renderCriticalPaths({ ...makeReport(runs), seeds: [1, 2] })).toBe(
      'Waited for, deployment/web, mean of 2: 15.0 s readiness + 5.00 s termination.\n',
    );
  });

  test('of many rollouts is left to the wide report', () => {
    const many = Array.from({ length: 14 }, (_, index) => rollout({ start: 1 }, { workload: `deployment/w${index}` }));
    expect(renderCriticalPaths(makeReport([makeRun(many)]))).toContain('… and 2 rollouts more: -o wide\n');
  });

  test('is nothing for a rollout that took no time, and left out for one that never ended', () => {
    const report = makeReport([makeRun([rollout({}), makeRollout({ criticalPathSeconds: null })])]);
    expect(renderCriticalPaths(report)).toBe('Waited for, deployment/web: nothing.\n');
  });
});

describe('a chain', () => {
  test('joins waits that only short steps part', () => {
    expect(renderRolloutExplanations(explained(CHAIN), OPTIONS, false)).toMatchInlineSnapshot(`
      "deployment/web, from 10.0 s: 5.00 s API limit + 3.99 s readiness + 1.01 s controllers.
        FROM  LASTED  PHASE        WHO                    WAITED FOR
      10.0 s  5.00 s  API limit    replicaset-controller  apiLimit is over (2 times)
      15.0 s  1.00 s  controllers  watch                  controller is over
      16.0 s  3.99 s  readiness    pod/web-0              readiness is over

      Steps below 50 ms, 0.01 s in all: -o wide
      "
    `);
  });

  test('is shown link by link in the wide report', () => {
    const rows = renderRolloutExplanations(explained(CHAIN), OPTIONS, true).split('\n');
    expect(rows.filter((row) => row.includes('API limit  '))).toHaveLength(2);
  });

  test('that does not exist is a sentence', () => {
    const report = explained([], 'stalled: pod/web-1 found no node: 0/1 nodes are available');
    expect(renderRolloutExplanations(report, OPTIONS, false)).toBe(
      'deployment/web, from 10.0 s: stalled: pod/web-1 found no node: 0/1 nodes are available.\n',
    );
  });

  test('is a row a link in CSV', () => {
    const rows = renderRunCsv(explained(CHAIN), OPTIONS).trim().split('\n');
    expect(rows).toHaveLength(6);
    expect(rows[0]).toBe('scenario,seed,workload,startSeconds,phase,subject,fromSeconds,toSeconds,detail');
    expect(rows[5]).toMatch(/,deployment\/web,10,readiness,pod\/web-0,16\.01,20,readiness is over$/);
  });
});

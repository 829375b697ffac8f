import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readDocuments } from '../../api/document.ts';
import { importDump } from '../../scenario/importing/index.ts';
import { buildScenario } from '../../scenario/index.ts';
import { playImported } from '../importing.ts';

/**
 * What `kubectl get … -A -o yaml` prints of a small cluster in the middle of a rollout: 2 of web's 4 pods are of the new
 * ReplicaSet and start, 3 of the old one are ready, and one more is being deleted.
 */
const DUMP = readFileSync(new URL('importedCluster.yaml', import.meta.url), 'utf8');
const BEHAVIOR = [{ match: { workload: 'cronjob/report' }, run: '20s' }, { ready: '4s' }];

const play = (scenario: object) => playImported(DUMP, { until: '200s', behavior: BEHAVIOR, ...scenario }).result;

/** `NAME NODE` of the pods that a `get pods -o wide` printed. */
function places(out: string): string[] {
  return out
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/^\S+ +(\S+) .* (\S+) +\S+ +\S+ *$/, '$1 $2'));
}

describe('a cluster in the middle of a rollout', () => {
  const { scenario, objects, counts, notes } = importDump(readDocuments(DUMP, 'dump.yaml'), { name: 'shop' });

  test('is imported as of its latest time, with nothing but what counts', () => {
    expect(scenario).toMatchObject({ kubernetes: '1.34', state: { at: '2026-11-25T05:58:20Z' } });
    expect(counts.get('Pod')).toBe(18);
    expect(notes).toEqual([expect.stringContaining('not in the state: 1 (StrimziPodSet)')]);
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [scenario, ...objects] });
    expect(buildScenario({ files: [{ file: 'shop.json', text }] }, {}).notSimulated).toEqual([]);
    for (const word of ['hunter2', 'last-applied', 'managedFields', 'kube-api-access', 'containerID']) {
      expect(text).not.toContain(word);
    }
  });

  test('goes on with the rollout, and moves nothing else', () => {
    const get = { kubectl: 'get pods -A -o wide' };
    const { rollouts, pods, jobs, autoscalers, steps } = play({
      steps: [
        { at: '0s', ...get },
        { at: '60s', ...get },
      ],
    });
    expect(rollouts).toMatchObject([
      { workload: 'shop/deployment/web', revision: '8', outcome: 'complete', availableMin: 3 },
    ]);
    // web's third and fourth pod of the new revision, and the one of the Job that is due at six.
    expect(pods.created).toBe(3);
    expect(jobs).toMatchObject([{ job: 'shop/job/report-29926440', outcome: 'complete' }]);
    expect(jobs[0]!.startSeconds).toBeCloseTo(100, 0);
    expect(autoscalers).toMatchObject([{ desiredMin: 2, desiredMax: 2 }]);
    const [before, after] = steps.map(({ out }) => places(out).filter((line) => !line.startsWith('web-')));
    expect(before).toHaveLength(12);
    expect(before).toContain('db-0 w-1');
    expect(after).toEqual(before);
  });

  test('keeps to the volumes, budgets and what controls its pods when a node is drained', () => {
    const steps = [
      { at: '60s', kubectl: 'drain w-2 --ignore-daemonsets' },
      { at: '90s', kubectl: 'get pods -n shop -o wide' },
    ];
    const { out } = play({ steps }).steps.at(-1)!;
    // Its volume is in the zone of the node that was drained.
    expect(out).toMatch(/db-1 +0\/1 +Pending .* <none> /);
    expect(out).toMatch(/events-kafka-0 +1\/1 +Running .* w-1 /);
    expect(out).toMatch(/api-84b6d5c9f7-6tgrk +1\/1 +Running +1 .* w-1 /);
    expect(out).not.toContain('api-84b6d5c9f7-p9xwd');
  });
});

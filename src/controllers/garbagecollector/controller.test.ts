import { describe, expect, test } from 'vitest';
import { deployment, play } from '../../testing/play.ts';
import { replay } from '../../testing/replay.ts';

const BEHAVIOR = { behavior: { ready: '1s', terminate: '3s' } };

describe('deleting a Deployment', () => {
  test('deletes its ReplicaSets at once, and its pods as they stop', () => {
    const { log, result } = play({ ...BEHAVIOR, steps: { '10s': 'delete deployment/web' } });
    const gone: number[] = [];
    const end = replay(log, (now, line) => {
      if (line.kind === 'Pod' && line.event === 'deleted') gone.push(line.t);
      if (now.t > 10) expect(now.active()).toEqual([]);
    });
    expect([end.deployments.size, end.replicaSets.size, end.pods.size]).toEqual([0, 0, 0]);
    expect(gone).toEqual([13, 13, 13]);
    expect(result.end).toBe('quiet');
  });

  test('with --cascade=orphan leaves a ReplicaSet that a later Deployment takes over, with the same pods', () => {
    const apply = { kubectl: 'apply -f -', stdin: JSON.stringify(deployment()) };
    const { log, result } = play({
      ...BEHAVIOR,
      steps: { '10s': 'delete deployment/web --cascade=orphan', '20s': apply },
    });
    const end = replay(log, () => {});
    expect([...end.replicaSets.values()].map(({ spec }) => spec)).toEqual([3]);
    expect(end.pods.size).toBe(3);
    expect(result.pods.created).toBe(3);
  });

  test('that is not ready yet leaves no pod behind', () => {
    const { log } = play({
      ...BEHAVIOR,
      replicas: 100,
      controlPlane: {},
      nodes: { count: 4 },
      steps: { '1500ms': 'delete deployment/web' },
    });
    const end = replay(log, () => {});
    expect([end.replicaSets.size, end.pods.size]).toEqual([0, 0]);
  });
});

test('a deleted ReplicaSet of a Deployment is made again, under its name and with its revision', () => {
  const name = play({ steps: { '1s': 'get replicasets -o name' } })
    .result.steps.at(-1)!
    .out.trim();
  const { log, result } = play({ ...BEHAVIOR, steps: { '10s': `delete ${name}`, '20s': 'get replicasets -o name' } });
  const end = replay(log, () => {});
  expect(result.steps.at(-1)!.out.trim()).toBe(name);
  expect([...end.replicaSets.values()].map(({ spec, revision }) => [spec, revision])).toEqual([[3, '1']]);
  expect(result.pods.created).toBe(6);
});

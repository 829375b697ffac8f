import { describe, expect, it } from 'vitest';
import type { LogLine } from '../metrics/index.ts';
import { type Decision, DecisionReader, firstDifference } from './firstDifference.ts';

const made = (seconds: number, subject: string, what: string): Decision => ({ seconds, subject, what });

describe('the first difference between two runs', () => {
  const up = made(10, 'ReplicaSet web@2', 'from 2 to 4');
  const later = { ...up, seconds: 12 };
  const down = made(11, 'ReplicaSet web@1', 'from 4 to 2');

  it('is none where the same is decided, but for some milliseconds and their order', () => {
    const other = [made(11.01, down.subject, down.what), { ...up, seconds: 10.04 }];
    expect(firstDifference([up, down], other)).toBeUndefined();
    expect(firstDifference([], [])).toBeUndefined();
  });

  it('is the same decision at another time', () => {
    expect(firstDifference([up, down], [down, later])).toEqual({ decisions: [up, later] });
    expect(firstDifference([down, later], [up, down])).toEqual({ decisions: [later, up] });
  });

  it('is another decision, beside what becomes of the same thing', () => {
    const less = made(10.5, up.subject, 'from 2 to 3');
    expect(firstDifference([up, down], [less, down])).toEqual({ decisions: [up, less] });
    expect(firstDifference([down], [up, down])).toEqual({ decisions: [null, up] });
  });

  it('tells of a pod what becomes of the same step', () => {
    const [here, there] = ['node-1', 'node-2'].map((node) => made(3, 'Pod p', `bound to ${node}`));
    const created = made(3, 'Pod p', 'created');
    expect(firstDifference([created, here!], [created, there!])).toEqual({ decisions: [here, there] });
  });

  it('counts what is decided twice', () => {
    expect(firstDifference([up, later], [up])).toEqual({ decisions: [later, null] });
  });
});

describe('decisions', () => {
  const read = (...lines: object[]): string[] => {
    const reader = new DecisionReader();
    for (const line of lines) reader.read(line as LogLine);
    return reader.decisions.map(({ seconds, subject, what }) => `${seconds} ${subject} ${what}`);
  };

  it('are sizes, and pods that come, are bound and are stopped', () => {
    const replicaSet = (t: number, spec: number) => ({ t, kind: 'ReplicaSet', name: 'web@1', spec, ready: t });
    const pod = (t: number, event: string) => ({ t, kind: 'Pod', name: 'p', event });
    expect(
      read(
        { scenario: 's', kubernetes: '1.37', until: 1, seed: 1 },
        replicaSet(1, 2),
        replicaSet(2, 2),
        pod(2, 'created'),
        { ...pod(3, 'bound'), node: 'node-1' },
        pod(4, 'ready'),
        replicaSet(5, 3),
        pod(6, 'terminating'),
        pod(7, 'deleted'),
        { t: 8, kind: 'HorizontalPodAutoscaler', name: 'web', desired: 4, current: 3 },
      ),
    ).toEqual([
      '1 ReplicaSet web@1 at 2',
      '2 Pod p created',
      '3 Pod p bound to node-1',
      '5 ReplicaSet web@1 from 2 to 3',
      '6 Pod p terminating',
      '8 HorizontalPodAutoscaler web at 4',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { ExplainError, PodSelection } from './podSelection.ts';

/** Shows pods to a selection: `[name, logName, namespace]`; uids count from 0. */
function select(wanted: string, pods: readonly (readonly [name: string, logName: string, namespace?: string])[]) {
  const selection = new PodSelection(wanted);
  const watched = pods.map(([name, logName, namespace = 'default'], uid) =>
    selection.see(uid, { namespace, name }, logName),
  );
  return { selection, watched };
}

const PODS = [
  ['web-abc-11111', 'ReplicaSet/web@1#0'],
  ['web-abc-22222', 'ReplicaSet/web@1#1'],
  ['db-0', 'db-0'],
  ['db-0', 'db-0'],
  ['db-1', 'shop/db-1', 'shop'],
] as const;

describe('a pod is meant by', () => {
  it.each([
    ['its name', 'web-abc-22222', 1],
    ['its name in the event log', 'ReplicaSet/web@1#1', 1],
    ['that without the kind', 'web@1#0', 0],
    ['the beginning of its name', 'web-abc-1', 0],
    ['its name with the namespace', 'shop/db-1', 4],
    ['its name alone, where no other has it', 'db-1', 4],
  ])('%s', (_what, wanted, uid) => {
    expect(select(wanted, PODS).selection.result()).toEqual({ uid, count: 1 });
  });

  it('a name that several had one after the other: the last one', () => {
    expect(select('db-0', PODS).selection.result()).toEqual({ uid: 3, count: 2 });
  });

  it('an exact name rather than a beginning, whichever comes first', () => {
    const { selection, watched } = select('web', [
      ['web-1', 'web-1'],
      ['web', 'web'],
      ['web-2', 'web-2'],
    ]);
    expect(selection.result()).toEqual({ uid: 1, count: 1 });
    expect(watched).toEqual([true, true, false]);
  });
});

describe('no pod is meant by', () => {
  it.each([
    ['a typing error', 'db-O', 'pod/db-O: this run has no such pod (did you mean "db-0"?)'],
    [
      'another name',
      'something-else',
      'pod/something-else: this run has no such pod; it has web-abc-11111, web-abc-22222, db-0, shop/db-1',
    ],
    ['a beginning of several', 'web', 'pod/web: several pods begin like this: web-abc-11111, web-abc-22222'],
  ])('%s', (_what, wanted, message) => {
    const { selection } = select(wanted, PODS);
    expect(() => selection.result()).toThrow(new ExplainError(message));
  });

  it('anything where there are none', () => {
    expect(() => select('p', []).selection.result()).toThrow('pod/p: this run has no pods');
  });

  it('a name of several namespaces', () => {
    const { selection } = select('p', [
      ['p', 'a/p', 'a'],
      ['p', 'b/p', 'b'],
    ]);
    expect(() => selection.result()).toThrow('pods of several namespaces have this name: a/p, b/p');
  });
});

import { describe, expect, it } from 'vitest';
import { InputError } from '../../api/errors.ts';
import { readPlacements } from './recordedPlacements.ts';

const line = (event: string, name: string, more: object = {}): string =>
  JSON.stringify({ t: 1, kind: 'Pod', name, event, ...more });
const bound = (name: string, node: string, more: object = {}): string => line('bound', name, { node, ...more });
const read = (...lines: string[]) => readPlacements('log.jsonl', lines.join('\n'));
const nodesOf = (recording: ReturnType<typeof read>, name: string) => recording.of(name).map(({ node }) => node);

describe('a recording', () => {
  it('has pods by the names of the event log, also without the kind of their owner', () => {
    const recording = read('{"scenario":"x"}', bound('ReplicaSet/web@1#0', 'a'), bound('StatefulSet/db', 'b'));
    expect(nodesOf(recording, 'ReplicaSet/web@1#0')).toEqual(['a']);
    expect(nodesOf(recording, 'web@1#0')).toEqual(['a']);
    expect(nodesOf(recording, 'web@1#1')).toEqual([]);
  });

  it('has all bindings of one name, in their order', () => {
    const recording = read(bound('db-0', 'a'), line('deleted', 'db-0'), bound('db-0', 'b'));
    expect(nodesOf(recording, 'db-0')).toEqual(['a', 'b']);
    expect(recording.of('db-0').map(({ line: at, goneLine }) => [at, goneLine])).toEqual([
      [1, 2],
      [3, Number.POSITIVE_INFINITY],
    ]);
  });

  it("numbers a real cluster's generated names by their owner", () => {
    const recording = read(
      bound('web-6d4cf56db6-x7x2z', 'a'),
      bound('agent-2bc4d', 'b'),
      bound('web-6d4cf56db6-b4bcd', 'c'),
      bound('web-7f9cd8b7c5-x7x2z', 'd'),
    );
    expect(nodesOf(recording, 'web@1#0')).toEqual(['a']);
    expect(nodesOf(recording, 'web@1#1')).toEqual(['c']);
    expect(nodesOf(recording, 'web@2#0')).toEqual(['d']);
    expect(nodesOf(recording, 'agent#0')).toEqual(['b']);
    expect(nodesOf(recording, 'web-7f9cd8b7c5-x7x2z')).toEqual(['d']);
    expect(recording.ofOwner('web@1').map(({ node }) => node)).toEqual(['a', 'c']);
  });

  it('numbers by creation where that is recorded, and takes the owner from there', () => {
    const owner = { owner: 'Job/batch' };
    const recording = read(
      line('created', 'batch-0-abcde', owner),
      line('created', 'batch-1-vwxyz', owner),
      bound('batch-1-vwxyz', 'a'),
      bound('batch-0-abcde', 'b'),
    );
    expect(nodesOf(recording, 'batch#0')).toEqual(['b']);
    expect(nodesOf(recording, 'batch#1')).toEqual(['a']);
  });

  it('knows of pods that it never binds', () => {
    const recording = read(line('created', 'p'), line('created', 'q'), bound('q', 'a'));
    expect([recording.countOf('p'), recording.countOf('q'), recording.countOf('r')]).toEqual([1, 1, 0]);
  });

  it.each([
    [
      'a line that is no JSON',
      [bound('p', 'a'), 'oops'],
      'log.jsonl:2:1: not JSON: a recording has one JSON object a line',
    ],
    ['a line that is no object', ['[1]'], 'log.jsonl:1:1: not a JSON object'],
    [
      'a binding without a node',
      [line('bound', 'p')],
      'log.jsonl:1:1: the recording does not say to which node pod "p" is bound',
    ],
    ['a pod without a name', ['{"kind":"Pod","event":"bound"}'], 'log.jsonl:1:1: a pod is bound without a name'],
    ['nothing to follow', ['{"scenario":"x"}'], 'log.jsonl:1:1: no pod is bound to a node in this recording'],
    ['an empty file', [''], 'log.jsonl:1:1: no pod is bound to a node in this recording'],
  ])('refuses %s', (_what, lines, message) => {
    const error = (() => {
      try {
        return read(...lines);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).format()).toBe(message);
  });
});

import { describe, expect, test } from 'vitest';
import type { JsonObject, Taint, Toleration } from '../../api/types.ts';
import { Stand } from '../../testing/stand.ts';
import { minTolerationMicros } from './controller.ts';

const TAINT = { key: 'k', value: 'v', effect: 'NoExecute' };

function toleration(tolerationSeconds?: number, key = 'k'): JsonObject {
  return {
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
  };
}

function pod(name: string, tolerations: readonly JsonObject[], nodeName = 'node-0'): JsonObject {
  const spec = { nodeName, tolerations: [...tolerations], containers: [{ name: 'c', image: 'c:v1' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
}

/** Bare pods on `node-0`, with these tolerations. */
function standWith(pods: Readonly<Record<string, readonly JsonObject[]>>): Stand {
  const stand = new Stand({ nodes: [{}, {}] });
  stand.run(1);
  stand.create(...Object.entries(pods).map(([name, tolerations]) => pod(name, tolerations)));
  stand.run(9);
  return stand;
}

function setTaints(stand: Stand, ...taints: JsonObject[]): void {
  stand.edit('Node', 'node-0', (_spec, document) => Object.assign(document, { spec: { taints } }));
}

function terminations(stand: Stand): string[] {
  const found = stand.changes.filter(({ what }) => what === 'terminating');
  return found.map(({ name, atSeconds }) => `${name} ${Math.round(atSeconds)}`);
}

function evictionEvents(stand: Stand): string[] {
  return stand.events.filter(({ reason }) => reason === 'TaintManagerEviction').map(({ message }) => message);
}

describe('the taint eviction controller', () => {
  test('evicts at once what does not tolerate, later what tolerates for a time, and never the rest', () => {
    const stand = standWith({ none: [], short: [toleration(5)], long: [toleration(60)], ever: [toleration()] });
    setTaints(stand, TAINT);
    stand.run(100);
    expect(terminations(stand)).toEqual(['none 10', 'short 15', 'long 70']);
    expect(stand.podNames()).toEqual(['ever']);
    expect(evictionEvents(stand)).toEqual(
      ['none', 'short', 'long'].map((name) => `Marking for deletion Pod default/${name}`),
    );
  });

  test('says why before it deletes', () => {
    const stand = standWith({ none: [] });
    const row = stand.pod('none').row;
    const states: number[] = [];
    stand.cluster.observePods((changed, _before, after) => void (changed === row && states.push(after & (16 | 128))));
    setTaints(stand, TAINT);
    stand.run(1);
    expect(states.slice(0, 2)).toEqual([128, 128 | 16]);
  });

  test('calls a deletion off when the taint goes in time', () => {
    const stand = standWith({ short: [toleration(5)] });
    setTaints(stand, TAINT);
    stand.run(4);
    setTaints(stand);
    stand.run(20);
    expect(stand.podNames()).toEqual(['short']);
    expect(evictionEvents(stand)).toEqual(['Cancelling deletion of Pod default/short']);
  });

  test('keeps a timer that runs while all taints are tolerated for some time', () => {
    const stand = standWith({ pod: [toleration(10), toleration(1, 'other')] });
    setTaints(stand, TAINT);
    stand.run(4);
    setTaints(stand, TAINT, { key: 'other', effect: 'NoExecute' });
    stand.run(20);
    expect(terminations(stand)).toEqual(['pod 20']);
  });

  test('does not wait for the timer when a taint comes that is not tolerated', () => {
    const stand = standWith({ pod: [toleration(10)] });
    setTaints(stand, TAINT);
    stand.run(4);
    setTaints(stand, TAINT, { key: 'other', effect: 'NoExecute' });
    stand.run(20);
    expect(terminations(stand)).toEqual(['pod 14']);
    expect(evictionEvents(stand)).toEqual([
      'Cancelling deletion of Pod default/pod',
      'Marking for deletion Pod default/pod',
    ]);
  });

  test('evicts what comes to a tainted node', () => {
    const stand = standWith({});
    setTaints(stand, TAINT);
    stand.run(1);
    stand.create(pod('late', [toleration(3)]), pod('elsewhere', [], 'node-1'));
    stand.run(20);
    expect(terminations(stand)).toEqual(['late 14']);
    expect(stand.podNames()).toEqual(['elsewhere']);
  });

  test('forgets pods that go first, and nodes', () => {
    const stand = standWith({ gone: [toleration(5)], left: [toleration(5)] });
    setTaints(stand, TAINT);
    stand.run(1);
    stand.delete('Pod', 'gone');
    stand.run(2);
    expect(evictionEvents(stand)).toEqual(['Cancelling deletion of Pod default/gone']);
    stand.delete('Node', 'node-0');
    stand.run(5);
    // The timer does not ask whether the node is still there.
    expect(evictionEvents(stand).at(-1)).toBe('Marking for deletion Pod default/left');
  });
});

describe('how long a pod may stay', () => {
  const taint = (key: string): Taint => ({ key, value: '', effect: 'NoExecute' });
  const tolerated = (key: string, tolerationSeconds?: number): Toleration => ({
    key,
    operator: 'Exists',
    value: '',
    effect: '',
    tolerationSeconds,
  });

  test.each([
    { tolerations: [], taints: [taint('a')], micros: undefined },
    { tolerations: [tolerated('a')], taints: [taint('a'), taint('b')], micros: undefined },
    { tolerations: [tolerated('a')], taints: [taint('a')], micros: Number.POSITIVE_INFINITY },
    { tolerations: [tolerated('a', 9), tolerated('b', 3)], taints: [taint('a'), taint('b')], micros: 3e6 },
    { tolerations: [tolerated('a', 9), tolerated('b', 3)], taints: [taint('a')], micros: 9e6 },
    // The first toleration that matches a taint is the one that counts.
    { tolerations: [tolerated('a', 9), tolerated('', 3)], taints: [taint('a')], micros: 9e6 },
    { tolerations: [tolerated('a', -1)], taints: [taint('a')], micros: 0 },
    { tolerations: [], taints: [], micros: Number.POSITIVE_INFINITY },
  ])('$tolerations with $taints', ({ tolerations, taints, micros }) => {
    expect(minTolerationMicros(tolerations, taints)).toBe(micros);
  });
});

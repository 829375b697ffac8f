import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../api/types.ts';
import { POD_TERMINATING } from '../../../cluster/podTable.ts';
import { Cache } from '../../cache.ts';
import { HOSTNAME, hard, SpreadBed, type SpreadPodSketch, web, ZONE } from './testing.ts';

const NODES = 5;
const LABELS = [{ app: 'web' }, { app: 'db' }];

/** A plugin whose answers are kept by row, and held against new ones. */
class Bed {
  readonly spread = new SpreadBed();
  readonly rows: number[] = [];
  private readonly cache = new Cache({ cluster: this.spread.test.cluster, onChange: () => {} });
  private readonly pods: number[] = [];
  private readonly answers = new Map<string, number>();

  constructor() {
    this.cache.tell(this.spread.test.topology);
    for (let i = 0; i < NODES; i++) this.rows.push(this.spread.node(`n${i}`, 'a'));
  }

  add(node: number): void {
    const pod = this.spread.test.createPod(`p${this.spread.test.cluster.pods.rowCount}`, {
      labels: LABELS[0] as JsonObject,
    });
    this.pods.push(pod);
    this.cache.add(pod, this.rows[node % NODES]!);
  }

  remove(which: number): void {
    const [pod] = this.pods.splice(which % Math.max(1, this.pods.length), 1);
    if (pod !== undefined) this.cache.remove(pod);
  }

  /** Informers see a pod terminate, or with other labels. */
  update(which: number, what: number): void {
    const pod = this.pods[which % Math.max(1, this.pods.length)];
    if (pod === undefined) return;
    const { cluster } = this.spread.test;
    if (what % 3 === 0) cluster.pods.observed[pod]! |= POD_TERMINATING;
    else cluster.setPodLabels(pod, LABELS[what % 2]!);
    this.cache.update(pod);
  }

  /** Gives the node its own host name, that of another node, or none. */
  rename(node: number, choice: number): void {
    const names = [`n${node % NODES}`, `n${(node + 1) % NODES}`, undefined];
    const name = names[choice % names.length];
    const { nodes } = this.spread.test.cluster;
    const row = this.rows[node % NODES]!;
    const object = nodes.objects[row]!;
    const labels = name === undefined ? { [ZONE]: 'a' } : { [ZONE]: 'a', [HOSTNAME]: name };
    nodes.upsert({ ...object, meta: { ...object.meta, labels } });
    this.spread.test.topology.nodeChanged(row);
  }

  check(sketch: SpreadPodSketch): void {
    const { plugin } = this.spread;
    const state = this.spread.cycle(sketch);
    plugin.preFilter(state);
    const epoch = plugin.rowEpoch(state);
    if (epoch === -1) return;
    for (const row of this.rows) {
      const key = `${state.template.id} ${epoch} ${row} ${this.spread.test.cluster.nodes.version[row]}`;
      const code = plugin.filter(state, row);
      expect(this.answers.get(key) ?? code).toBe(code);
      this.answers.set(key, code);
    }
  }
}

const number = fc.nat({ max: 1000 });
const step = fc.record({ kind: fc.nat({ max: 9 }), a: number, b: number });
const PODS = [web(hard(HOSTNAME)), web(hard(HOSTNAME, { maxSkew: 2 })), web(hard(HOSTNAME, { minDomains: 5 }))];

describe('within an epoch', () => {
  test.prop([fc.array(step, { maxLength: 60, size: 'max' })], { numRuns: 40 })(
    'an answer holds as long as the row has its version',
    (steps) => {
      const bed = new Bed();
      for (const { kind, a, b } of steps) {
        if (kind === 0) bed.rename(a, b);
        else if (kind < 3) bed.remove(a);
        else if (kind < 6) bed.update(a, b);
        else bed.add(a);
        for (const pod of PODS) bed.check(pod);
      }
    },
  );
});

describe('an epoch', () => {
  const epochOf = (bed: SpreadBed, sketch: SpreadPodSketch) => {
    const state = bed.cycle(sketch);
    bed.plugin.preFilter(state);
    return bed.plugin.rowEpoch(state);
  };
  const hosts = () => {
    const bed = new SpreadBed();
    for (let i = 0; i < 3; i++) bed.node(`n${i}`, 'a');
    return bed;
  };

  it('lasts until the fewest pods of any host become more', () => {
    const bed = hosts();
    const pod = web(hard(HOSTNAME));
    const first = epochOf(bed, pod);
    bed.put('n0', 1);
    bed.put('n1', 1);
    expect(epochOf(bed, pod)).toBe(first);
    bed.put('n2', 1);
    expect(epochOf(bed, pod)).not.toBe(first);
  });

  it('is none where nodes share a domain, and while a pod is nominated', () => {
    const bed = hosts();
    expect(epochOf(bed, web(hard(ZONE)))).toBe(-1);
    expect(epochOf(bed, web(hard(HOSTNAME)))).not.toBe(-1);
    bed.nominator.add(0, 0);
    expect(epochOf(bed, web(hard(HOSTNAME)))).toBe(-1);
  });
});

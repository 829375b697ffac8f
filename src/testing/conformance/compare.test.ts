import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { LogEntry, LogLine } from '../../metrics/log/logLine.ts';
import { listCases, readRecording } from './cases.ts';
import { compareRecordings } from './compare.ts';

const ROOT = fileURLToPath(new URL('../../../workloads/conformance', import.meta.url));
const EXACT = { exact: true };

function recording(name: string) {
  return readRecording(join(ROOT, `${name}.jsonl`));
}

const { lines: RECORDED } = recording('deployment/rolling-n10-25-25');

/** Recorded lines, of which those that match are changed or, for undefined, left out. */
function changed(matches: (line: LogEntry) => boolean, change: (line: LogEntry) => object | undefined): LogLine[] {
  return RECORDED.flatMap((line) => {
    const next = matches(line) ? change(line) : line;
    return next === undefined ? [] : [next as LogEntry];
  });
}

/** The same with the last line that matches only. */
function changedLast(matches: (line: LogEntry) => boolean, change: (line: LogEntry) => object | undefined): LogLine[] {
  const last = RECORDED.findLast(matches);
  return changed((line) => line === last, change);
}

function compare(simulated: readonly LogLine[]): string[] {
  return compareRecordings(RECORDED, simulated, EXACT);
}

function isReplicaSet(name: string) {
  return (line: LogEntry) => line.kind === 'ReplicaSet' && line.name === name;
}

function isPod(name: string, event: string) {
  return (line: LogEntry) => line.kind === 'Pod' && line.name === name && line.event === event;
}

describe('compareRecordings', () => {
  test.each(['deployment', 'replicaset'])('finds nothing where a recording in %s meets itself', (folder) => {
    for (const { recordingPath } of listCases(ROOT, folder)) {
      const { lines, options } = readRecording(recordingPath);
      expect(compareRecordings(lines, lines, options)).toEqual([]);
    }
  });

  test('takes no notice of headers, of nodes and of latency', () => {
    const later = RECORDED.map((line) => ({ ...line, t: line.t + 0.4 }));
    const header = { scenario: 'rolling-n10-25-25', kubernetes: '1.37', until: 40, seed: 1 };
    const node: LogEntry = { t: 0, kind: 'Node', name: 'node-0', ready: 'True', taints: [], unschedulable: false };
    expect(compare([header, node, ...later])).toEqual([]);
  });

  test('scale decisions of another size', () => {
    const simulated = changed(isReplicaSet('web@2'), (line) => ({
      ...line,
      spec: line.kind === 'ReplicaSet' && line.spec + 1,
    }));
    expect(compare(simulated)).toContainEqual(
      expect.stringMatching(
        /^web: scale decision 2 differs .*recorded … web@1=10 at 0\.\d+ s, web@2=3 at 5\.\d+ s.*simulated .*web@2=4/,
      ),
    );
  });

  test('scale decisions that are missing at the end', () => {
    const simulated = changedLast(
      (line) => line.kind === 'ReplicaSet' && line.spec === 10 && line.name === 'web@2',
      () => undefined,
    );
    const lastSpec = changed(isReplicaSet('web@1'), (line) =>
      line.kind === 'ReplicaSet' && line.spec === 0 ? undefined : line,
    );
    expect(compare(simulated)).not.toEqual([]);
    expect(compare(lastSpec)).toContainEqual(expect.stringContaining('scale decision'));
  });

  test('scale decisions at another time', () => {
    const simulated = changed(isReplicaSet('web@2'), (line) => ({ ...line, t: line.t + 3 }));
    expect(compare(simulated.sort(byTime))).toContainEqual(expect.stringMatching(/^web: scale decision/));
  });

  test('another course of the condition Progressing', () => {
    const simulated = changed(
      (line) => line.kind === 'Deployment',
      (line) => ({ ...line, conditions: { Progressing: 'True/ReplicaSetUpdated' } }),
    );
    expect(compare(simulated)).toContainEqual(
      expect.stringMatching(/^Deployment\/web: Progressing differs at 1: recorded True\/NewReplicaSetCreated at/),
    );
  });

  test('a deleted ReplicaSet', () => {
    const last = RECORDED.findLast(isReplicaSet('web@1'))!;
    expect(compare([...RECORDED, { ...last, t: 39, deleted: true } as LogEntry])).toEqual([
      'deleted ReplicaSets differ: recorded [], simulated [web@1]',
      expect.stringMatching(/^final ReplicaSet\/web@1: recorded \{.*simulated nothing$/),
    ]);
  });

  test('another Event, or none', () => {
    const isScaling = (line: LogEntry) => line.kind === 'Event';
    const other = changed(isScaling, (line) =>
      line.t > 5 ? { ...line, message: 'Scaled up replica set web@2 from 0 to 9' } : line,
    );
    expect(compare(other)).toEqual([
      'Deployment/web: ScalingReplicaSet event 2: recorded "Scaled up replica set web@2 from 0 to 3", ' +
        'simulated "Scaled up replica set web@2 from 0 to 9"',
    ]);
    expect(compare(changed(isScaling, () => undefined))).toEqual([
      'Deployment/web: ScalingReplicaSet event 1: recorded "Scaled up replica set web@1 from 0 to 10", simulated nothing',
    ]);
  });

  test('Events that client-go would have folded are no difference', () => {
    const plain = RECORDED.map((line) =>
      line.kind === 'Event' ? { ...line, message: line.message.replace('(combined from similar events): ', '') } : line,
    );
    const more: LogEntry = {
      t: 20,
      kind: 'Event',
      name: 'Deployment',
      message: 'Scaled down replica set web@1 from 1 to 0',
      reason: 'ScalingReplicaSet',
    };
    const repeated = plain.filter((line) => line.kind === 'Event').slice(0, 1);
    expect(compare([...repeated, ...plain, more])).toEqual([]);
  });

  test('pods too many, too few, of another image, left over', () => {
    const extra = RECORDED.find(isPod('ReplicaSet/web@2#9', 'created'))!;
    expect(compare([...RECORDED, { ...extra, t: 30, name: 'ReplicaSet/web@2#10' }])).toEqual([
      'pods created from web:v2: recorded 10, simulated 11',
      'pods created of ReplicaSet/web@2: recorded 10, simulated 11',
    ]);
    const otherImage = changed(isPod('ReplicaSet/web@2#9', 'created'), (line) => ({ ...line, image: 'web:v3' }));
    expect(compare(otherImage)).toEqual([
      'pods created from web:v2: recorded 10, simulated 9',
      'pods created from web:v3: recorded 0, simulated 1',
    ]);
    expect(compare(changed(isPod('ReplicaSet/web@1#9', 'deleted'), () => undefined))).toContain(
      'pods deleted of ReplicaSet/web@1: recorded 10, simulated 9',
    );
    expect(compare(changed(isPod('ReplicaSet/web@1#9', 'terminating'), () => undefined))).toEqual([
      'pods terminating of ReplicaSet/web@1: recorded 10, simulated 9',
    ]);
  });

  test('more pods at once', () => {
    const slow = changed(
      (line) => line.kind === 'Pod' && line.event === 'deleted',
      (line) => ({ ...line, t: 35 }),
    );
    expect(compare(slow)).toEqual([expect.stringMatching(/^most pods at once: recorded \d+ at .*, simulated 20 at/)]);
  });

  test.each([
    ['Deployment', 'web', { unavailable: 1 }, 'final Deployment/web: unavailable: recorded 0, simulated 1'],
    ['Deployment', 'web', { generation: 7 }, 'final Deployment/web: generation: recorded 2, simulated 7'],
    ['ReplicaSet', 'web@2', { revision: '9' }, 'final ReplicaSet/web@2: revision: recorded "2", simulated "9"'],
    ['ReplicaSet', 'web@2', { max: '9' }, 'final ReplicaSet/web@2: max: recorded "13", simulated "9"'],
  ])('another end of %s/%s: %o', (kind, name, fields, difference) => {
    const simulated = changedLast(
      (line) => line.kind === kind && line.name === name,
      (line) => ({ ...line, ...fields }),
    );
    expect(compare(simulated)).toEqual([difference]);
  });

  test('an object that only one of them has', () => {
    const last = RECORDED.findLast(isReplicaSet('web@2'))!;
    const differences = compare([...RECORDED, { ...last, name: 'web@3' } as LogEntry]);
    expect(differences).toContainEqual(expect.stringMatching(/^final ReplicaSet\/web@3: recorded nothing, simulated/));
  });

  test('fewer available', () => {
    const simulated = changed(
      (line) => line.kind === 'Deployment' && line.available === 8 && line.t > 5,
      (line) => ({ ...line, available: 7 }),
    );
    expect(compare(simulated)).toEqual([
      expect.stringMatching(
        /^Deployment\/web: fewest available since the first step: recorded 8 at .*, simulated 7 at/,
      ),
    ]);
  });

  test('settling at another time', () => {
    const last = RECORDED.findLast((line) => line.kind === 'Deployment' && line.available === 9)!;
    const simulated = changed(
      (line) => line.kind === 'Deployment' && line.t > last.t,
      (line) => ({ ...line, t: line.t + 5 }),
    );
    expect(compare(simulated)).toEqual([
      expect.stringMatching(/^Deployment\/web: settles: recorded at .*, simulated at/),
    ]);
  });

  test('another answer of kubectl, or a failure, or none', () => {
    const isStep = (line: LogEntry) => line.kind === 'Step' && line.t > 1;
    expect(compare(changed(isStep, (line) => ({ ...line, out: 'nothing changed' })))).toEqual([
      expect.stringMatching(/^kubectl step 1 at .*image updated".*simulated .*nothing changed"$/),
    ]);
    expect(compare(changed(isStep, (line) => ({ ...line, error: 'no' })))).toEqual([
      expect.stringMatching(/, failed$/),
    ]);
    expect(compare(changed(isStep, () => undefined))).toEqual(['kubectl steps: recorded 1, simulated 0']);
  });

  test('the order of named pods, except within one pass of a controller', () => {
    const pod = (name: string, t: number): LogEntry => ({ t, kind: 'Pod', name, event: 'created', image: 'web:v1' });
    const recorded = [pod('a', 1), pod('b', 1.1), pod('c', 2)];
    expect(compareRecordings(recorded, [pod('b', 1), pod('a', 1.1), pod('c', 2)], EXACT)).toEqual([]);
    expect(compareRecordings(recorded, [pod('a', 1), pod('c', 1.1), pod('b', 2)], EXACT)).toEqual([
      'named pods: event 2 differs: recorded b created at 1.10 s, simulated c created at 1.10 s',
    ]);
  });

  test('waves: totals may differ by chance, but not by more', () => {
    const { lines, options } = recording('deployment/waves-n100-25-25');
    expect(options.exact).toBe(false);
    const created = lines.filter((line) => line.kind === 'Pod' && line.event === 'created');
    const extra = (count: number) =>
      created.slice(0, count).map((line, i) => ({ ...line, t: 39, name: `${line.name}${i}x` }));
    expect(
      compareRecordings(
        lines,
        lines.filter((line) => line.kind !== 'Event'),
        options,
      ),
    ).toEqual([]);
    expect(compareRecordings(lines, [...lines, ...extra(30)], options)).not.toEqual([]);
  });

  test('what an autoscaler asked for', () => {
    const ask = (desired: number) => ({
      t: desired,
      kind: 'HorizontalPodAutoscaler',
      name: 'web',
      desired,
      current: 1,
    });
    const log = (...desired: number[]) => desired.map(ask) as readonly object[] as LogLine[];
    expect(compareRecordings(log(3, 3, 5), log(3, 5), EXACT)).toEqual([]);
    expect(compareRecordings(log(3, 4, 5), log(3, 5), EXACT)).toEqual([
      'HorizontalPodAutoscaler/web: asked for: recorded [3,4,5], simulated [3,5]',
    ]);
  });

  test('placements: every pod on its node, and the same victims', () => {
    const bound = (name: string, node: string): LogEntry => ({ t: 1, kind: 'Pod', name, event: 'bound', node });
    const stopped = (name: string): LogEntry => ({ t: 2, kind: 'Pod', name, event: 'terminating' });
    const options = { exact: true, placement: true };
    const recorded = [bound('a', 'n1'), bound('b', 'n2'), stopped('a')];
    expect(compareRecordings(recorded, recorded, options)).toEqual([]);
    expect(compareRecordings(recorded, [bound('a', 'n1'), bound('b', 'n1'), stopped('b')], options)).toEqual([
      'pod b: recorded on "n2", simulated on "n1"',
      'stopped pods: recorded [a], simulated [b]',
    ]);
  });
});

describe('cases', () => {
  test('are scenarios with a recording', () => {
    const root = mkdtempSync(join(tmpdir(), 'rollsim-cases-'));
    for (const file of ['b.yaml', 'b.jsonl', 'a.yaml', 'a.jsonl', 'alone.yaml', 'README.md']) {
      writeFileSync(join(root, file), '');
    }
    expect(listCases(root, '.').map(({ name }) => name)).toEqual(['./a', './b']);
    expect(() => readRecording(join(root, 'a.jsonl'))).toThrow('no lines');
  });

  test('say how strictly they are to be held', () => {
    expect(recording('deployment/rolling-n10-25-25')).toMatchObject({
      options: { exact: true, placement: false },
      header: { kubernetes: '1.37.2', until: 40 },
    });
  });
});

function byTime(a: LogLine, b: LogLine): number {
  return ('t' in a ? a.t : 0) - ('t' in b ? b.t : 0);
}

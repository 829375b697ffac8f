import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { LogLine } from '../../metrics/index.ts';
import { buildScenario } from '../../scenario/index.ts';
import { LIFTED, type Sketch, scenarioText } from '../../testing/play.ts';
import { runScenario } from '../simulation.ts';
import { type DecisionOptions, readPlacements } from './index.ts';

function pod(name: string, cpu: string, spec: JsonObject = {}): JsonObject {
  const resources = { requests: { cpu, memory: '1Gi' } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'c', image: 'c:v1', resources }], ...spec },
  };
}

function run(sketch: Sketch, options: DecisionOptions = {}, seed = 1) {
  const text = scenarioText({ nodes: { count: 3 }, controlPlane: LIFTED, until: '2m', ...sketch });
  const scenario = buildScenario({ files: [{ file: 'test.yaml', text }] }, {});
  const log: LogLine[] = [];
  return { ...runScenario({ scenario, seed, onLogLine: (line) => log.push(line), ...options }), log };
}

/** `POD NODE` for each binding. */
function recording(...bindings: string[]) {
  const lines = bindings.map((binding, t) => {
    const [name, node] = binding.split(' ') as [string, string];
    return JSON.stringify({ t, kind: 'Pod', name, event: 'bound', node });
  });
  return readPlacements('log.jsonl', lines.join('\n'));
}

function follow(sketch: Sketch, ...bindings: string[]) {
  return run(sketch, { follow: recording(...bindings) }).follow!;
}

function explain(sketch: Sketch, name: string) {
  return run(sketch, { explain: [name] }).explanations![0]!;
}

const TWO = [pod('p', '1'), pod('q', '1')];

describe('a recording that is followed', () => {
  it('decides where pods go, ties included', () => {
    const { log, follow: followed } = run({ objects: TWO }, { follow: recording('p node-2', 'q node-0') });
    const bound = log.flatMap((line) =>
      'kind' in line && line.kind === 'Pod' && line.event === 'bound' ? [line.node] : [],
    );
    expect(bound).toEqual(['node-2', 'node-0']);
    expect(followed).toMatchObject({
      recording: 'log.jsonl',
      amongBest: 2,
      unrecorded: 0,
      choices: [
        { pod: 'p', node: 'node-2', line: 1, verdict: 'best', feasible: 3, ties: 3 },
        { pod: 'q', node: 'node-0', line: 2, verdict: 'best', feasible: 3, ties: 2 },
      ],
    });
  });

  it('has the log of a run with other luck agree in every choice', () => {
    const sketch: Sketch = { replicas: 9, nodes: { count: 7 } };
    const lines = run(sketch, {}, 2).log.map((line) => JSON.stringify(line));
    const { choices, amongBest } = run(sketch, { follow: readPlacements('log.jsonl', lines.join('\n')) }).follow!;
    expect(choices).toHaveLength(9);
    expect(amongBest).toBe(9);
  });

  it('tells what a better node scores, plugin by plugin', () => {
    const { choices, amongBest } = follow({ objects: TWO }, 'p node-0', 'q node-0');
    expect(amongBest).toBe(1);
    // 8 cpu and 32Gi: of 2 cpu and 2Gi 75 and 93 are left, of the half of them 87 and 96.
    expect(choices[1]).toMatchObject({
      verdict: 'worse',
      recorded: { node: 'node-0', scores: { NodeResourcesFit: 84 } },
      best: { node: 'node-1', scores: { NodeResourcesFit: 91 } },
    });
  });

  it('tells why a node cannot be taken, and takes it', () => {
    const { choices } = follow(
      { objects: [pod('p', '5'), pod('q', '5'), pod('r', '1')] },
      'p node-0',
      'q node-0',
      'r node-1',
    );
    expect(choices.map(({ verdict }) => verdict)).toEqual(['best', 'infeasible', 'best']);
    expect(choices[1]!.rejected).toEqual({
      node: 'node-0',
      plugin: 'NodeResourcesFit',
      reasons: ['Insufficient cpu'],
    });
    expect(choices[2]).toMatchObject({ ties: 2 });
  });

  it('names the pods that stood elsewhere when the choice was made', () => {
    const { choices } = follow({ objects: [pod('p', '5'), pod('q', '5')] }, 'q node-0', 'p node-0');
    expect(choices[0]).toMatchObject({ pod: 'p', verdict: 'best' });
    expect(choices[1]).toMatchObject({ pod: 'q', verdict: 'infeasible', extra: ['p'] });
  });

  it('tells of pods that find no node here, with what the scheduler says', () => {
    const { choices, amongBest } = follow({ objects: [pod('p', '9')] }, 'p node-0');
    expect(amongBest).toBe(0);
    expect(choices).toMatchObject([
      { pod: 'p', node: 'node-0', verdict: 'unscheduled', message: expect.stringContaining('3 Insufficient cpu') },
    ]);
  });

  it('tells of pods that it leaves without a node and that find one here', () => {
    const created = JSON.stringify({ t: 0, kind: 'Pod', name: 'q', event: 'created' });
    const bound = JSON.stringify({ t: 0, kind: 'Pod', name: 'p', event: 'bound', node: 'node-0' });
    const { follow: followed } = run({ objects: TWO }, { follow: readPlacements('log.jsonl', `${created}\n${bound}`) });
    expect(followed!.choices[1]).toMatchObject({ pod: 'q', node: null, verdict: 'pending', feasible: 3 });
  });

  it('counts the pods that it does not have', () => {
    expect(follow({ objects: TWO }, 'p node-0')).toMatchObject({ unrecorded: 1, choices: [{ pod: 'p' }] });
  });

  it('has the second pod of a name on the node of the second binding', () => {
    const replaced = { kubectl: 'apply -f -', stdin: JSON.stringify(pod('p', '1')) };
    const { choices } = follow(
      { objects: [pod('p', '1')], steps: { '5s': 'delete pod p', '50s': replaced } },
      'p node-2',
      'p node-1',
    );
    expect(choices.map(({ node, verdict }) => `${node} ${verdict}`)).toEqual(['node-2 best', 'node-1 best']);
  });

  it('stops the pods of a ReplicaSet that it stops, where chance decides', () => {
    const names = ['web@1#0', 'web@1#1', 'web@1#2'];
    const lines = [
      ...names.map((name, i) => ({ t: 1, kind: 'Pod', name, event: 'bound', node: `node-${i}` })),
      ...['web@1#1', 'web@1#2'].map((name) => ({ t: 20, kind: 'Pod', name, event: 'terminating' })),
    ];
    for (const left of names) {
      const stopped = lines
        .slice(0, 3)
        .concat(lines.slice(3).map((line, i) => ({ ...line, name: names.filter((name) => name !== left)[i]! })));
      const text = stopped.map((line) => JSON.stringify(line)).join('\n');
      const sketch: Sketch = { steps: { '10s': 'scale deployment web --replicas=1', '40s': 'get pods -o name' } };
      const { steps, explanations } = run(sketch, { follow: readPlacements('log.jsonl', text), explain: [left] });
      expect(`${explanations![0]!.pod}`).toBe(steps.at(-1)!.out);
    }
  });

  it('finds the pods of a DaemonSet by their nodes', () => {
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'c:v1' }] } };
    const agent = {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent' },
      spec: { selector: { matchLabels: { a: 'b' } }, template },
    };
    const { choices } = follow({ objects: [agent] }, 'agent-zzzzz node-2', 'agent-xxxxx node-0', 'agent-bbbbb node-1');
    expect(choices.map(({ node, verdict }) => `${node} ${verdict}`).sort()).toEqual([
      'node-0 best',
      'node-1 best',
      'node-2 best',
    ]);
  });

  it("takes a real cluster's names", () => {
    const { choices } = follow({ replicas: 2 }, 'web-6d4cf56db6-x7x2z node-2', 'web-6d4cf56db6-b4bcd node-0');
    expect(choices.map(({ pod: name, node }) => `${name} ${node}`)).toEqual([
      'ReplicaSet/web@1#0 node-2',
      'ReplicaSet/web@1#1 node-0',
    ]);
  });

  it('is refused where it names a node or a pod that is not there', () => {
    expect(() => follow({ objects: TWO }, 'p node-0', 'q nod-1')).toThrow(
      'there is no node "nod-1" when its turn comes',
    );
    expect(() => follow({ objects: TWO }, 'p node-0', 'qq node-1')).toThrow('this run never has a pod "qq"');
  });
});

describe('the explanation of a pod', () => {
  it('that has a node: scores of all that fit, and why the others do not', () => {
    const taint = { key: 'gpu', value: '1', effect: 'NoSchedule' };
    const nodes = [
      { name: 'big', count: 2, allocatable: { cpu: '16' } },
      { name: 'small', count: 1 },
      { name: 'gpu', count: 1, taints: [taint] },
    ];
    const text = scenarioText({ objects: [pod('p', '4')], controlPlane: LIFTED, until: '1m' });
    const scenario = buildScenario(
      {
        files: [{ file: 'test.yaml', text: text.replace('"nodes":[{"count":4}]', `"nodes":${JSON.stringify(nodes)}`) }],
      },
      {},
    );
    const [explanation] = runScenario({ scenario, seed: 1, explain: ['p'] }).explanations!;
    expect(explanation).toMatchObject({
      pod: 'pod/p',
      outcome: 'scheduled',
      attempts: 1,
      node: expect.stringMatching(/^big-[01]$/),
      choice: 'tie',
      ties: 2,
      nodeCount: 4,
      examined: 4,
      weights: expect.objectContaining({ TaintToleration: 3, NodeResourcesFit: 1 }),
      rejected: [{ node: 'gpu-0', plugin: 'TaintToleration', reasons: ['node(s) had untolerated taint(s)'] }],
    });
    expect(explanation!.feasible.map(({ node }) => node).sort()).toEqual(['big-0', 'big-1', 'small-0']);
    expect(explanation!.feasible[2]!.node).toBe('small-0');
    for (const { total, scores } of explanation!.feasible) {
      expect(total).toBe(Object.values(scores).reduce((sum, score) => sum + score, 0));
    }
  });

  it('that waits: its last attempt', () => {
    const taints = [{ key: 'gpu', value: '1', effect: 'NoSchedule' }];
    const late = { addNodes: { name: 'late', count: 1, allocatable: { cpu: '16' }, taints } };
    const explanation = explain({ objects: [pod('p', '9')], steps: { '10s': late } }, 'p');
    expect(explanation).toMatchObject({
      outcome: 'unschedulable',
      node: null,
      choice: null,
      feasible: [],
      examined: 4,
    });
    expect(explanation.atSeconds).toBeGreaterThan(10);
    expect(explanation.message).toContain(
      '0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient cpu.',
    );
    expect(explanation.rejected.map(({ node, plugin }) => `${node} ${plugin}`).sort()).toEqual([
      'late-0 TaintToleration',
      'node-0 NodeResourcesFit',
      'node-1 NodeResourcesFit',
      'node-2 NodeResourcesFit',
    ]);
  });

  it('is of the nodes that the search has looked at', () => {
    const { examined, nodeCount, feasible, rejected } = explain(
      { objects: [pod('p', '1')], nodes: { count: 300 } },
      'p',
    );
    // 48 % of 300.
    expect({ examined, nodeCount, fit: feasible.length, rejected }).toEqual({
      examined: 144,
      nodeCount: 300,
      fit: 144,
      rejected: [],
    });
  });

  it('that only one node fits, or that somebody else placed, or that is held back', () => {
    const objects = [
      pod('only', '1', { nodeSelector: { 'kubernetes.io/hostname': 'node-1' } }),
      pod('placed', '1', { nodeName: 'node-2' }),
      pod('gated', '1', { schedulingGates: [{ name: 'quota' }] }),
      pod('foreign', '1', { schedulerName: 'another' }),
    ];
    const { explanations } = run({ objects }, { explain: ['only', 'placed', 'gated', 'foreign'] });
    expect(explanations!.map(({ outcome, node, choice }) => ({ outcome, node, choice }))).toEqual([
      { outcome: 'scheduled', node: 'node-1', choice: 'only' },
      { outcome: 'elsewhere', node: 'node-2', choice: null },
      { outcome: 'gated', node: null, choice: null },
      { outcome: 'elsewhere', node: null, choice: null },
    ]);
  });

  it('says that a recording was followed', () => {
    const options = { follow: recording('p node-1'), explain: ['p'] };
    expect(run({ objects: [pod('p', '1')] }, options).explanations).toMatchObject([
      { node: 'node-1', choice: 'followed' },
    ]);
  });

  it('changes nothing', () => {
    const sketch: Sketch = { replicas: 6, steps: { '10s': 'set image deployment/web app=web:v2' } };
    const plain = run(sketch);
    const { explanations, ...watched } = run(sketch, { explain: ['web@2#3'] });
    expect(watched).toEqual(plain);
    expect(explanations![0]!.logName).toBe('ReplicaSet/web@2#3');
  });
});

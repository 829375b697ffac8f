import { describe, expect, it } from 'vitest';
import type { FollowedChoice, NodeRejection, PodExplanation } from '../metrics/decisions.ts';
import { makeReport, makeRun } from '../runner/testing/results.ts';
import { renderExplanations } from './explainSection.ts';
import { renderFollow } from './followSection.ts';
import { plainStyle } from './textTable.ts';

const OPTIONS = { headers: true, style: plainStyle };

const scores = (node: string, fit: number, taints = 300) => ({
  node,
  total: fit + taints,
  scores: { TaintToleration: taints, NodeResourcesFit: fit },
});

const EXPLANATION: PodExplanation = {
  pod: 'pod/web-abc-11111',
  logName: 'ReplicaSet/web@1#0',
  incarnations: 1,
  outcome: 'scheduled',
  atSeconds: 1.5,
  attempts: 1,
  node: 'n1',
  choice: 'score',
  message: null,
  nodeCount: 3,
  examined: 3,
  ties: 1,
  weights: { TaintToleration: 3, NodeResourcesFit: 1 },
  feasible: [scores('n1', 90), scores('n2', 80)],
  rejected: [{ node: 'n3', plugin: 'NodePorts', reasons: ['a', 'b'] }],
};

function explain(...explanations: Partial<PodExplanation>[]): string {
  const all = explanations.map((one) => ({ ...EXPLANATION, ...one }));
  return renderExplanations(makeReport([{ ...makeRun([]), explanations: all }]), OPTIONS);
}

describe('an explanation', () => {
  it('has the scores of the best nodes, with a column for each plugin that makes a difference', () => {
    expect(explain({})).toMatchInlineSnapshot(`
      "pod/web-abc-11111 (ReplicaSet/web@1#0): n1, decided at 1.50 s: it has the highest score.
      Looked at 3 of 3 nodes: 2 fit, 1 does not.

         NODE  TOTAL  NodeResourcesFit
      *  n1      390                90
         n2      380                80
      The same for all: TaintToleration 300.

      NODE  PLUGIN     REASON
      n3    NodePorts  a, b
      "
    `);
  });

  it('shows five nodes and the chosen one, and weights', () => {
    const feasible = [9, 8, 7, 6, 5, 4, 3].map((taints, i) => scores(`n${i}`, 90, taints));
    expect(explain({ feasible, rejected: [], node: 'n6', choice: 'followed' })).toMatchInlineSnapshot(`
      "pod/web-abc-11111 (ReplicaSet/web@1#0): n6, decided at 1.50 s: the followed recording has it on n6.
      Looked at 3 of 3 nodes: 7 fit, 0 do not.

         NODE  TOTAL  TaintToleration×3
         n0       99                  9
         n1       98                  8
         n2       97                  7
         n3       96                  6
         n4       95                  5
      *  n6       93                  3
      The same for all: NodeResourcesFit 90.
      "
    `);
  });

  it('groups many nodes by what is wrong with them', () => {
    const rejected = Array.from({ length: 30 }, (_, i): NodeRejection => {
      return { node: `n${i}`, plugin: i < 27 ? 'NodeResourcesFit' : 'NodePorts', reasons: ['r'] };
    });
    const message = '0/30 nodes are available: 30 r.';
    const none = {
      outcome: 'unschedulable',
      node: null,
      choice: null,
      feasible: [],
      nodeCount: 30,
      examined: 30,
    } as const;
    expect(explain({ ...none, rejected, message, attempts: 3 })).toMatchInlineSnapshot(`
      "pod/web-abc-11111 (ReplicaSet/web@1#0): no node at 1.50 s, at its attempt number 3: 0/30 nodes are available: 30 r.
      Looked at 30 of 30 nodes: 0 fit, 30 do not.

      NODES  PLUGIN            REASON  SUCH AS
         27  NodeResourcesFit  r       n0, n1, n2 …
          3  NodePorts         r       n27, n28, n29
      "
    `);
  });

  it.each([
    [{ choice: 'tie', ties: 4 }, 'n1, decided at 1.50 s: one of 4 nodes that share the highest score, drawn by lot.'],
    [
      { choice: 'nominated' },
      'n1, decided at 1.50 s: preemption has made room there, so that no other node was looked at.',
    ],
    [
      { choice: 'only', attempts: 2 },
      'n1, decided at 1.50 s, at its attempt number 2: no other node that was looked at can run it',
    ],
    [{ incarnations: 2, pod: 'pod/db-0', logName: 'db-0' }, 'pod/db-0, the last of 2 of this name: n1'],
    [{ outcome: 'gated', node: null, atSeconds: null }, 'no node: its schedulingGates hold it back'],
    [{ outcome: 'waiting', node: null, atSeconds: null }, 'no node: its turn never came.'],
    [{ outcome: 'elsewhere', atSeconds: null }, 'n1, without the scheduler'],
    [{ outcome: 'elsewhere', node: null, atSeconds: null }, 'no node: no scheduler profile has the name'],
  ] as [Partial<PodExplanation>, string][])('tells in a sentence what happened: %j', (fields, sentence) => {
    expect(explain(fields)).toContain(sentence);
  });

  it('names the seed where there are several, and is nothing where none was asked for', () => {
    const run = { ...makeRun([]), explanations: [EXPLANATION] };
    const report = makeReport([run, { ...run, seed: 2 }]);
    expect(renderExplanations(report, OPTIONS)).toMatch(/^Seed 1, pod\/web[\s\S]*\nSeed 2, pod\/web/);
    expect(renderExplanations(makeReport([makeRun([])]), OPTIONS)).toBe('');
  });
});

const CHOICE: FollowedChoice = {
  pod: 'p',
  node: 'n1',
  line: 4,
  verdict: 'best',
  atSeconds: 1,
  feasible: 3,
  ties: 1,
};

function follow(choices: readonly Partial<FollowedChoice>[], unrecorded = 0): string {
  const all = choices.map((one) => ({ ...CHOICE, ...one }));
  const amongBest = all.filter(({ verdict }) => verdict === 'best' || verdict === 'nominated').length;
  const result = { recording: 'log.jsonl', choices: all, amongBest, unrecorded };
  return renderFollow(makeReport([{ ...makeRun([]), follow: result }]), OPTIONS);
}

describe('the report on a followed recording', () => {
  it('has a row for each choice and a line that sums them up', () => {
    expect(follow([{}, { pod: 'q', verdict: 'nominated', ties: 2 }], 1)).toMatchInlineSnapshot(`
      "POD  NODE  CHOICE              AT  FIT  BEST
      p    n1    best             1.00s    3     1
      q    n1    best: nominated  1.00s    3     2

      2 of 2 choices are among the best. 1 pod got a node here that log.jsonl has nothing about.
      "
    `);
  });

  it('shows what speaks against a choice', () => {
    const rejected = { node: 'n1', plugin: 'NodePorts', reasons: ['a', 'b'] };
    const best = scores('n2', 91);
    const unscheduled = {
      pod: 's',
      verdict: 'unscheduled',
      atSeconds: null,
      message: '0/3 nodes are available: 3 r.',
    } as const;
    expect(
      follow([
        { verdict: 'worse', recorded: scores('n1', 90), best, missing: ['x', 'y'], extra: ['z'] },
        { pod: 'q', verdict: 'infeasible', rejected, best },
        { pod: 'r', node: null, line: null, verdict: 'pending', best },
        unscheduled,
      ]),
    ).toMatchInlineSnapshot(`
      "POD  NODE  CHOICE           AT  FIT  BEST
      p    n1    worse         1.00s    3     1
      q    n1    infeasible    1.00s    3     1
      r    -     left pending  1.00s    3     1
      s    n1    unscheduled       -    -     -

      p (log.jsonl:4): n1 was taken, n2 scores 1 more
                NODE  TOTAL  NodeResourcesFit
      recorded  n1      390                90
      best      n2      391                91
      The same for all: TaintToleration 300.
      On these nodes in the recording, but not here: x, y.
      On these nodes here, but not in the recording: z.

      q (log.jsonl:4): n1 was taken, which cannot run it: NodePorts: a, b
            NODE  TOTAL  TaintToleration  NodeResourcesFit
      best  n2      391              300                91

      r: the recording has left it without a node, n2 can run it
            NODE  TOTAL  TaintToleration  NodeResourcesFit
      best  n2      391              300                91

      s (log.jsonl:4): n1 was taken, here no node could be: 0/3 nodes are available: 3 r.

      0 of 4 choices are among the best.
      "
    `);
  });

  it('says where a better node may not have been looked at', () => {
    const worse = { verdict: 'worse', recorded: scores('n1', 90), best: scores('n2', 91) } as const;
    expect(follow([{ ...worse, feasible: 101 }])).toContain('it may not have seen a better one.\n\n0 of 1 choice');
    expect(follow([{ ...worse, feasible: 100 }])).not.toContain('better one');
  });

  it('is nothing where no recording was followed', () => {
    expect(renderFollow(makeReport([makeRun([])]), OPTIONS)).toBe('');
  });
});

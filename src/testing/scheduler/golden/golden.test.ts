import { expect, test } from 'vitest';
import type { Evaluation } from '../../../scheduler/evaluation.ts';
import type { CycleState } from '../../../scheduler/framework.ts';
import { DEFAULT_PROFILE, filtersFor, judge, scoreNodes } from '../decision.ts';
import { nodeDocument, podDocument } from '../documents.ts';
import { Stage } from '../stage.ts';
import { IMAGE_ROWS } from './images.ts';
import { MIXED_ROWS } from './mixed.ts';
import { NODE_ROWS } from './nodes.ts';
import { POD_AFFINITY_ROWS } from './podAffinity.ts';
import { RESOURCE_ROWS } from './resources.ts';
import type { GoldenRow } from './rows.ts';
import { SPREAD_ROWS } from './spread.ts';

/** What a row tells, of one of the two that are held against it. */
interface Answer {
  readonly verdicts: readonly string[];
  readonly scores: Readonly<Record<string, readonly number[]>>;
  readonly totals: readonly number[];
}

/** Lets the scheduler come by, and takes both answers at that moment. */
function answersTo(row: GoldenRow): { readonly scheduler: Answer; readonly oracle: Answer } {
  let answers: ReturnType<typeof answersTo> | undefined;
  const names = Object.keys(row.nodes);
  const stage = new Stage({
    ...(row.minorVersion !== undefined && { minorVersion: row.minorVersion }),
    onDecision: (state, _node, algorithm) => {
      const pod = stage.cluster.findPod(row.pod.namespace ?? 'default', 'incoming');
      const evaluation = algorithm.evaluate(stateOf(stage, state, pod));
      answers ??= { scheduler: ofScheduler(stage, evaluation, names), oracle: ofOracle(stage, pod, names) };
      return undefined;
    },
  });
  for (const [name, sketch] of Object.entries(row.nodes)) stage.create(nodeDocument(name, sketch));
  stage.settle();
  for (const [i, selector] of (row.services ?? []).entries()) {
    const spec = { selector: { ...selector }, ports: [{ port: 80 }] };
    stage.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: `s${i}`, namespace: 'default' }, spec });
  }
  for (const [node, sketches] of Object.entries(row.placed ?? {})) {
    for (const [i, sketch] of sketches.entries()) {
      stage.create(podDocument(`${node}-${i}`, { ...sketch, spec: { ...sketch.spec, nodeName: node } }));
    }
  }
  stage.settle();
  for (const pod of stage.pods()) {
    const node = stage.cluster.nodes.names[stage.cluster.pods.node[pod]!]!;
    if (row.terminating?.includes(node)) stage.cluster.deletePod(pod);
  }
  stage.settle();
  stage.create(podDocument('incoming', row.pod));
  stage.settle();
  // A pod that names its node does not wait: another one makes the scheduler come by.
  if (answers === undefined) stage.create(podDocument('other'));
  stage.settle();
  return answers!;
}

function stateOf(stage: Stage, { pod: turn, ...state }: CycleState, pod: number): CycleState {
  if (turn === pod) return { ...state, pod, namespace: stage.cluster.podNamespace(pod) };
  const template = stage.cluster.templateOf(pod);
  return { ...state, pod, template, labelSet: template.labelSet, namespace: stage.cluster.podNamespace(pod) };
}

function ofScheduler(stage: Stage, evaluation: Evaluation, names: readonly string[]): Answer {
  const places = names.map((name) => evaluation.nodes.indexOf(stage.cluster.nodes.rowOf(name)));
  const feasible = places.filter((place) => evaluation.verdicts[place] === undefined);
  const scores = [...evaluation.scores].map(([plugin, all]) => [plugin, feasible.map((place) => all[place]!)]);
  return {
    verdicts: places.map((place) => textOf(evaluation.verdicts[place])),
    scores: Object.fromEntries(scores),
    totals: feasible.map((place) => evaluation.totals[place]!),
  };
}

function ofOracle(stage: Stage, row: number, names: readonly string[]): Answer {
  const world = stage.world();
  const pod = stage.describe(row);
  const nodes = names.map((name) => world.nodes.find((node) => node.name === name)!);
  const verdicts = nodes.map((node) => judge(pod, node, world, filtersFor(pod, world, DEFAULT_PROFILE)));
  const feasible = nodes.filter((_, i) => verdicts[i] === undefined);
  const scored = scoreNodes(pod, feasible, world, DEFAULT_PROFILE);
  const scores = DEFAULT_PROFILE.map(({ plugin: { name } }) => [name, scored.map((node) => node.scores.get(name))]);
  return {
    verdicts: verdicts.map(textOf),
    scores: Object.fromEntries(scores),
    totals: scored.map(({ total }) => total),
  };
}

function textOf(verdict: { plugin: string; reasons: readonly string[] } | undefined): string {
  return verdict === undefined ? '' : `${verdict.plugin}: ${[...verdict.reasons].sort().join(', ')}`;
}

const ROWS: readonly GoldenRow[] = [
  ...NODE_ROWS,
  ...RESOURCE_ROWS,
  ...SPREAD_ROWS,
  ...POD_AFFINITY_ROWS,
  ...IMAGE_ROWS,
  ...MIXED_ROWS,
];

test.each(ROWS.map((row) => [row.title, row] as const))('%s', (_title, row) => {
  for (const answer of Object.values(answersTo(row))) {
    if (row.verdicts !== undefined) expect(answer.verdicts).toEqual(row.verdicts);
    if (row.scores !== undefined) expect(answer.scores).toMatchObject(row.scores);
    if (row.totals !== undefined) expect(answer.totals).toEqual(row.totals);
  }
});

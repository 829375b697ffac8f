import type { JsonObject } from '../../../api/types.ts';
import type { NodeSketch, PodSketch } from '../documents.ts';
import { type GoldenRow, HOSTNAME, podOf, ZONE } from './rows.ts';

const SKEW = "PodTopologySpread: node(s) didn't match pod topology spread constraints";
const NO_KEY = `${SKEW} (missing required label)`;

function zone(name: string, sketch: NodeSketch = {}): NodeSketch {
  return { ...sketch, labels: { ...sketch.labels, [ZONE]: name } };
}

function spreading(fields: JsonObject, ...more: JsonObject[]): JsonObject {
  return {
    topologySpreadConstraints: [fields, ...more].map((constraint) => ({
      maxSkew: 1,
      topologyKey: ZONE,
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { app: 'web' } },
      ...constraint,
    })),
  };
}

const web = podOf('web');
/** Two pods in z1, one in z2. */
const nodes = { a: zone('z1'), b: zone('z1'), c: zone('z2') };
const placed: Record<string, PodSketch[]> = { a: [web, web], c: [web] };
/** On hosts 2, 0 and 1. */
const softly = (maxSkew: number): JsonObject =>
  spreading({ whenUnsatisfiable: 'ScheduleAnyway', topologyKey: HOSTNAME, maxSkew });

export const SPREAD_ROWS: GoldenRow[] = [
  {
    // z1: 2 + 1 - 1 > 1; z2: 1 + 1 - 1.
    title: 'PodTopologySpread: no domain gets too far ahead of the emptiest',
    nodes: { ...nodes, none: {} },
    placed,
    pod: podOf('web', { spec: spreading({}) }),
    verdicts: [SKEW, SKEW, '', NO_KEY],
  },
  {
    // z1: 2 + 0 - 1.
    title: 'PodTopologySpread: a pod that its own selector does not select does not count',
    nodes,
    placed,
    pod: podOf('db', { spec: spreading({}) }),
    verdicts: ['', '', ''],
  },
  {
    // z1: 0 + 1 - 0; z2: 1 + 1 - 0.
    title: 'PodTopologySpread: pods that terminate do not count',
    nodes,
    placed,
    terminating: ['a'],
    pod: podOf('web', { spec: spreading({}) }),
    verdicts: ['', '', SKEW],
  },
  {
    // Two domains of three: the emptiest is taken to be empty. z1: 3; z2: 1 + 1 - 0.
    title: 'PodTopologySpread: fewer domains than minDomains',
    nodes,
    placed,
    pod: podOf('web', { spec: spreading({ minDomains: 3 }) }),
    verdicts: [SKEW, SKEW, SKEW],
  },
  {
    // The tainted z3 is empty and counts: z2: 1 + 1 - 0.
    title: 'PodTopologySpread: taints are ignored',
    nodes: { ...nodes, d: zone('z3', { taints: [{ key: 'team', effect: 'NoSchedule' }] }) },
    placed,
    pod: podOf('web', { spec: spreading({}) }),
    verdicts: [SKEW, SKEW, SKEW, 'TaintToleration: node(s) had untolerated taint(s)'],
  },
  {
    title: 'PodTopologySpread: unless they are to be honoured',
    nodes: { ...nodes, d: zone('z3', { taints: [{ key: 'team', effect: 'NoSchedule' }] }) },
    placed,
    pod: podOf('web', { spec: spreading({ nodeTaintsPolicy: 'Honor' }) }),
    verdicts: [SKEW, SKEW, '', 'TaintToleration: node(s) had untolerated taint(s)'],
  },
  {
    // z1 is not for the pod and does not count: z2: 1 + 1 - 1.
    title: 'PodTopologySpread: nodes that the pod does not want do not count',
    nodes: { a: zone('z1'), c: zone('z2', { labels: { disk: 'ssd' } }) },
    placed: { c: [web] },
    pod: podOf('web', { spec: { ...spreading({}), nodeSelector: { disk: 'ssd' } } }),
    verdicts: ["NodeAffinity: node(s) didn't match Pod's node affinity/selector", ''],
  },
  {
    title: 'PodTopologySpread: unless its wishes are to be ignored',
    nodes: { a: zone('z1'), c: zone('z2', { labels: { disk: 'ssd' } }) },
    placed: { c: [web] },
    pod: podOf('web', { spec: { ...spreading({ nodeAffinityPolicy: 'Ignore' }), nodeSelector: { disk: 'ssd' } } }),
    verdicts: ["NodeAffinity: node(s) didn't match Pod's node affinity/selector", SKEW],
  },
  {
    // None of this hash are there yet.
    title: 'PodTopologySpread: matchLabelKeys counts a revision by itself',
    nodes,
    placed: { a: [podOf('web', { labels: { hash: '1' } }), podOf('web', { labels: { hash: '1' } })] },
    pod: podOf('web', { labels: { hash: '2' }, spec: spreading({ matchLabelKeys: ['hash'] }) }),
    verdicts: ['', '', ''],
  },
  {
    // d has no rack: it counts for neither, so that z3 is no domain. z2: 1 + 1 - 1.
    title: 'PodTopologySpread: nodes without all keys count for none',
    nodes: {
      a: zone('z1', { labels: { rack: '1' } }),
      c: zone('z2', { labels: { rack: '2' } }),
      d: zone('z3'),
    },
    placed: { a: [web, web], c: [web] },
    pod: podOf('web', { spec: spreading({}, { topologyKey: 'rack' }) }),
    verdicts: [SKEW, '', NO_KEY],
  },
  {
    // × ln 5: 3.22, 0, 1.61, rounded 3, 0, 2; 100 × (3 + 0 - s) / 3; times 2.
    title: 'PodTopologySpread: fewer pods are better',
    nodes,
    placed,
    pod: podOf('web', { spec: softly(1) }),
    scores: { PodTopologySpread: [0, 200, 66] },
  },
  {
    // 2 more each: 5, 2, 4; 100 × (7 - s) / 5.
    title: 'PodTopologySpread: a larger skew waters differences down',
    nodes,
    placed,
    pod: podOf('web', { spec: softly(3) }),
    scores: { PodTopologySpread: [80, 200, 120] },
  },
  {
    // × ln 4 for two hosts: 2.77 and 1.39: 3 and 1; 100 × (4 - s) / 3.
    title: 'PodTopologySpread: nodes without the key get nothing',
    nodes: { a: {}, hostless: { isHostless: true }, c: {} },
    placed,
    pod: podOf('web', { spec: softly(1) }),
    scores: { PodTopologySpread: [66, 0, 200] },
  },
  {
    // Host (× ln 5, + 2) and zone (z1 and none: × ln 4, + 4): a 5.22 + 6.77, b 2 + 6.77, c 3.61: 12, 9, 4;
    // 100 × (16 - s) / 12.
    title: 'PodTopologySpread: pods of a Service are spread by default, with or without zones',
    nodes: { a: zone('z1'), b: zone('z1'), c: {} },
    placed,
    services: [{ app: 'web' }],
    pod: web,
    scores: { PodTopologySpread: [66, 116, 200] },
  },
];

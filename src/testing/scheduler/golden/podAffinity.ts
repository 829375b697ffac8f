import type { JsonObject } from '../../../api/types.ts';
import type { PodSketch } from '../documents.ts';
import { type GoldenRow, HOSTNAME, podOf, ZONE } from './rows.ts';

const NO_COMPANY = "InterPodAffinity: node(s) didn't match pod affinity rules";
const COMPANY = "InterPodAffinity: node(s) didn't match pod anti-affinity rules";
const UNWANTED = "InterPodAffinity: node(s) didn't satisfy existing pods anti-affinity rules";

function about(app: string, topologyKey: string, fields: JsonObject = {}): JsonObject {
  return { topologyKey, labelSelector: { matchLabels: { app } }, ...fields };
}

function required(kind: 'podAffinity' | 'podAntiAffinity', ...terms: JsonObject[]): JsonObject {
  return { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: terms } };
}

function preferred(kind: 'podAffinity' | 'podAntiAffinity', ...terms: [number, JsonObject][]): JsonObject {
  const weighted = terms.map(([weight, podAffinityTerm]) => ({ weight, podAffinityTerm }));
  return { [kind]: { preferredDuringSchedulingIgnoredDuringExecution: weighted } };
}

function pod(app: string, ...affinity: JsonObject[]): PodSketch {
  return podOf(app, { spec: { affinity: Object.assign({}, ...affinity) as JsonObject } });
}

const nodes = { a: { labels: { [ZONE]: 'z1' } }, b: { labels: { [ZONE]: 'z1' } }, c: { labels: { [ZONE]: 'z2' } } };

export const POD_AFFINITY_ROWS: GoldenRow[] = [
  {
    title: 'InterPodAffinity: a pod that needs company goes where it is',
    nodes: { ...nodes, none: {} },
    placed: { a: [podOf('db')] },
    pod: pod('web', required('podAffinity', about('db', ZONE))),
    verdicts: ['', '', NO_COMPANY, NO_COMPANY],
  },
  {
    title: 'InterPodAffinity: all terms have to be about the same pod',
    nodes,
    placed: { a: [podOf('db')], c: [podOf('db', { labels: { tier: 'x' } })] },
    pod: pod(
      'web',
      required('podAffinity', about('db', ZONE), {
        topologyKey: HOSTNAME,
        labelSelector: { matchLabels: { tier: 'x' } },
      }),
    ),
    verdicts: [NO_COMPANY, NO_COMPANY, ''],
  },
  {
    title: 'InterPodAffinity: the first of a group may go anywhere that has the key',
    nodes: { ...nodes, none: {} },
    placed: { a: [podOf('db')] },
    pod: pod('web', required('podAffinity', about('web', ZONE))),
    verdicts: ['', '', '', NO_COMPANY],
  },
  {
    title: 'InterPodAffinity: a pod that waits for others may not',
    nodes,
    pod: pod('web', required('podAffinity', about('db', ZONE))),
    verdicts: [NO_COMPANY, NO_COMPANY, NO_COMPANY],
  },
  {
    title: 'InterPodAffinity: pods of other namespaces are no company',
    nodes,
    placed: { a: [podOf('db', { namespace: 'other' })] },
    pod: pod('web', required('podAffinity', about('db', ZONE))),
    verdicts: [NO_COMPANY, NO_COMPANY, NO_COMPANY],
  },
  {
    title: 'InterPodAffinity: unless the term is about all namespaces',
    nodes,
    placed: { a: [podOf('db', { namespace: 'other' })] },
    pod: pod('web', required('podAffinity', about('db', ZONE, { namespaceSelector: {} }))),
    verdicts: ['', '', NO_COMPANY],
  },
  {
    title: 'InterPodAffinity: a pod that wants to be alone, and pods that terminate are there until they are gone',
    nodes: { ...nodes, none: {} },
    placed: { a: [podOf('web')] },
    terminating: ['a'],
    pod: pod('web', required('podAntiAffinity', about('web', ZONE))),
    verdicts: [COMPANY, COMPANY, '', ''],
  },
  {
    title: 'InterPodAffinity: pods that are there want to be alone',
    nodes,
    placed: {
      a: [pod('db', required('podAntiAffinity', about('web', HOSTNAME)))],
      c: [pod('db', required('podAntiAffinity', about('web', ZONE, { namespaces: ['other'] })))],
    },
    pod: podOf('web'),
    verdicts: [UNWANTED, '', ''],
  },
  {
    // a 2 × 30, b 2 × 30 - 20, c 0: 100, trunc(66.7), 0; times 2.
    title: 'InterPodAffinity: weights add up over pods and places',
    nodes,
    placed: { a: [podOf('db'), podOf('db')], b: [podOf('noisy')] },
    pod: pod(
      'web',
      preferred('podAffinity', [30, about('db', ZONE)]),
      preferred('podAntiAffinity', [20, about('noisy', HOSTNAME)]),
    ),
    scores: { InterPodAffinity: [200, 132, 0] },
  },
  {
    // a 1 for a required term, b 5, c -4: 5, 9 and 0 of 9.
    title: 'InterPodAffinity: what others wish counts as well',
    nodes,
    placed: {
      a: [podOf('web'), pod('db', required('podAffinity', about('web', HOSTNAME)))],
      b: [pod('db', preferred('podAffinity', [5, about('web', HOSTNAME)]))],
      c: [pod('db', preferred('podAntiAffinity', [4, about('web', HOSTNAME)]))],
    },
    pod: podOf('web'),
    scores: { InterPodAffinity: [110, 200, 0] },
  },
  {
    // 100 × (29 / 100) is a little less than 29, and is cut.
    title: 'InterPodAffinity: fractions are floating point',
    nodes,
    placed: { a: [podOf('db')], b: [podOf('cache')] },
    pod: pod('web', preferred('podAffinity', [29, about('db', HOSTNAME)], [100, about('cache', HOSTNAME)])),
    scores: { InterPodAffinity: [56, 200, 0] },
  },
];

import type { NodeSketch, PodSketch } from '../documents.ts';
import { type GoldenRow, HOSTNAME, isIn, podOf, preferring, soft, ZONE } from './rows.ts';

const mixedNodes: Readonly<Record<string, NodeSketch>> = {
  a: { labels: { disk: 'ssd' }, taints: [soft('old')] },
  b: { labels: { disk: 'hdd' } },
  c: { labels: { disk: 'ssd' }, taints: [soft('old'), soft('slow')] },
};
const mixedPod: PodSketch = {
  ...preferring({ weight: 10, matchExpressions: [isIn('disk', 'ssd')] }),
  requests: { cpu: '1', memory: '1Gi' },
};

export const MIXED_ROWS: GoldenRow[] = [
  {
    // Nodes of 4 cpu and 8 GiB; on a there is a pod of 1 cpu and 2 GiB.
    // Fit: a (50 + 62) / 2, b and c (75 + 87) / 2.
    // Balance with the pod: fractions 0.5 and 0.375, or 0.25 and 0.125: 93; without: 100; 50 + trunc((50 + 93 - 100) / 2).
    title: 'mixed: 3 × taints + 2 × affinity + fit + balance',
    nodes: mixedNodes,
    placed: { a: [{ requests: { cpu: '1', memory: '2Gi' } }] },
    pod: mixedPod,
    scores: {
      TaintToleration: [150, 300, 0],
      NodeAffinity: [200, 0, 200],
      NodeResourcesFit: [56, 81, 81],
      NodeResourcesBalancedAllocation: [71, 71, 71],
    },
    totals: [477, 452, 352],
  },
  {
    // Until 1.35 balance is what it is with the pod.
    title: 'mixed: the same in 1.35',
    minorVersion: 35,
    nodes: mixedNodes,
    placed: { a: [{ requests: { cpu: '1', memory: '2Gi' } }] },
    pod: mixedPod,
    scores: { NodeResourcesBalancedAllocation: [93, 93, 93] },
    totals: [499, 474, 374],
  },
  {
    // Pods without requests count 100m and 200Mi each for Fit, nothing for balance: 75 with equal fractions.
    // Fit: a cpu 600m of 4: 85, memory 1224Mi of 8192Mi: 85; b 87 and 87; c 82 and 82.
    // Spread: 1 pod in zone z1, 2 in z2, of 2 domains: 1 × ln 4 = 1.39, 2.77, rounded 1, 1, 3; 100 × (3 + 1 - s) / 3.
    // Affinity: -10, 0, -20: 100 × (s + 20) / 20. Image: 500 MiB on 1 node of 3: 174762666 of 1000 MiB, above 23 MiB.
    title: 'mixed: with spreading, affinity between pods and images',
    nodes: {
      a: { labels: { [ZONE]: 'z1' } },
      b: {
        labels: { [ZONE]: 'z1' },
        images: [{ names: ['app:v1'], sizeBytes: 500 * 1024 * 1024 }],
      },
      c: { labels: { [ZONE]: 'z2' }, taints: [soft('old')] },
    },
    placed: { a: [podOf('web')], c: [podOf('web'), podOf('web')] },
    pod: podOf('web', {
      requests: { cpu: '500m', memory: '1Gi' },
      spec: {
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: ZONE,
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: { app: 'web' } },
          },
        ],
        affinity: {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 10,
                podAffinityTerm: {
                  topologyKey: HOSTNAME,
                  labelSelector: { matchLabels: { app: 'web' } },
                },
              },
            ],
          },
        },
      },
    }),
    scores: {
      TaintToleration: [300, 300, 0],
      NodeResourcesFit: [85, 87, 82],
      PodTopologySpread: [200, 200, 66],
      InterPodAffinity: [100, 200, 0],
      NodeResourcesBalancedAllocation: [75, 75, 75],
      ImageLocality: [0, 14, 0],
    },
    totals: [760, 876, 223],
  },
];

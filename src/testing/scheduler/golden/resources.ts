import type { JsonObject } from '../../../api/types.ts';
import type { PodSketch } from '../documents.ts';
import type { GoldenRow } from './rows.ts';

function container(name: string, requests: JsonObject, fields: JsonObject = {}): JsonObject {
  return { name, image: 'app:v1', resources: { requests }, ...fields };
}

/** While its last init container runs it needs 200m + 900m, later 200m + 500m + 300m; the overhead comes on top: 1150m. */
const staged: PodSketch = {
  spec: {
    initContainers: [
      container('alone', { cpu: '1050m' }),
      container('sidecar', { cpu: '200m' }, { restartPolicy: 'Always' }),
      container('last', { cpu: '900m' }),
    ],
    containers: [container('a', { cpu: '500m' }), container('b', { cpu: '300m' })],
    overhead: { cpu: '50m' },
  },
};

export const RESOURCE_ROWS: GoldenRow[] = [
  {
    title: 'NodeResourcesFit: every resource that is short is told',
    nodes: {
      small: { allocatable: { cpu: '1', memory: '1Gi' } },
      crowded: { allocatable: { pods: '1', 'nvidia.com/gpu': '1' } },
      used: { allocatable: { 'nvidia.com/gpu': '1' } },
      free: { allocatable: { 'nvidia.com/gpu': '2' } },
    },
    placed: {
      crowded: [{}],
      used: [
        {
          spec: {
            containers: [
              {
                name: 'gpu',
                image: 'app:v1',
                resources: { limits: { 'nvidia.com/gpu': '1' }, requests: { cpu: '3' } },
              },
            ],
          },
        },
      ],
    },
    pod: {
      spec: {
        containers: [
          {
            name: 'app',
            image: 'app:v1',
            resources: { requests: { cpu: '1500m', memory: '2Gi' }, limits: { 'nvidia.com/gpu': '1' } },
          },
        ],
      },
    },
    verdicts: [
      'NodeResourcesFit: Insufficient cpu, Insufficient memory, Insufficient nvidia.com/gpu',
      'NodeResourcesFit: Too many pods',
      'NodeResourcesFit: Insufficient cpu, Insufficient nvidia.com/gpu',
      '',
    ],
  },
  {
    title: 'NodeResourcesFit: what a pod does not ask for is not looked at',
    nodes: { overcommitted: { allocatable: { cpu: '1' } } },
    placed: { overcommitted: [{ requests: { cpu: '2' } }] },
    pod: { requests: { memory: '1Gi' } },
    verdicts: [''],
  },
  {
    title: 'NodeResourcesFit: init containers, sidecars and overhead',
    nodes: { enough: { allocatable: { cpu: '1150m' } }, short: { allocatable: { cpu: '1149m' } } },
    pod: staged,
    verdicts: ['', 'NodeResourcesFit: Insufficient cpu'],
  },
  {
    // 100m and 200Mi: (90 + trunc(80.5)) / 2 and (95 + trunc(95.1)) / 2.
    title: 'NodeResourcesFit: containers without requests count something',
    nodes: {
      small: { allocatable: { cpu: '1', memory: '1Gi' } },
      large: { allocatable: { cpu: '2', memory: '4Gi' } },
    },
    pod: {},
    scores: { NodeResourcesFit: [85, 95] },
  },
  {
    // A written zero is zero: (100 + 80) / 2 and (100 + 95) / 2.
    title: 'NodeResourcesFit: but not those that ask for nothing',
    nodes: {
      small: { allocatable: { cpu: '1', memory: '1Gi' } },
      large: { allocatable: { cpu: '2', memory: '4Gi' } },
    },
    pod: { requests: { cpu: '0' } },
    scores: { NodeResourcesFit: [90, 97] },
  },
  {
    // 1300m of 1000m: 0; 2600Mi of 8192Mi: 68.
    title: 'NodeResourcesFit: more than there is scores nothing',
    nodes: { crowded: { allocatable: { cpu: '1' } }, other: {} },
    placed: { crowded: Array.from({ length: 12 }, () => ({})) },
    pod: {},
    // The other: 97 and 97.
    scores: { NodeResourcesFit: [34, 97] },
  },
  {
    // used: cpu 0.5 to 0.55, memory 0.125 to 0.625: 81 before, 96 after: 50 + trunc((50 + 15) / 2).
    // empty: 0 to 0.05 and 0.5: 100 before, 77 after: 50 + trunc((50 - 23) / 2).
    title: 'NodeResourcesBalancedAllocation: what the pod makes better or worse',
    nodes: { used: {}, empty: {} },
    placed: { used: [{ requests: { cpu: '2', memory: '1Gi' } }] },
    pod: { requests: { cpu: '200m', memory: '4Gi' } },
    scores: { NodeResourcesBalancedAllocation: [82, 63] },
  },
  {
    title: 'NodeResourcesBalancedAllocation: until 1.35 what it comes to',
    minorVersion: 35,
    nodes: { used: {}, empty: {} },
    placed: { used: [{ requests: { cpu: '2', memory: '1Gi' } }] },
    pod: { requests: { cpu: '200m', memory: '4Gi' } },
    scores: { NodeResourcesBalancedAllocation: [96, 77] },
  },
  {
    // Later releases leave the plugin out.
    title: 'NodeResourcesBalancedAllocation: until 1.32 for pods without requests too',
    minorVersion: 32,
    nodes: { used: {}, empty: {} },
    placed: { used: [{ requests: { cpu: '2', memory: '1Gi' } }] },
    pod: {},
    scores: { NodeResourcesBalancedAllocation: [81, 100] },
  },
];

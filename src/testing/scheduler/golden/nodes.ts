import type { JsonObject } from '../../../api/types.ts';
import type { PodSketch } from '../documents.ts';
import { type GoldenRow, isIn, preferring, soft } from './rows.ts';

const hard = (key: string, effect = 'NoSchedule') => ({ key, value: '1', effect });

function tolerating(...tolerations: JsonObject[]): PodSketch {
  return { spec: { tolerations } };
}

const taintToleration: GoldenRow[] = [
  {
    // 0, 1 and 3 taints of at most 3: 100 - 0, 100 - trunc(33.3), 100 - 100; times 3.
    title: 'TaintToleration: fewer PreferNoSchedule taints are better',
    nodes: {
      clean: {},
      one: { taints: [soft('old')] },
      three: { taints: [soft('old'), soft('slow'), soft('loud')] },
    },
    pod: {},
    scores: { TaintToleration: [300, 201, 0] },
  },
  {
    // 0, 0 and 2 taints that nothing tolerates.
    title: 'TaintToleration: tolerated taints do not count',
    nodes: {
      clean: {},
      one: { taints: [soft('old')] },
      three: { taints: [soft('old'), soft('slow'), soft('loud')] },
    },
    pod: tolerating({ key: 'old', operator: 'Exists' }),
    scores: { TaintToleration: [300, 300, 0] },
  },
  {
    // A toleration of another effect tolerates none of them: 1 of 2 taints.
    title: 'TaintToleration: tolerations of NoSchedule do not count for the score',
    nodes: { one: { taints: [soft('old')] }, two: { taints: [soft('old'), soft('slow')] } },
    pod: tolerating({ key: 'old', operator: 'Exists', effect: 'NoSchedule' }),
    scores: { TaintToleration: [150, 0] },
  },
  {
    title: 'TaintToleration: NoSchedule and NoExecute have to be tolerated',
    nodes: {
      soft: { taints: [soft('team')] },
      hard: { taints: [hard('team')] },
      other: { taints: [hard('other')] },
      execute: { taints: [hard('team', 'NoExecute')] },
    },
    pod: tolerating({ key: 'team', operator: 'Equal', value: '1', effect: 'NoSchedule' }),
    verdicts: [
      '',
      '',
      'TaintToleration: node(s) had untolerated taint(s)',
      'TaintToleration: node(s) had untolerated taint(s)',
    ],
  },
  {
    title: 'TaintToleration: 1.33 names the first taint that is not tolerated',
    minorVersion: 33,
    nodes: { two: { taints: [hard('team'), hard('other'), hard('third')] } },
    pod: tolerating({ key: 'team', operator: 'Exists' }),
    verdicts: ['TaintToleration: node(s) had untolerated taint {other: 1}'],
  },
];

const nodeUnschedulable: GoldenRow[] = [
  {
    title: 'NodeUnschedulable: a cordoned node takes nothing',
    nodes: { open: {}, cordoned: { unschedulable: true } },
    pod: {},
    verdicts: ['', 'NodeUnschedulable: node(s) were unschedulable'],
  },
  {
    title: 'NodeUnschedulable: but what tolerates its taint',
    nodes: { open: {}, cordoned: { unschedulable: true } },
    pod: tolerating({ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }),
    verdicts: ['', ''],
  },
];

const nodeName: GoldenRow[] = [
  {
    title: 'NodeName: a pod that names its node fits nowhere else',
    nodes: { a: {}, b: { unschedulable: true }, c: {} },
    pod: { spec: { nodeName: 'c' } },
    verdicts: [
      "NodeName: node(s) didn't match the requested node name",
      'NodeUnschedulable: node(s) were unschedulable',
      '',
    ],
  },
];

const ports = (...all: JsonObject[]): PodSketch => ({
  spec: { containers: [{ name: 'app', image: 'app:v1', ports: all.map((port) => ({ containerPort: 80, ...port })) }] },
});

const nodePorts: GoldenRow[] = [
  {
    title: 'NodePorts: the same port of every address, or of the same one',
    nodes: { free: {}, same: {}, udp: {}, other: {}, address: {}, every: {} },
    placed: {
      same: [ports({ hostPort: 8080, hostIP: '10.0.0.1' })],
      udp: [ports({ hostPort: 8080, protocol: 'UDP' })],
      other: [ports({ hostPort: 8081 })],
      address: [ports({ hostPort: 8080, hostIP: '10.0.0.2' })],
      every: [ports({ hostPort: 9090 }, { hostPort: 8080, hostIP: '0.0.0.0' })],
    },
    pod: ports({ hostPort: 8080, hostIP: '10.0.0.1' }),
    verdicts: ['', 'taken', '', '', '', 'taken'].map((verdict) =>
      verdict === '' ? '' : "NodePorts: node(s) didn't have free ports for the requested pod ports",
    ),
  },
  {
    title: 'NodePorts: a port of every address conflicts with any',
    nodes: { address: {}, none: {} },
    placed: { address: [ports({ hostPort: 8080, hostIP: '10.0.0.2' })], none: [ports({})] },
    pod: ports({ hostPort: 8080 }),
    verdicts: ["NodePorts: node(s) didn't have free ports for the requested pod ports", ''],
  },
];

const NO_AFFINITY = "NodeAffinity: node(s) didn't match Pod's node affinity/selector";

function requiring(...nodeSelectorTerms: JsonObject[]): PodSketch {
  return {
    spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } },
  };
}

const nodeAffinity: GoldenRow[] = [
  {
    // 30, 20, 7 and 0 of 30: 100, trunc(66.7), trunc(23.3), 0; times 2.
    title: 'NodeAffinity: the weights of matching preferences add up',
    nodes: {
      both: { labels: { disk: 'ssd', arch: 'arm64' } },
      disk: { labels: { disk: 'ssd' } },
      rank: { labels: { rank: '11' } },
      none: { labels: { rank: '9' } },
    },
    pod: preferring(
      { weight: 20, matchExpressions: [isIn('disk', 'ssd', 'nvme')] },
      { weight: 10, matchExpressions: [isIn('disk', 'ssd'), { key: 'arch', operator: 'Exists' }] },
      { weight: 7, matchExpressions: [{ key: 'rank', operator: 'Gt', values: ['10'] }] },
    ),
    scores: { NodeAffinity: [200, 132, 46, 0] },
  },
  {
    title: 'NodeAffinity: one required term is enough, and it has to hold whole',
    nodes: {
      first: { labels: { disk: 'ssd', arch: 'arm64' } },
      half: { labels: { disk: 'ssd' } },
      second: { labels: { old: 'yes' } },
      low: { labels: { old: 'yes', rank: '3' } },
    },
    pod: requiring(
      { matchExpressions: [isIn('disk', 'ssd'), isIn('arch', 'arm64')] },
      { matchExpressions: [isIn('old', 'yes'), { key: 'rank', operator: 'DoesNotExist' }] },
    ),
    verdicts: ['', NO_AFFINITY, '', NO_AFFINITY],
  },
  {
    title: 'NodeAffinity: nodeSelector has to hold as well',
    nodes: { both: { labels: { disk: 'ssd', arch: 'arm64' } }, one: { labels: { disk: 'ssd' } }, no: {} },
    pod: { spec: { nodeSelector: { disk: 'ssd' }, ...requiring({ matchExpressions: [isIn('arch', 'arm64')] }).spec } },
    verdicts: ['', NO_AFFINITY, NO_AFFINITY],
  },
  {
    title: 'NodeAffinity: NotIn holds without the label, Lt does not',
    nodes: { none: {}, low: { labels: { rank: '2', disk: 'ssd' } }, word: { labels: { rank: 'x', disk: 'ssd' } } },
    pod: requiring(
      { matchExpressions: [{ key: 'disk', operator: 'NotIn', values: ['ssd'] }] },
      { matchExpressions: [{ key: 'rank', operator: 'Lt', values: ['10'] }] },
    ),
    verdicts: ['', '', NO_AFFINITY],
  },
];

export const NODE_ROWS = [...nodeUnschedulable, ...nodeName, ...taintToleration, ...nodeAffinity, ...nodePorts];

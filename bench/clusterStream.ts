import { RandomStreams } from '../src/kernel/index.ts';

type Draw = () => number;

/** Models of machines: cores, memory and GPUs as GPU clusters have them, and how many of a hundred nodes are like that. */
const MACHINES = [
  { model: 'none', cores: 96, memoryGibibytes: 384, gpus: 0, percent: 25 },
  { model: 'T4', cores: 96, memoryGibibytes: 384, gpus: 2, percent: 35 },
  { model: 'P100', cores: 64, memoryGibibytes: 256, gpus: 2, percent: 10 },
  { model: 'V100M32', cores: 96, memoryGibibytes: 384, gpus: 8, percent: 10 },
  { model: 'G2', cores: 96, memoryGibibytes: 512, gpus: 8, percent: 20 },
] as const;
const CORES = [1, 2, 4, 6, 8, 12, 16] as const;
const SEED = 1;

/**
 * One YAML stream of Nodes and then bare Pods, in the shapes of published traces of GPU clusters: a few models of
 * machines, pods that ask for whole cores, memory and up to two GPUs, one in ten bound to a model by a node selector, and
 * one in ten that tolerates the taint which the largest machines bear. All of it fits; the same text every time.
 */
export function clusterStream(nodes: number, pods: number): string {
  const stream = new RandomStreams(SEED).stream('cluster');
  const draw: Draw = () => stream.uniform();
  const documents: string[] = [];
  for (let index = 0; index < nodes; index++) documents.push(nodeText(index, draw));
  for (let index = 0; index < pods; index++) documents.push(podText(index, draw));
  return documents.join('---\n');
}

function nodeText(index: number, draw: Draw): string {
  const { model, cores, memoryGibibytes, gpus } = machineAt(draw() * 100);
  const gpuLine = gpus === 0 ? '' : `    nvidia.com/gpu: "${gpus}"\n`;
  const taints = model === 'G2' ? 'spec:\n  taints:\n  - key: large\n    value: "true"\n    effect: NoSchedule\n' : '';
  return `apiVersion: v1
kind: Node
metadata:
  name: ${name('node', index)}
  labels:
    kubernetes.io/hostname: ${name('node', index)}
    gpu-card-model: ${model}
${taints}status:
  allocatable:
    cpu: "${cores}"
    memory: ${memoryGibibytes}Gi
    pods: "110"
${gpuLine}`;
}

function podText(index: number, draw: Draw): string {
  const cores = CORES[Math.floor(draw() * CORES.length)]!;
  const gpus = draw() < 0.15 ? 1 + Math.floor(draw() * 2) : 0;
  const amounts = (indent: string) =>
    `${indent}cpu: "${cores}"\n${indent}memory: ${cores * 2048 + Math.floor(draw() * 8) * 256}Mi\n${
      gpus === 0 ? '' : `${indent}nvidia.com/gpu: "${gpus}"\n`
    }`;
  const requests = amounts('        ');
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name('pod', index)}
  namespace: default
  labels:
    app: ${gpus === 0 ? 'batch' : 'training'}
  annotations:
    trace/creation-time: "${900_000 + index * 37}"
    trace/duration: "${Math.floor(draw() * 100_000)}"
spec:
${selection(gpus, draw())}  containers:
  - name: main
    image: registry.example.com/trace/main:v1
    resources:
      requests:
${requests}${gpus === 0 ? '' : `      limits:\n        nvidia.com/gpu: "${gpus}"\n`}  restartPolicy: Never
  terminationGracePeriodSeconds: 30
`;
}

function selection(gpus: number, drawn: number): string {
  if (drawn < 0.1) return `  nodeSelector:\n    gpu-card-model: ${gpus === 0 ? 'none' : 'T4'}\n`;
  if (drawn < 0.2) return '  tolerations:\n  - key: large\n    operator: Exists\n    effect: NoSchedule\n';
  return '';
}

function machineAt(percent: number): (typeof MACHINES)[number] {
  let sum = 0;
  return MACHINES.find((machine) => percent < (sum += machine.percent)) ?? MACHINES[0];
}

function name(kind: string, index: number): string {
  return `trace-${kind}-${String(index).padStart(4, '0')}`;
}

import type { Cluster } from '../cluster/index.ts';
import { type Distribution, isRandom, sampleMicros } from '../kernel/distribution.ts';
import type { RandomStream } from '../kernel/randomStreams.ts';
import type { Micros } from '../kernel/time.ts';
import type { BehaviorTable } from './behaviorTable.ts';

/** The delays of pods. Each draw depends on what the pod is, and on no other draw. */
export class Draws {
  private readonly cluster: Cluster;
  private readonly behavior: BehaviorTable;
  /** Index of each pod into its rule's sequences. */
  private dealtIndex = new Int32Array(256);

  constructor(cluster: Cluster, behavior: BehaviorTable) {
    this.cluster = cluster;
    this.behavior = behavior;
  }

  /** To be called once for each pod, in the order of creation. */
  deal(pod: number): void {
    if (pod >= this.dealtIndex.length) {
      const wider = new Int32Array(Math.max(this.dealtIndex.length * 2, pod + 1));
      wider.set(this.dealtIndex);
      this.dealtIndex = wider;
    }
    const rule = this.behavior.ruleOf(pod);
    this.dealtIndex[pod] = this.behavior.deal(rule, this.cluster.templateOf(pod).image);
  }

  /** Place of the pod among those of its rule and image. */
  indexOf(pod: number): number {
    return this.dealtIndex[pod]!;
  }

  /**
   * One delay of one pod. A random one comes from a stream of its own, named by what the pod is and not by when it came
   * about, so that the same pod behaves the same in every variant of a sweep.
   *
   * @param detail tells draws of one purpose and pod apart
   */
  sample(pod: number, distribution: Distribution, purpose: string, detail = ''): Micros {
    const stream = isRandom(distribution) ? () => this.stream(pod, purpose, detail) : noStream;
    return sampleMicros(distribution, stream, this.dealtIndex[pod]!);
  }

  stream(pod: number, purpose: string, detail = ''): RandomStream {
    const { cluster } = this;
    const owner = cluster.ownerOf(pod);
    const workload = owner === undefined ? cluster.podName(pod) : cluster.workloadOf(owner).name;
    const image = cluster.templateOf(pod).image;
    const name = `${purpose}/${cluster.podNamespace(pod)}/${workload}/${image}/${cluster.pods.ordinal[pod]}${detail}`;
    return cluster.streams.stream(name);
  }
}

function noStream(): never {
  throw new Error('a delay that is not random asked for a random stream');
}

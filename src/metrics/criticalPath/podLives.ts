import { referenceTo } from '../../api/reference.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { availableAtMicros } from '../../cluster/index.ts';
import { POD_BOUND, POD_READY } from '../../cluster/podTable.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Micros } from '../../kernel/time.ts';

/** What a chain of causes has to know of one pod: moments, and their ids in the log of causes. */
export interface PodLife {
  /** Row of the table that it had while it was there. */
  readonly pod: number;
  readonly createdMicros: Micros;
  readonly createdBy: number;
  /** End of the first try to schedule it that found no node; undefined: none. */
  failedMicros: Micros | undefined;
  /** What the scheduler said last. */
  message: string;
  /** Empty unless names are kept. */
  readonly name: string;
  /** Who had the row before. */
  readonly before: PodLife | undefined;
}

/** A pod became ready. */
export interface Readiness {
  readonly life: PodLife;
  readonly atMicros: Micros;
  readonly causedBy: number;
}

/** The pods of a run, also those whose rows others have by now. To be made before the first pod is. */
export class PodLives {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly keepsNames: boolean;
  /** By row, the latest. */
  private readonly lives: (PodLife | undefined)[] = [];
  /** By uid of the owner, in the order of time; of owners with minReadySeconds. */
  private readonly readiness = new Map<number, Readiness[]>();

  constructor(kernel: Kernel, cluster: Cluster, keepsNames: boolean) {
    this.kernel = kernel;
    this.cluster = cluster;
    this.keepsNames = keepsNames;
    cluster.observePods((pod, before, after) => {
      if (before === 0) this.begin(pod);
      if ((after & ~before & POD_READY) !== 0) this.ready(pod);
    });
    cluster.onExistingState(() => {
      for (let pod = 0; pod < cluster.pods.rowCount; pod++) if (cluster.pods.state[pod] !== 0) this.begin(pod);
    });
  }

  failedScheduling(pod: number, message: string): void {
    const life = this.lives[pod];
    if (life === undefined) return;
    life.failedMicros ??= this.kernel.nowMicros;
    if (this.keepsNames) life.message = message;
  }

  /** Who had that row at that time; undefined: nobody yet, or it is forgotten. */
  at(pod: number, micros: Micros): PodLife | undefined {
    let life = this.lives[pod];
    while (life !== undefined && life.createdMicros > micros) life = life.before;
    return life;
  }

  /** The pod of that owner that was the last to become available until that time. */
  lastAvailable(owner: number, micros: Micros): Readiness | undefined {
    const minReadySeconds = this.cluster.owners.get(owner)?.availability.minReadySeconds ?? 0;
    return this.readiness
      .get(owner)
      ?.findLast(({ atMicros }) => availableAtMicros(atMicros, minReadySeconds) <= micros);
  }

  /** Pods that the scheduler has refused and that have no node yet, in the order of their rows. */
  withoutNode(): PodLife[] {
    const { state } = this.cluster.pods;
    return this.lives.filter(
      (life): life is PodLife =>
        life?.failedMicros !== undefined && state[life.pod] !== 0 && (state[life.pod]! & POD_BOUND) === 0,
    );
  }

  /** Forgets pods that are gone. */
  forget(): void {
    this.readiness.clear();
    for (const [pod, life] of this.lives.entries()) {
      if (life !== undefined) this.lives[pod] = { ...life, before: undefined };
    }
  }

  private begin(pod: number): void {
    const { kernel, cluster } = this;
    const meta = this.keepsNames && { namespace: cluster.podNamespace(pod), name: cluster.podName(pod) };
    this.lives[pod] = {
      pod,
      createdMicros: cluster.pods.createdMicros[pod]!,
      createdBy: kernel.cause,
      failedMicros: undefined,
      message: '',
      name: meta ? referenceTo('Pod', meta) : '',
      before: this.lives[pod],
    };
  }

  private ready(pod: number): void {
    const owner = this.cluster.pods.owner[pod]!;
    const life = this.lives[pod];
    if (life === undefined || (this.cluster.owners.get(owner)?.availability.minReadySeconds ?? 0) === 0) return;
    const readiness = { life, atMicros: this.kernel.nowMicros, causedBy: this.kernel.cause };
    const known = this.readiness.get(owner);
    if (known === undefined) this.readiness.set(owner, [readiness]);
    else known.push(readiness);
  }
}

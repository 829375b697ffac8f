import type { Container } from '../api/types.ts';
import { NEVER } from '../kernel/distribution.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import type { Micros } from '../kernel/time.ts';
import { TokenBucket } from '../kernel/tokenBucket.ts';
import { RestartBackOff } from './restartBackOff.ts';
import { type BandwidthOptions, Transfers } from './transfers.ts';

/** What the registry has under a name. */
export interface RegistryImage {
  /** What a node without the image has to transfer; undefined: pulling it takes the behavior's `pull`. */
  readonly sizeBytes: number | undefined;
  /** False: every pull of it fails. */
  readonly exists: boolean;
}

/** How kubelets pull, and from what. */
export interface ImagePullOptions extends BandwidthOptions {
  /** By name; what is not listed exists and has no size. */
  readonly images: ReadonlyMap<string, RegistryImage>;
  /** Pulls of one node at the same time: 1 with `serializeImagePulls`, Infinity without a limit. */
  readonly maxParallelPulls: number;
  /** Pulls that a kubelet may begin per second, and at once; Infinity: no limit. */
  readonly registryQps: number;
  readonly registryBurst: number;
}

/** Upstream's errors of `EnsureImageExists`, as a waiting container has them for a reason. */
export type ImageError = 'ErrImagePull' | 'ImagePullBackOff' | 'ErrImageNeverPull';

/** What all kubelets pulled over a run. */
export interface ImagePullCounts {
  /** Pulls that ended well, also those that found the image there. */
  readonly pulls: number;
  readonly failedPulls: number;
  readonly pulledBytes: number;
  /** From when a pod needed the image to its being there, of all pulls that ended well together; queueing is part of it. */
  readonly pullSeconds: number;
  readonly pullSecondsMax: number;
}

/** A container that cannot start without an image. */
export interface ImageNeed {
  readonly pod: number;
  readonly uid: number;
  readonly node: number;
  readonly container: Container;
  /** How long the pull takes if neither size nor bandwidth says it; NEVER: it does not end. */
  readonly pullMicros: () => Micros;
}

/** Whom the image managers tell. */
export interface ImagePullListener {
  /** A need that had to wait is met, or, with the registry's message, is not. */
  ended(need: ImageNeed, failure: string | undefined): void;
  /** An image with a size has come to a node. */
  arrived(node: number, image: string, sizeBytes: number): void;
}

interface Pull {
  readonly image: string;
  readonly node: number;
  readonly askedMicros: Micros;
  readonly needs: ImageNeed[];
  /** By need: what asked, in the log of causes. */
  readonly causes: number[];
  /** What it had to transfer. */
  bytes: number;
  hasFailed: boolean;
  message: string;
}

/** The image manager of one node's kubelet. */
interface Puller {
  readonly present: Set<string>;
  readonly queue: Pull[];
  /** Queued and under way, by image. */
  readonly pulls: Map<string, Pull>;
  readonly bucket: TokenBucket;
  active: number;
}

interface FailedPulls {
  readonly backOff: RestartBackOff;
  failedMicros: Micros;
}

/**
 * The kubelets' image managers, where images have sizes or pulls have limits. A need that is like one under way on its node
 * waits for that pull; the others have their turn in the order of asking. A pull for which the kubelet has no token fails.
 */
export class ImagePulls {
  private readonly kernel: Kernel;
  private readonly options: ImagePullOptions;
  private readonly listener: ImagePullListener;
  private readonly transfers: Transfers;
  private readonly ended: HandlerId;
  private readonly pullers = new Map<number, Puller>();
  private readonly underWay = new Map<number, Pull>();
  private nextId = 0;
  /** Upstream's back-off by pod and image. */
  private readonly failures = new Map<string, FailedPulls>();
  private readonly counted = { pulls: 0, failedPulls: 0, pulledBytes: 0, pullMicros: 0, pullMicrosMax: 0 };

  constructor(kernel: Kernel, options: ImagePullOptions, listener: ImagePullListener) {
    this.kernel = kernel;
    this.options = options;
    this.listener = listener;
    this.transfers = new Transfers(kernel, options, (id) => this.end(id));
    this.ended = kernel.register('kubelet/image-pulled', (id) => this.end(id));
  }

  /** Marks an image as being on the node. */
  preload(image: string, node: number): void {
    this.pullerOf(node).present.add(image);
  }

  /** Whether containers can start on the node without asking the registry. */
  hasAll(containers: readonly Container[], node: number): boolean {
    const { present } = this.pullerOf(node);
    return containers.every(({ image, imagePullPolicy }) => imagePullPolicy !== 'Always' && present.has(image));
  }

  /**
   * Upstream's `EnsureImageExists`.
   *
   * @returns when the image is there: now, or NEVER while a pull is under way, of whose end `ended` tells; or why it is not.
   */
  ensure(need: ImageNeed): Micros | ImageError {
    const { image, imagePullPolicy } = need.container;
    const puller = this.pullerOf(need.node);
    const { nowMicros } = this.kernel;
    const isPresent = puller.present.has(image);
    if (isPresent && imagePullPolicy !== 'Always') return nowMicros;
    if (imagePullPolicy === 'Never') return 'ErrImageNeverPull';
    const failed = this.failures.get(keyOf(need));
    if (failed !== undefined && nowMicros < failed.backOff.endMicros(failed.failedMicros)) return 'ImagePullBackOff';
    const pull = puller.pulls.get(image);
    if (pull !== undefined) {
      pull.needs.push(need);
      pull.causes.push(this.kernel.cause);
    } else {
      const asked: Pull = {
        image,
        node: need.node,
        askedMicros: nowMicros,
        needs: [need],
        causes: [this.kernel.cause],
        bytes: 0,
        hasFailed: false,
        message: '',
      };
      puller.pulls.set(image, asked);
      puller.queue.push(asked);
      this.beginNext(puller);
    }
    return NEVER;
  }

  counts(): ImagePullCounts {
    const { pulls, failedPulls, pulledBytes, pullMicros, pullMicrosMax } = this.counted;
    return { pulls, failedPulls, pulledBytes, pullSeconds: pullMicros / 1e6, pullSecondsMax: pullMicrosMax / 1e6 };
  }

  private beginNext(puller: Puller): void {
    while (puller.queue.length > 0 && puller.active < this.options.maxParallelPulls) {
      const pull = puller.queue.shift()!;
      if (!this.begin(puller, pull)) puller.pulls.delete(pull.image);
    }
  }

  /** False: the pull never ends. It holds up nobody, and the next pod tries again. */
  private begin(puller: Puller, pull: Pull): boolean {
    const facts = this.options.images.get(pull.image);
    const isPresent = puller.present.has(pull.image);
    const hasToken = puller.bucket.tryTake(this.kernel.nowMicros);
    pull.hasFailed = !hasToken || facts?.exists === false;
    pull.message = hasToken ? 'not found' : 'pull QPS exceeded';
    const isMissing = !isPresent && !pull.hasFailed;
    if (isMissing) pull.bytes = facts?.sizeBytes ?? 0;
    const isTransferred = pull.bytes > 0 && this.transfers.isLimited;
    const durationMicros = isMissing && !isTransferred ? pull.needs[0]!.pullMicros() : 0;
    if (durationMicros === NEVER) return false;
    puller.active++;
    const id = this.nextId++;
    this.underWay.set(id, pull);
    if (isTransferred) this.transfers.begin(id, pull.node, pull.bytes);
    else this.kernel.schedule(durationMicros, this.ended, id);
    return true;
  }

  private end(id: number): void {
    const pull = this.underWay.get(id)!;
    const puller = this.pullerOf(pull.node);
    this.underWay.delete(id);
    puller.pulls.delete(pull.image);
    puller.active--;
    if (pull.hasFailed) this.counted.failedPulls++;
    else this.count(pull);
    if (!pull.hasFailed) puller.present.add(pull.image);
    if (pull.bytes > 0) this.listener.arrived(pull.node, pull.image, pull.bytes);
    for (const [index, need] of pull.needs.entries()) {
      if (pull.hasFailed) this.backOff(need);
      else this.failures.delete(keyOf(need));
      const before = this.kernel.continueFrom(pull.causes[index]!, this.ended, need.pod);
      this.listener.ended(need, pull.hasFailed ? pull.message : undefined);
      this.kernel.resumeCause(before);
    }
    this.beginNext(puller);
  }

  private count({ askedMicros, bytes }: Pull): void {
    const micros = this.kernel.nowMicros - askedMicros;
    this.counted.pulls++;
    this.counted.pulledBytes += bytes;
    this.counted.pullMicros += micros;
    this.counted.pullMicrosMax = Math.max(this.counted.pullMicrosMax, micros);
  }

  private backOff(need: ImageNeed): void {
    const key = keyOf(need);
    const { nowMicros } = this.kernel;
    const failed = this.failures.get(key) ?? { backOff: new RestartBackOff(), failedMicros: 0 };
    failed.backOff.next(nowMicros, nowMicros);
    failed.failedMicros = nowMicros;
    this.failures.set(key, failed);
  }

  private pullerOf(node: number): Puller {
    let puller = this.pullers.get(node);
    if (puller === undefined) {
      const { registryQps, registryBurst } = this.options;
      const bucket = new TokenBucket(registryQps, registryBurst);
      puller = { present: new Set(), queue: [], pulls: new Map(), bucket, active: 0 };
      this.pullers.set(node, puller);
    }
    return puller;
  }
}

function keyOf({ uid, container }: ImageNeed): string {
  return `${uid}_${container.image}`;
}

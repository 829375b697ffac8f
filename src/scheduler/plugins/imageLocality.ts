import type { NodeImage, PodSpec } from '../../api/types.ts';
import type { NodeTable } from '../../cluster/nodeTable.ts';
import type { CompiledTemplate } from '../../cluster/templateTable.ts';
import { type CycleState, type Handle, MAX_NODE_SCORE, type NodeInfoListener, type ScorePlugin } from '../framework.ts';

const MEBIBYTE = 1024 * 1024;
/** Smaller sums score nothing. */
const MIN_THRESHOLD = 23 * MEBIBYTE;
/** For each image, the size that scores most. */
const MAX_CONTAINER_THRESHOLD = 1000 * MEBIBYTE;

/** An image that some node has, by a name that this node gives it. */
interface ImageState {
  /** As the first node that reported it says. */
  readonly sizeBytes: number;
  /** How many nodes have it. */
  nodes: number;
}

/** The images that pods of a template need, each as often as it is used. */
interface NeededImages {
  readonly names: readonly string[];
  /** By how many images the greatest sum is measured. */
  readonly count: number;
}

/**
 * Prefers nodes that have the pod's images already, large ones and those that many nodes have first, so that not all pods
 * go to the one node that has them.
 *
 * What nodes have is `status.images` of Node objects; kubelets report there what they pull, if its size is known.
 */
export class ImageLocality implements ScorePlugin, NodeInfoListener {
  readonly name = 'ImageLocality';
  readonly scoresByRowAlone = true;
  private readonly nodes: NodeTable;
  private readonly invalidateRows: () => void;
  /** Since 1.36 images of volumes count, since 1.37 in the measure too. */
  private readonly minorVersion: number;
  private readonly states = new Map<string, ImageState>();
  /** By row: what the node reported last, and its names. */
  private readonly reported: (readonly NodeImage[])[] = [];
  private readonly namesOfNode: (ReadonlySet<string> | undefined)[] = [];
  private readonly neededByTemplate: (NeededImages | undefined)[] = [];

  constructor(handle: Handle) {
    this.nodes = handle.cluster.nodes;
    this.invalidateRows = () => handle.invalidateRows();
    this.minorVersion = handle.minorVersion;
  }

  nodeChanged(node: number): void {
    const images = this.nodes.objects[node]?.images ?? [];
    const before = this.reported[node] ?? [];
    this.reported[node] = images;
    if (images === before || (images.length === 0 && before.length === 0)) return;
    const namesBefore = this.namesOfNode[node] ?? new Set<string>();
    const sizes = new Map(images.flatMap(({ names, sizeBytes }) => names.map((name) => [name, sizeBytes] as const)));
    this.namesOfNode[node] = new Set(sizes.keys());
    for (const [name, sizeBytes] of sizes) if (!namesBefore.has(name)) this.add(name, sizeBytes);
    for (const name of namesBefore) if (!sizes.has(name)) this.remove(name);
    // A share of nodes that have an image is part of the scores of all of them.
    this.invalidateRows();
  }

  private add(name: string, sizeBytes: number): void {
    const state = this.states.get(name);
    if (state === undefined) this.states.set(name, { sizeBytes, nodes: 1 });
    else state.nodes++;
  }

  private remove(name: string): void {
    const state = this.states.get(name)!;
    state.nodes--;
    if (state.nodes === 0) this.states.delete(name);
  }

  /** No node has an image of the pod: all score 0. */
  isScoreIdle({ template }: CycleState): boolean {
    if (this.states.size === 0) return true;
    return !this.neededBy(template).names.some((name) => this.states.has(name));
  }

  score({ template }: CycleState, node: number): number {
    const names = this.namesOfNode[node];
    if (names === undefined) return 0;
    const needed = this.neededBy(template);
    let sum = 0;
    for (const name of needed.names) if (names.has(name)) sum += this.scaledScore(this.states.get(name)!);
    return calculatePriority(sum, needed.count);
  }

  private scaledScore({ sizeBytes, nodes }: ImageState): number {
    return Math.trunc(sizeBytes * (nodes / this.nodes.presentCount));
  }

  private neededBy({ id, spec }: CompiledTemplate): NeededImages {
    return (this.neededByTemplate[id] ??= neededImages(spec, this.minorVersion));
  }
}

function neededImages({ initContainers, containers, volumes }: PodSpec, minorVersion: number): NeededImages {
  const ofContainers = [...initContainers, ...containers].map(({ image }) => image);
  const ofVolumes = volumes.flatMap(({ image }) => (image === undefined ? [] : [image]));
  const all = minorVersion >= 36 ? [...ofContainers, ...ofVolumes] : ofContainers;
  return { names: all.map(normalizedImageName), count: minorVersion >= 37 ? all.length : ofContainers.length };
}

/** Upstream's normalizedImageName: an image without a tag is the latest. */
function normalizedImageName(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}

function calculatePriority(sum: number, imageCount: number): number {
  const most = MAX_CONTAINER_THRESHOLD * imageCount;
  const bounded = Math.min(Math.max(sum, MIN_THRESHOLD), most);
  return Math.floor((MAX_NODE_SCORE * (bounded - MIN_THRESHOLD)) / (most - MIN_THRESHOLD));
}

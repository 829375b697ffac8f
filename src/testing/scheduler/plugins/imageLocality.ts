import type { OraclePlugin, World, WorldNode, WorldPod } from '../world.ts';

const MB = 1024 * 1024;
const LEAST_BYTES = 23 * MB;
const MOST_BYTES_PER_CONTAINER = 1000 * MB;

/** A name without tag or digest means `latest`. */
function fullName(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}

function bytesOf(node: WorldNode, image: string): number | undefined {
  return node.images.find(({ names }) => names.includes(image))?.sizeBytes;
}

function scoreOf({ spec }: WorldPod, node: WorldNode, world: World): number {
  const containers = [...spec.initContainers, ...spec.containers];
  let sum = 0;
  for (const container of containers) {
    const image = fullName(container.image);
    const bytes = bytesOf(node, image);
    if (bytes === undefined) continue;
    const holders = world.nodes.filter((other) => bytesOf(other, image) !== undefined).length;
    sum += Math.trunc(bytes * (holders / world.nodes.length));
  }
  const most = MOST_BYTES_PER_CONTAINER * containers.length;
  const clamped = Math.min(Math.max(sum, LEAST_BYTES), most);
  return Math.trunc((100 * (clamped - LEAST_BYTES)) / (most - LEAST_BYTES));
}

export const imageLocality: OraclePlugin = {
  name: 'ImageLocality',
  score: (pod, nodes, world) => nodes.map((node) => scoreOf(pod, node, world)),
};

/** `cluster.registry` of a Scenario and the kubelets' flags about it: how fast images come to nodes. */
import { type DecodeContext, failAt, parseAt } from '../api/decode/context.ts';
import type { FieldPath } from '../api/path.ts';
import { parseBytes } from '../api/quantity.ts';
import type { JsonValue } from '../api/types.ts';
import type { ImagePullOptions, RegistryImage } from '../kubelet/imagePulls.ts';
import type { ControlPlaneInput, ScenarioInput } from './schema.ts';
import type { NodePool, Step } from './types.ts';

type RegistryInput = NonNullable<NonNullable<ScenarioInput['cluster']>['registry']>;
type Flags = NonNullable<ControlPlaneInput['kubelet']>;

/** Flags of the kubelet, by the names of its options, that are simulated. */
export const IMAGE_PULL_FLAGS: readonly string[] = [
  'serialize-image-pulls',
  'max-parallel-image-pulls',
  'registry-qps',
  'registry-burst',
];

/** The kubelet's own defaults (`pkg/kubelet/apis/config/v1beta1/defaults.go`). */
const DEFAULT_QPS = 5;
const DEFAULT_BURST = 10;

/**
 * Reads the registry and what kubelets may ask of it; undefined when the scenario speaks of neither.
 *
 * @throws InputError for an image that is listed twice, a size without an image, a bandwidth that is not above 0, and for
 * flags that the kubelet would not start with.
 */
export function readImagePulls(
  context: DecodeContext,
  registry: RegistryInput | undefined,
  flags: Flags,
): ImagePullOptions | undefined {
  if (registry === undefined && IMAGE_PULL_FLAGS.every((flag) => flags[flag] === undefined)) return undefined;
  const { images = [], bandwidth, nodeBandwidth } = registry ?? {};
  const path = ['cluster', 'registry'];
  return {
    images: readImages(context, [...path, 'images'], images),
    registryBytesPerSecond: readBandwidth(context, [...path, 'bandwidth'], bandwidth),
    nodeBytesPerSecond: readBandwidth(context, [...path, 'nodeBandwidth'], nodeBandwidth),
    maxParallelPulls: readParallelPulls(context, flags),
    ...readRate(context, flags),
  };
}

/** The pool with the sizes of the images that its nodes have from the start. */
export function withImageSizes(pool: NodePool, pulls: ImagePullOptions | undefined): NodePool {
  const sizeOf = (names: readonly string[]): number => pulls?.images.get(names[0]!)?.sizeBytes ?? 0;
  return { ...pool, images: pool.images.map(({ names }) => ({ names, sizeBytes: sizeOf(names) })) };
}

/** The same of the pools that join. */
export function withImageSizesOf(step: Step, pulls: ImagePullOptions | undefined): Step {
  return step.kind === 'addNodes' ? { ...step, pool: withImageSizes(step.pool, pulls) } : step;
}

function readImages(
  context: DecodeContext,
  path: FieldPath,
  inputs: NonNullable<RegistryInput['images']>,
): ReadonlyMap<string, RegistryImage> {
  const images = new Map<string, RegistryImage>();
  for (const [index, { name, size, exists = true }] of inputs.entries()) {
    if (name === '') failAt(context, [...path, index, 'name'], 'must not be empty');
    if (images.has(name)) failAt(context, [...path, index, 'name'], `Duplicate value: ${JSON.stringify(name)}`);
    if (size !== undefined && !exists) {
      failAt(context, [...path, index, 'size'], 'an image that does not exist has no size', undefined, 'key');
    }
    images.set(name, {
      sizeBytes: size === undefined ? undefined : readSize(context, [...path, index, 'size'], size),
      exists,
    });
  }
  return images;
}

function readSize(context: DecodeContext, path: FieldPath, value: JsonValue): number {
  const bytes = parseAt(context, path, () => parseBytes(value as string | number));
  return bytes > 0 ? bytes : failAt(context, path, 'must be greater than 0');
}

function readBandwidth(context: DecodeContext, path: FieldPath, value: JsonValue | undefined): number {
  return value === undefined ? Number.POSITIVE_INFINITY : readSize(context, path, value);
}

/** Serial unless `maxParallelImagePulls` allows more; without serial pulls and without that, as many as there are. */
function readParallelPulls(context: DecodeContext, flags: Flags): number {
  const serialize = flags['serialize-image-pulls'];
  if (serialize !== undefined && typeof serialize !== 'boolean') {
    failAt(context, pathOf('serialize-image-pulls'), `expected boolean, got ${JSON.stringify(serialize)}`);
  }
  const most = flags['max-parallel-image-pulls'];
  if (most === undefined) return serialize === false ? Number.POSITIVE_INFINITY : 1;
  const path = pathOf('max-parallel-image-pulls');
  const count = readWhole(context, path, most, 1);
  if (serialize === true && count > 1) {
    failAt(context, path, 'cannot be larger than 1 unless serialize-image-pulls is false');
  }
  return count;
}

function readRate(context: DecodeContext, flags: Flags): Pick<ImagePullOptions, 'registryQps' | 'registryBurst'> {
  const qps = readWhole(context, pathOf('registry-qps'), flags['registry-qps'] ?? DEFAULT_QPS, 0);
  const burst = readWhole(context, pathOf('registry-burst'), flags['registry-burst'] ?? DEFAULT_BURST, 1);
  // The kubelet takes 0 for no limit.
  return { registryQps: qps === 0 ? Number.POSITIVE_INFINITY : qps, registryBurst: burst };
}

function readWhole(context: DecodeContext, path: FieldPath, value: JsonValue, least: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  return failAt(context, path, `expected a whole number from ${least}, got ${JSON.stringify(value)}`);
}

function pathOf(flag: string): FieldPath {
  return ['controlPlane', 'kubelet', flag];
}

/** Every kind beside those of `apps.ts`. */
import { defaultNode, defaultPod } from '../../defaults.ts';
import { defaultJob } from '../../defaultsBatch.ts';
import type { SimulatedKind } from '../../types.ts';
import { jobShape } from '../batchShapes.ts';
import { readJob } from '../job.ts';
import { readNode } from '../node.ts';
import { readPod } from '../pod.ts';
import { nodeShape, podShape } from '../shapes.ts';
import type { AppsKind } from './apps.ts';
import type { Decoder } from './decoder.ts';

export const otherDecoders: Readonly<Partial<Record<Exclude<SimulatedKind, AppsKind>, Decoder>>> = {
  Pod: { shape: podShape, applyDefaults: defaultPod, read: readPod },
  Job: { shape: jobShape, applyDefaults: defaultJob, read: readJob },
  Node: { shape: nodeShape, applyDefaults: defaultNode, read: readNode },
};

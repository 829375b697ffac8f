/** From a document to the form that the simulation works on: shape, defaults, then reading and validation. */
import { cloneJson, isJsonObject } from '../canonical.ts';
import { defaultDeployment, defaultNode, defaultPod, defaultReplicaSet, dropNulls } from '../defaults.ts';
import { isSimulatedKind, simulatedApiVersions } from '../kinds.ts';
import { didYouMean } from '../nearest.ts';
import { formatPath } from '../path.ts';
import type { JsonObject, Manifest, SimulatedKind } from '../types.ts';
import { type DecodeContext, failAt } from './context.ts';
import { readDeployment } from './deployment.ts';
import { readNode } from './node.ts';
import { readPod } from './pod.ts';
import { readReplicaSet } from './replicaSet.ts';
import { checkShape, type Shape } from './schema.ts';
import { deploymentShape, nodeShape, podShape, replicaSetShape } from './shapes.ts';

interface Decoder {
  readonly shape: Shape;
  readonly applyDefaults: (document: JsonObject) => void;
  readonly read: (context: DecodeContext, document: JsonObject) => Manifest;
}

/** A new kind is one line here, one in kinds.ts and one file beside this one. */
const decoders: Readonly<Record<SimulatedKind, Decoder>> = {
  Deployment: { shape: deploymentShape, applyDefaults: defaultDeployment, read: readDeployment },
  ReplicaSet: { shape: replicaSetShape, applyDefaults: defaultReplicaSet, read: readReplicaSet },
  Pod: { shape: podShape, applyDefaults: defaultPod, read: readPod },
  Node: { shape: nodeShape, applyDefaults: defaultNode, read: readNode },
};

/**
 * Decodes an object of a simulated kind; the document itself is not changed, `manifest` is a defaulted copy.
 *
 * @throws InputError, with place, for a kind that is not simulated, a wrong apiVersion, an unknown field, a wrong type,
 *   and for what the API server's validation would refuse.
 */
export function decodeManifest(document: JsonObject, context: DecodeContext): Manifest {
  const kind = readKind(document, context);
  const decoder = decoders[kind];
  checkShape(context, kind, document, decoder.shape);
  const copy = cloneJson(document);
  dropNulls(copy);
  decoder.applyDefaults(copy);
  return decoder.read(context, copy);
}

/**
 * Decodes an object that comes from no file, as after a patch by kubectl. Errors name the object, `deployment/web`,
 * and the field.
 *
 * @throws InputError as {@link decodeManifest}.
 */
export function decodeObject(document: JsonObject, context: Partial<DecodeContext> = {}): Manifest {
  const file = objectName(document);
  return decodeManifest(document, {
    place: context.place ?? ((path) => ({ file, path: formatPath(path) })),
    defaultNamespace: context.defaultNamespace ?? 'default',
    notSimulated: context.notSimulated ?? (() => {}),
  });
}

function readKind(document: JsonObject, context: DecodeContext): SimulatedKind {
  const kind = document.kind;
  if (typeof kind !== 'string' || kind === '') return failAt(context, ['kind'], 'Required value');
  if (!isSimulatedKind(kind)) {
    const hint = didYouMean(kind, Object.keys(simulatedApiVersions));
    return failAt(context, ['kind'], `kind ${JSON.stringify(kind)} is not simulated`, hint);
  }
  const expected = simulatedApiVersions[kind];
  if (document.apiVersion !== expected) {
    const found = document.apiVersion === undefined ? 'nothing' : JSON.stringify(document.apiVersion);
    failAt(context, ['apiVersion'], `expected ${JSON.stringify(expected)} for kind ${kind}, got ${found}`);
  }
  return kind;
}

/** `deployment/web`, as kubectl names objects. */
function objectName(document: JsonObject): string {
  const name = isJsonObject(document.metadata) ? document.metadata.name : undefined;
  return `${String(document.kind ?? 'object').toLowerCase()}/${typeof name === 'string' ? name : '?'}`;
}

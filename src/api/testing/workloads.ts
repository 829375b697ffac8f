/** Documents of the kinds of `apps/v1` beside the Deployment, for tests of decoding. */
import { decodeObject } from '../decode/decode.ts';
import { strategicMergePatch } from '../patch.ts';
import type { JsonObject, Manifest, SimulatedKind } from '../types.ts';
import { deployment } from './documents.ts';

const { selector, template } = deployment.spec as JsonObject;

export const statefulSet: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db' },
  spec: { serviceName: 'db', selector: selector!, template: template! },
};

export const daemonSet: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'agent' },
  spec: { selector: selector!, template: template! },
};

export const replicationController: JsonObject = {
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name: 'web' },
  spec: { template: template! },
};

/** The document with a strategic merge patch of its spec. */
export function withSpec(document: JsonObject, spec: JsonObject): JsonObject {
  return strategicMergePatch(document, { spec });
}

export function decodedAs<K extends SimulatedKind>(kind: K, document: JsonObject): Extract<Manifest, { kind: K }> {
  const manifest = decodeObject(document);
  if (manifest.kind !== kind) throw new Error(`not a ${kind}`);
  return manifest as Extract<Manifest, { kind: K }>;
}

/** Documents for tests of decoding. */
import { decodeObject } from '../decode/decode.ts';
import { InputError } from '../errors.ts';
import { strategicMergePatch } from '../patch.ts';
import type { DeploymentManifest, JsonObject } from '../types.ts';

/** What the user reads when decoding fails. */
export function failure(decode: () => unknown): string {
  try {
    decode();
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  return 'decoded without error';
}

/** The smallest Deployment that says something. */
export const deployment: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'web:v1' }] },
    },
  },
};

/** The deployment with a strategic merge patch, as YAML makes long tables hard to read. */
export function changed(patch: JsonObject): JsonObject {
  return strategicMergePatch(deployment, { spec: patch });
}

export function withPodSpec(spec: JsonObject): JsonObject {
  return changed({ template: { spec } });
}

export function withContainer(container: JsonObject): JsonObject {
  return withPodSpec({ containers: [{ name: 'app', ...container }] });
}

export function asDeployment(document: JsonObject): DeploymentManifest {
  const manifest = decodeObject(document);
  if (manifest.kind !== 'Deployment') throw new Error('not a Deployment');
  return manifest;
}

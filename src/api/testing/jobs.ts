/** Documents of Jobs for tests of decoding. */
import { decodeObject } from '../decode/decode.ts';
import { strategicMergePatch } from '../patch.ts';
import type { JobManifest, JsonObject } from '../types.ts';

/** The smallest Job that says something. */
export const job: JsonObject = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'import' },
  spec: {
    template: {
      metadata: { labels: { app: 'import' } },
      spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'import:v1' }] },
    },
  },
};

/** The job with a strategic merge patch of its spec. */
export function changedJob(patch: JsonObject): JsonObject {
  return strategicMergePatch(job, { spec: patch });
}

/** An Indexed Job of five completions. */
export function indexedJob(patch: JsonObject): JsonObject {
  return changedJob({ completionMode: 'Indexed', completions: 5, ...patch });
}

export function asJob(document: JsonObject): JobManifest {
  const manifest = decodeObject(document);
  if (manifest.kind !== 'Job') throw new Error('not a Job');
  return manifest;
}

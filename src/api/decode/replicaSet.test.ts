import { describe, expect, it } from 'vitest';
import { cloneJson } from '../canonical.ts';
import { strategicMergePatch } from '../patch.ts';
import { deployment, failure } from '../testing/documents.ts';
import { decodeObject } from './decode.ts';

describe('a ReplicaSet', () => {
  it('is read like a Deployment without strategy', () => {
    const document = cloneJson(deployment);
    document.kind = 'ReplicaSet';
    expect(decodeObject(document)).toMatchObject({ kind: 'ReplicaSet', spec: { replicas: 3, minReadySeconds: 0 } });
    const withStrategy = strategicMergePatch(document, { spec: { paused: true } });
    expect(failure(() => decodeObject(withStrategy))).toBe('replicaset/web: spec.paused: unknown field');
  });
});

import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../canonical.ts';
import { failure } from '../testing/documents.ts';
import { decodedAs, replicationController, withSpec } from '../testing/workloads.ts';
import type { JsonObject, ReplicationControllerManifest } from '../types.ts';
import { decodeObject } from './decode.ts';

function decoded(document: JsonObject): ReplicationControllerManifest {
  return decodedAs('ReplicationController', document);
}

describe('a ReplicationController', () => {
  it('takes selector and labels from its template', () => {
    const { meta, spec, manifest } = decoded(replicationController);
    expect(meta.labels).toEqual({ app: 'web' });
    expect(spec).toMatchObject({ replicas: 1, minReadySeconds: 0 });
    expect(spec.selector.canonical).toBe('app=web');
    expect(manifest).toMatchObject({
      metadata: { labels: { app: 'web' } },
      spec: { replicas: 1, selector: { app: 'web' }, template: { spec: { restartPolicy: 'Always' } } },
    });
    expect(canonicalJson(decodeObject(manifest).manifest)).toBe(canonicalJson(manifest));
  });

  it('keeps its own', () => {
    const template = { metadata: { labels: { track: 'stable' } } };
    const document = withSpec(replicationController, { replicas: 2, selector: { track: 'stable' }, template });
    const { meta, spec } = decoded({ ...document, metadata: { name: 'web', labels: { team: 'a' } } });
    expect(meta.labels).toEqual({ team: 'a' });
    expect(spec.replicas).toBe(2);
    expect(spec.selector.canonical).toBe('track=stable');
  });

  it.each<[string, JsonObject, string]>([
    ['replicas', { replicas: -1 }, 'replicas: must be greater than or equal to 0'],
    ['neither selector nor labels', { template: { metadata: null } }, 'selector: Required value'],
    [
      'another selector',
      { selector: { app: 'x' } },
      'template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
    [
      'the selector of a Deployment',
      { selector: { matchLabels: { app: 'web' } } },
      'selector.matchLabels: expected string, got mapping',
    ],
    ['a bad label', { selector: { app: 'a b' } }, 'selector.app: Invalid value: "a b": a valid label'],
    [
      'a deadline of its pods',
      { template: { spec: { activeDeadlineSeconds: 5 } } },
      'template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported',
    ],
  ])('refuses %s', (_, spec, message) => {
    const document = withSpec(replicationController, spec);
    expect(failure(() => decodeObject(document))).toContain(`replicationcontroller/web: spec.${message}`);
  });
});

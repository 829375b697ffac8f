import { describe, expect, it } from 'vitest';
import { asDeployment, changed, deployment, withContainer, withPodSpec } from '../testing/documents.ts';
import type { JsonObject } from '../types.ts';

function templateText(document: JsonObject): string {
  return asDeployment(document).spec.template.canonical;
}

describe("a template's canonical text", () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      'quantities',
      withContainer({ resources: { requests: { cpu: '1000m' } } }),
      withContainer({ resources: { requests: { cpu: 1 } } }),
    ],
    ['explicit defaults', withPodSpec({ restartPolicy: 'Always', terminationGracePeriodSeconds: 30 }), deployment],
    ['nulls', withContainer({ args: [], env: [] }), deployment],
    ['empty maps', withPodSpec({ nodeSelector: {} }), deployment],
    ['zero values', withContainer({ stdin: false, workingDir: '' }), deployment],
    ['the hash label', changed({ template: { metadata: { labels: { 'pod-template-hash': 'abc' } } } }), deployment],
    [
      'nothing of the strategy',
      changed({ strategy: { type: 'Recreate' }, paused: true, minReadySeconds: 5 }),
      deployment,
    ],
    [
      'a volume without source',
      withPodSpec({ volumes: [{ name: 'v' }] }),
      withPodSpec({ volumes: [{ name: 'v', emptyDir: {} }] }),
    ],
    [
      'sizes of volumes',
      withPodSpec({ volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Gi', medium: '' } }] }),
      withPodSpec({ volumes: [{ name: 'v', emptyDir: { sizeLimit: '1024Mi' } }] }),
    ],
    [
      'default modes',
      withPodSpec({ volumes: [{ name: 'v', configMap: { name: 'c' } }] }),
      withPodSpec({ volumes: [{ name: 'v', configMap: { name: 'c', defaultMode: 420 } }] }),
    ],
    ['the deprecated name', withPodSpec({ serviceAccount: 'a' }), withPodSpec({ serviceAccountName: 'a' })],
    [
      'delays of zero',
      withContainer({ readinessProbe: { initialDelaySeconds: 0 } }),
      withContainer({ readinessProbe: { failureThreshold: 3 } }),
    ],
  ])('is the same for %s', (_, one, other) => {
    expect(templateText(one)).toBe(templateText(other));
  });

  it.each<[string, JsonObject]>([
    ['an image', withContainer({ image: 'web:v2' })],
    ['an environment variable', withContainer({ env: [{ name: 'A', value: 'b' }] })],
    ['an annotation', changed({ template: { metadata: { annotations: { a: '' } } } })],
    [
      'how long a container sleeps before it stops',
      withContainer({ lifecycle: { preStop: { sleep: { seconds: 5 } } } }),
    ],
    ['a liveness probe', withContainer({ livenessProbe: {} })],
    ['a volume', withPodSpec({ volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] })],
    ['a label', changed({ template: { metadata: { labels: { a: '' } } } })],
    ['a pointer to nothing', withContainer({ securityContext: {} })],
    ['a request equal to nothing', withContainer({ resources: { requests: { cpu: 0 } } })],
    ['a pointer to false', withPodSpec({ automountServiceAccountToken: false })],
  ])('differs for %s', (_, document) => {
    expect(templateText(document)).not.toBe(templateText(deployment));
  });

  it('does not take limits for requests, as the API server does that for pods only', () => {
    const limited = withContainer({ resources: { limits: { cpu: 1 } } });
    const requested = withContainer({ resources: { limits: { cpu: 1 }, requests: { cpu: 1 } } });
    expect(templateText(limited)).not.toBe(templateText(requested));
  });
});

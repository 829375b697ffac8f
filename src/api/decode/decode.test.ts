import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../canonical.ts';
import { objectOf, readDocuments } from '../document.ts';
import { InputError } from '../errors.ts';
import { jsonPatch } from '../patch.ts';
import { deployment, failure, withPodSpec } from '../testing/documents.ts';
import type { JsonObject, JsonValue, Manifest } from '../types.ts';
import { decodeManifest, decodeObject } from './decode.ts';

function decodeText(text: string, notSimulated: string[] = []): Manifest {
  const [document] = readDocuments(text, 'web.yaml');
  return decodeManifest(objectOf(document!), {
    place: document!.placeOf,
    defaultNamespace: 'shop',
    notSimulated: (kindName, path) => notSimulated.push(`${kindName} ${path}`),
  });
}

describe('any object', () => {
  it.each<[string, JsonObject, string]>([
    ['no name', { metadata: {} }, 'deployment/?: metadata.name: Required value: name is required'],
    ['a generated name', { metadata: { generateName: 'x-' } }, '(generateName is not supported: give a name)'],
    [
      'a bad name',
      { metadata: { name: 'Web_1' } },
      'metadata.name: Invalid value: "Web_1": a lowercase RFC 1123 subdomain must consist of',
    ],
    [
      'a bad namespace',
      { metadata: { name: 'web', namespace: 'a.b' } },
      'metadata.namespace: Invalid value: "a.b": a lowercase RFC 1123 label',
    ],
    [
      'a bad label',
      { metadata: { name: 'web', labels: { a: 'b c' } } },
      'metadata.labels.a: Invalid value: "b c": a valid label',
    ],
    [
      'a number for a label',
      { metadata: { name: 'web', labels: { 'x.io/a': 1 } } },
      'metadata.labels[x.io/a]: expected string, got 1 (quote it: "1")',
    ],
    [
      'an old apiVersion',
      { apiVersion: 'extensions/v1beta1' },
      'apiVersion: expected "apps/v1" for kind Deployment, got "extensions/v1beta1"',
    ],
    ['no apiVersion', { apiVersion: null as never }, 'apiVersion: expected "apps/v1" for kind Deployment, got null'],
    ['no kind', { kind: '' }, 'kind: Required value'],
    ['another kind', { kind: 'Deploymnet' }, 'kind: kind "Deploymnet" is not simulated (did you mean "Deployment"?)'],
    ['a field of another level', { replicas: 3 }, 'deployment/web: replicas: unknown field'],
  ])('is refused for %s', (_, change, message) => {
    expect(failure(() => decodeObject({ ...deployment, ...change }))).toContain(message);
  });

  it('says where the error stands', () => {
    const text = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: many\n';
    expect(failure(() => decodeText(text))).toBe('web.yaml:5:13: spec.replicas: expected integer, got "many"');
    const misspelt = text.replace('replicas: many', 'replica: 3');
    expect(failure(() => decodeText(misspelt))).toBe(
      'web.yaml:5:3: spec.replica: unknown field (did you mean "replicas"?)',
    );
    const bare = text.replace('replicas: many', 'replicas: 2');
    expect(failure(() => decodeText(bare))).toBe('web.yaml:4:1: spec.template.spec.containers: Required value');
  });

  it('reports each field that changes nothing, and no default', () => {
    const document = withPodSpec({
      hostNetwork: true,
      dnsPolicy: 'Default',
      volumes: [
        { name: 'v', emptyDir: { medium: 'Memory' } },
        { name: 'w', configMap: { name: 'c' } },
      ],
      initContainers: [
        { name: 'proxy', image: 'p', restartPolicy: 'Always', imagePullPolicy: 'IfNotPresent' },
        { name: 'seed', image: 's', restartPolicy: 'Never' },
      ],
      containers: [
        {
          name: 'app',
          imagePullPolicy: 'Always',
          restartPolicy: 'Never',
          env: [{ name: 'A' }],
          livenessProbe: { httpGet: { port: 1 }, terminationGracePeriodSeconds: 5 },
          lifecycle: { preStop: { exec: {} }, postStart: {} },
          volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 's' }],
          ports: null,
        },
      ],
    });
    const found: string[] = [];
    decodeObject({ ...document, status: {} }, { notSimulated: (kindName, path) => found.push(`${kindName} ${path}`) });
    expect(found.sort()).toEqual([
      'Deployment spec.template.spec.containers.env',
      'Deployment spec.template.spec.containers.imagePullPolicy',
      'Deployment spec.template.spec.containers.lifecycle.postStart',
      'Deployment spec.template.spec.containers.lifecycle.preStop.exec',
      'Deployment spec.template.spec.containers.restartPolicy',
      'Deployment spec.template.spec.containers.volumeMounts.subPath',
      'Deployment spec.template.spec.dnsPolicy',
      'Deployment spec.template.spec.hostNetwork',
      'Deployment spec.template.spec.initContainers.restartPolicy',
      'Deployment spec.template.spec.volumes.configMap',
      'Deployment spec.template.spec.volumes.emptyDir.medium',
      'Deployment status',
    ]);
  });

  it('is in the namespace that it names, or in the default one', () => {
    const { metadata, ...rest } = deployment;
    const text = JSON.stringify({ metadata, ...rest });
    expect(decodeText(text).meta.namespace).toBe('shop');
    expect(decodeText(text.replace('"name":"web"', '"name":"web","namespace":"other"')).meta.namespace).toBe('other');
  });

  it('is decoded or refused with an InputError, whatever stands in its fields', () => {
    const fields = [
      ['spec'],
      ['metadata'],
      ['metadata', 'labels'],
      ['spec', 'template'],
      ['spec', 'template', 'metadata', 'labels'],
      ['spec', 'template', 'spec'],
      ['spec', 'selector'],
      ['spec', 'strategy'],
      ...[
        'containers',
        'volumes',
        'tolerations',
        'affinity',
        'resources',
        'overhead',
        'nodeSelector',
        'hostNetwork',
      ].map((field) => ['spec', 'template', 'spec', field]),
      ...['ports', 'env', 'resources', 'readinessProbe', 'lifecycle', 'image', 'restartPolicy'].map((field) => {
        return ['spec', 'template', 'spec', 'containers', '0', field];
      }),
    ];
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.dictionary(fc.constantFrom('name', 'key', 'cpu', 'limits', 'httpGet', 'spec', '__proto__'), fc.jsonValue()),
    );
    fc.assert(
      fc.property(fc.constantFrom(...fields), value, (field, content) => {
        const path = `/${field.join('/')}`;
        const plain = JSON.parse(JSON.stringify(content)) as JsonValue;
        const document = jsonPatch(deployment, [{ op: 'add', path, value: plain }]) as JsonObject;
        try {
          const { manifest } = decodeObject(document);
          expect(canonicalJson(decodeObject(manifest).manifest)).toBe(canonicalJson(manifest));
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

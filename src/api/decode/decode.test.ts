import { describe, expect, it } from 'vitest';
import { canonicalJson, cloneJson } from '../canonical.ts';
import { objectOf, readDocuments } from '../document.ts';
import { InputError } from '../errors.ts';
import { strategicMergePatch } from '../patch.ts';
import type { DeploymentManifest, JsonObject, Manifest, NodeManifest, PodManifest } from '../types.ts';
import { decodeManifest, decodeObject } from './decode.ts';

function decodeText(text: string, notSimulated: string[] = []): Manifest {
  const [document] = readDocuments(text, 'web.yaml');
  return decodeManifest(objectOf(document!), {
    place: document!.placeOf,
    defaultNamespace: 'shop',
    notSimulated: (kindName, path) => notSimulated.push(`${kindName} ${path}`),
  });
}

function failure(decode: () => unknown): string {
  try {
    decode();
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  return 'decoded without error';
}

const deployment: JsonObject = {
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
function changed(patch: JsonObject): JsonObject {
  return strategicMergePatch(deployment, { spec: patch });
}

function withPodSpec(spec: JsonObject): JsonObject {
  return changed({ template: { spec } });
}

function withContainer(container: JsonObject): JsonObject {
  return withPodSpec({ containers: [{ name: 'app', ...container }] });
}

function asDeployment(document: JsonObject): DeploymentManifest {
  const manifest = decodeObject(document);
  if (manifest.kind !== 'Deployment') throw new Error('not a Deployment');
  return manifest;
}

function templateText(document: JsonObject): string {
  return asDeployment(document).spec.template.canonical;
}

describe('a Deployment', () => {
  it('gets the defaults of the API server', () => {
    const { spec, meta, manifest } = asDeployment({
      ...deployment,
      spec: { ...(changed({ replicas: null }).spec as JsonObject) },
    });
    expect(meta).toEqual({ namespace: 'default', name: 'web', labels: {}, annotations: {} });
    expect(spec).toMatchObject({
      replicas: 1,
      strategyType: 'RollingUpdate',
      maxSurge: { value: 25, isPercent: true },
      maxUnavailable: { value: 25, isPercent: true },
      minReadySeconds: 0,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      paused: false,
    });
    expect(manifest.spec).toMatchObject({
      replicas: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      template: {
        spec: {
          restartPolicy: 'Always',
          terminationGracePeriodSeconds: 30,
          dnsPolicy: 'ClusterFirst',
          schedulerName: 'default-scheduler',
          securityContext: {},
          containers: [
            {
              imagePullPolicy: 'IfNotPresent',
              terminationMessagePath: '/dev/termination-log',
              terminationMessagePolicy: 'File',
              resources: {},
            },
          ],
        },
      },
    });
  });

  it('leaves the document alone and decodes its own manifest to itself', () => {
    const before = canonicalJson(deployment);
    const { manifest, spec } = asDeployment(deployment);
    expect(canonicalJson(deployment)).toBe(before);
    const again = asDeployment(manifest);
    expect(canonicalJson(again.manifest)).toBe(canonicalJson(manifest));
    expect(again.spec.template.canonical).toBe(spec.template.canonical);
  });

  it('takes the largest number to mean no limit', () => {
    const document = changed({ progressDeadlineSeconds: 2147483647, revisionHistoryLimit: 2147483647 });
    const { spec } = asDeployment(document);
    expect([spec.progressDeadlineSeconds, spec.revisionHistoryLimit]).toEqual([undefined, undefined]);
  });

  it('has no surge under Recreate', () => {
    const { spec } = asDeployment(changed({ strategy: { type: 'Recreate' } }));
    expect(spec).toMatchObject({ strategyType: 'Recreate', maxSurge: { value: 0 }, maxUnavailable: { value: 0 } });
  });

  it('may turn off one of surge and unavailability', () => {
    const rollingUpdate = { maxSurge: '0%', maxUnavailable: '100%' };
    const { spec } = asDeployment(changed({ strategy: { rollingUpdate } }));
    expect([spec.maxSurge, spec.maxUnavailable]).toEqual([
      { value: 0, isPercent: true },
      { value: 100, isPercent: true },
    ]);
  });

  it.each<[string, JsonObject, string]>([
    ['replicas', { replicas: -1 }, 'spec.replicas: must be greater than or equal to 0'],
    ['a word for a number', { replicas: 'many' }, 'spec.replicas: expected integer, got "many"'],
    ['a fraction', { replicas: 1.5 }, 'spec.replicas: expected integer, got 1.5'],
    [
      'no surge and no unavailability',
      { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } },
      'spec.strategy.rollingUpdate.maxUnavailable: may not be 0 when `maxSurge` is 0',
    ],
    [
      'more than all',
      { strategy: { rollingUpdate: { maxUnavailable: '101%' } } },
      'spec.strategy.rollingUpdate.maxUnavailable: must not be greater than 100%',
    ],
    [
      'a quoted number',
      { strategy: { rollingUpdate: { maxSurge: '25' } } },
      `spec.strategy.rollingUpdate.maxSurge: Invalid value: "25": a valid percent string must be a numeric string followed by an ending '%'`,
    ],
    [
      'a percentage without a number',
      { strategy: { rollingUpdate: { maxSurge: 'x%' } } },
      `spec.strategy.rollingUpdate.maxSurge: Invalid value: "x%": a valid percent string must be a numeric string followed by an ending '%'`,
    ],
    [
      'a negative surge',
      { strategy: { rollingUpdate: { maxSurge: -1 } } },
      'spec.strategy.rollingUpdate.maxSurge: must be greater than or equal to 0',
    ],
    [
      'a rollingUpdate under Recreate',
      { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } },
      "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ],
    [
      'an unknown strategy',
      { strategy: { type: 'Rolling' } },
      'spec.strategy.type: Unsupported value: "Rolling": supported values: "Recreate", "RollingUpdate"',
    ],
    ['no selector', { selector: null }, 'spec.selector: Required value'],
    [
      'an empty selector',
      { selector: { matchLabels: null } },
      'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
    ],
    [
      'another selector',
      { selector: { matchLabels: { app: 'x' } } },
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
    [
      'a bad selector operator',
      { selector: { matchExpressions: [{ key: 'app', operator: 'Has' }] } },
      'spec.selector.matchExpressions[0].operator: Invalid value: "Has": not a valid selector operator',
    ],
    [
      'a deadline below minReadySeconds',
      { minReadySeconds: 10, progressDeadlineSeconds: 10 },
      'spec.progressDeadlineSeconds: must be greater than minReadySeconds',
    ],
    ['minReadySeconds', { minReadySeconds: -1 }, 'spec.minReadySeconds: must be greater than or equal to 0'],
    ['history', { revisionHistoryLimit: -1 }, 'spec.revisionHistoryLimit: must be greater than or equal to 0'],
    ['no template', { template: null }, 'spec.template.spec.containers: Required value'],
    ['a misspelt field', { replica: 3 }, 'spec.replica: unknown field (did you mean "replicas"?)'],
    [
      'a misspelt strategy field',
      { strategy: { rollingUpdate: { maxSruge: 1 } } },
      'spec.strategy.rollingUpdate.maxSruge: unknown field (did you mean "maxSurge"?)',
    ],
    ['a list for a mapping', { strategy: [] }, 'spec.strategy: expected mapping, got list'],
  ])('refuses %s', (_, patch, message) => {
    expect(failure(() => decodeObject(changed(patch)))).toContain(`deployment/web: ${message}`);
  });
});

describe('a pod template', () => {
  it.each<[string, JsonObject, string]>([
    ['no containers', { containers: [{ name: 'app', $patch: 'delete' }] }, 'containers: Required value'],
    ['a misspelt field', { container: [] }, 'container: unknown field (did you mean "containers"?)'],
    ['a mapping for a list', { tolerations: {} }, 'tolerations: expected list, got mapping'],
    [
      'another restart policy',
      { restartPolicy: 'Never' },
      'restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ],
    [
      'an unknown restart policy',
      { restartPolicy: 'never' },
      'restartPolicy: Unsupported value: "never": supported values: "Always", "OnFailure", "Never" (did you mean "Never"?)',
    ],
    [
      'a container without name',
      { initContainers: [{ name: '', image: 'x' }] },
      'initContainers[0].name: Required value',
    ],
    [
      'an unnamable container',
      { initContainers: [{ name: 'A', image: 'x' }] },
      'initContainers[0].name: Invalid value: "A": a lowercase RFC 1123 label must',
    ],
    ['a container without image', { containers: [{ name: 'b' }] }, 'containers[1].image: Required value'],
    [
      'two containers of one name',
      { initContainers: [{ name: 'app', image: 'x' }] },
      'initContainers[0].name: Duplicate value: "app"',
    ],
    [
      'an unknown effect',
      { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoRun' }] },
      'tolerations[0].effect: Unsupported value: "NoRun": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
    [
      'an unknown operator',
      { tolerations: [{ key: 'a', operator: 'exists' }] },
      'tolerations[0].operator: Unsupported value: "exists": supported values: "Equal", "Exists" (did you mean "Exists"?)',
    ],
    [
      'a toleration of nothing',
      { tolerations: [{ value: 'a' }] },
      'tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty',
    ],
    [
      'a value for Exists',
      { tolerations: [{ key: 'a', operator: 'Exists', value: 'x' }] },
      'tolerations[0].value: Invalid value: "x": value must be empty when `operator` is \'Exists\'',
    ],
    [
      'seconds without NoExecute',
      { tolerations: [{ key: 'a', tolerationSeconds: 3 }] },
      'tolerations[0].effect: Invalid value: "": effect must be \'NoExecute\' when `tolerationSeconds` is set',
    ],
    ['a negative overhead', { overhead: { cpu: '-1' } }, 'overhead.cpu: must be greater than or equal to 0'],
    [
      'no affinity terms',
      { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } } },
      'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
    ],
  ])('refuses %s', (_, spec, message) => {
    expect(failure(() => decodeObject(withPodSpec(spec)))).toContain(`deployment/web: spec.template.spec.${message}`);
  });

  const requirement = (item: JsonObject): JsonObject => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [item] }] },
      },
    },
  });

  it.each<[JsonObject, string]>([
    [{ key: 'a', operator: 'Contains' }, 'operator: Unsupported value: "Contains"'],
    [{ key: 'a', operator: 'In' }, "values: Required value: must be specified when `operator` is 'In' or 'NotIn'"],
    [{ key: 'a', operator: 'Exists', values: ['x'] }, 'values: Forbidden: may not be specified when'],
    [{ key: 'a', operator: 'Gt', values: [] }, 'values: Required value: must be specified single value when'],
    [{ operator: 'Exists' }, 'key: Invalid value: "": prefix part and name part must be non-empty'],
  ])('refuses the node requirement %j', (item, message) => {
    expect(failure(() => decodeObject(withPodSpec(requirement(item))))).toContain(
      `nodeSelectorTerms[0].matchExpressions[0].${message}`,
    );
  });

  it('reads what places a pod', () => {
    const { spec } = asDeployment(
      withPodSpec({
        nodeSelector: { disk: 'ssd' },
        nodeName: 'node-1',
        priority: 7,
        schedulingGates: [{ name: 'wait' }],
        tolerations: [
          { key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 },
          { key: 'b', value: 'c' },
        ],
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] }],
            },
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 5, preference: { matchExpressions: [{ key: 'a', operator: 'Gt', values: ['1'] }] } },
            ],
          },
        },
      }),
    ).spec.template;
    expect(spec).toMatchObject({
      nodeSelector: { disk: 'ssd' },
      nodeName: 'node-1',
      priority: 7,
      schedulingGates: ['wait'],
      schedulerName: 'default-scheduler',
      tolerations: [
        { key: 'a', operator: 'Exists', value: '', effect: 'NoExecute', tolerationSeconds: 5 },
        { key: 'b', operator: 'Equal', value: 'c', effect: '', tolerationSeconds: undefined },
      ],
      nodeAffinity: {
        required: [{ matchExpressions: [], matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] }],
        preferred: [{ weight: 5 }],
      },
    });
  });

  it('takes host ports from hostPort and, under hostNetwork, from every port', () => {
    const ports = [{ containerPort: 80 }, { containerPort: 53, hostPort: 53, protocol: 'UDP', hostIP: '10.0.0.1' }];
    const udp = { hostIP: '10.0.0.1', protocol: 'UDP', port: 53 };
    const hostPorts = (spec: JsonObject) => asDeployment(withPodSpec(spec)).spec.template.spec.hostPorts;
    expect(hostPorts({ containers: [{ name: 'app', ports }] })).toEqual([udp]);
    expect(hostPorts({ hostNetwork: true, containers: [{ name: 'app', ports }] })).toEqual([
      { hostIP: '', protocol: 'TCP', port: 80 },
      udp,
    ]);
    const initContainers = [
      { name: 'once', image: 'x', ports: [{ containerPort: 1, hostPort: 1 }] },
      { name: 'side', image: 'x', restartPolicy: 'Always', ports: [{ containerPort: 2, hostPort: 2 }] },
    ];
    expect(hostPorts({ initContainers })).toEqual([{ hostIP: '', protocol: 'TCP', port: 2 }]);
  });
});

describe('a container', () => {
  it.each<[JsonObject, string]>([
    [
      { imagePullPolicy: 'Sometimes' },
      'imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"',
    ],
    [{ image: ' web' }, 'image: Invalid value: " web": must not have leading or trailing whitespace'],
    [{ resources: { requests: { cpu: 'lots' } } }, 'resources.requests.cpu: "lots" is not a quantity'],
    [
      { resources: { requests: { memory: '64mb' } } },
      'resources.requests.memory: "64mb" is not a quantity such as "250m", "2", "64Mi" or "1.5e3" (did you mean "64Mi"?)',
    ],
    [{ resources: { requests: { cpu: '-1' } } }, 'resources.requests.cpu: must be greater than or equal to 0'],
    [{ resources: { requests: { cpu: true } } }, 'resources.requests.cpu: expected quantity, got true'],
    [
      { resources: { requests: { cpu: 2 }, limits: { cpu: '1' } } },
      'resources.requests.cpu: Invalid value: 2: must be less than or equal to cpu limit of 1',
    ],
    [{ resources: { requests: { 'x.io/gpu': '500m' } } }, 'resources.requests[x.io/gpu]: must be an integer'],
    [{ resources: { request: {} } }, 'resources.request: unknown field (did you mean "requests"?)'],
    [{ readinessProbe: { periodSeconds: -1 } }, 'readinessProbe.periodSeconds: must be greater than or equal to 0'],
    [{ readinessProbe: { period: 1 } }, 'readinessProbe.period: unknown field'],
    [{ startupProbe: { successThreshold: 2 } }, 'startupProbe.successThreshold: must be 1'],
    [{ ports: [{ containerPort: 80, hostPort: 70000 }] }, 'ports[0].hostPort: must be between 1 and 65535, inclusive'],
    [{ ports: [{ containerPort: 0, hostPort: 80 }] }, 'ports[0].containerPort: Required value'],
    [{ ports: [{ containerPort: 80, protocol: 'tcp' }] }, 'ports[0].protocol: Unsupported value: "tcp"'],
    [{ env: [{ name: 'PORT', value: 8080 }] }, 'env[0].value: expected string, got 8080 (quote it: "8080")'],
    [{ imagee: 'x' }, 'imagee: unknown field (did you mean "image"?)'],
  ])('refuses %j', (container, message) => {
    expect(failure(() => decodeObject(withContainer(container)))).toContain(
      `deployment/web: spec.template.spec.containers[0].${message}`,
    );
  });

  it.each([
    ['web', 'Always'],
    ['web:latest', 'Always'],
    ['registry:5000/web', 'Always'],
    ['registry:5000/web:v1', 'IfNotPresent'],
    ['web@sha256:abc', 'IfNotPresent'],
    ['web:latest@sha256:abc', 'Always'],
  ])('pulls %s %s', (image, policy) => {
    expect(asDeployment(withContainer({ image })).spec.template.spec.containers[0]!.imagePullPolicy).toBe(policy);
  });

  it('has requests, from limits where they are missing, and probes with defaults', () => {
    const [container] = asDeployment(
      withContainer({
        resources: { requests: { cpu: 0.5 }, limits: { cpu: 1, memory: '1Gi', 'x.io/gpu': 1 } },
        readinessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 3, timeoutSeconds: 0 },
      }),
    ).spec.template.spec.containers;
    expect(container!.requests).toEqual({
      cpuMilli: 500,
      memoryBytes: 2 ** 30,
      ephemeralStorageBytes: 0,
      extended: new Map([['x.io/gpu', 1]]),
    });
    expect(container!.readinessProbe).toEqual({
      initialDelaySeconds: 3,
      periodSeconds: 10,
      timeoutSeconds: 1,
      successThreshold: 1,
      failureThreshold: 3,
    });
    expect(container!.startupProbe).toBeUndefined();
  });
});

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
      volumes: [{ name: 'v', emptyDir: {} }],
      affinity: { podAffinity: {} },
      containers: [{ name: 'app', env: [{ name: 'A' }], livenessProbe: { httpGet: { port: 1 } }, ports: null }],
    });
    const found: string[] = [];
    decodeObject({ ...document, status: {} }, { notSimulated: (kindName, path) => found.push(`${kindName} ${path}`) });
    expect(found.sort()).toEqual([
      'Deployment spec.template.spec.affinity.podAffinity',
      'Deployment spec.template.spec.containers.env',
      'Deployment spec.template.spec.containers.livenessProbe',
      'Deployment spec.template.spec.dnsPolicy',
      'Deployment spec.template.spec.hostNetwork',
      'Deployment spec.template.spec.volumes',
      'Deployment status',
    ]);
  });
});

describe('a ReplicaSet', () => {
  it('is read like a Deployment without strategy', () => {
    const document = cloneJson(deployment);
    document.kind = 'ReplicaSet';
    expect(decodeObject(document)).toMatchObject({ kind: 'ReplicaSet', spec: { replicas: 3, minReadySeconds: 0 } });
    const withStrategy = strategicMergePatch(document, { spec: { paused: true } });
    expect(failure(() => decodeObject(withStrategy))).toBe('replicaset/web: spec.paused: unknown field');
  });
});

describe('a Pod', () => {
  const pod = (spec: JsonObject): PodManifest => {
    return decodeObject({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', labels: { a: 'b' } },
      spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
    }) as PodManifest;
  };

  it('gets the defaults that only pods get', () => {
    const containers = [{ name: 'c', image: 'i', ports: [{ containerPort: 5 }], resources: { limits: { cpu: 1 } } }];
    const { manifest, template } = pod({ hostNetwork: true, restartPolicy: 'Never', containers });
    expect(manifest.spec).toMatchObject({
      enableServiceLinks: true,
      containers: [{ resources: { requests: { cpu: 1 } }, ports: [{ hostPort: 5 }] }],
    });
    expect(template.labels).toEqual({ a: 'b' });
    expect(template.spec).toMatchObject({ restartPolicy: 'Never', hostPorts: [{ port: 5 }] });
  });

  it('may ask for resources as a whole', () => {
    expect(pod({ resources: { requests: { cpu: 2 }, limits: { memory: '1Gi' } } }).template.spec.podRequests).toEqual({
      cpuMilli: 2000,
      memoryBytes: 2 ** 30,
    });
    expect(pod({}).template.spec.podRequests).toBeUndefined();
  });

  it('has its fields below spec', () => {
    expect(failure(() => pod({ containers: [] }))).toBe('pod/p: spec.containers: Required value');
  });
});

describe('a Node', () => {
  const node = (content: JsonObject): NodeManifest => {
    return decodeObject({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, ...content }) as NodeManifest;
  };

  it('offers what it says, its capacity, or the default size', () => {
    expect(node({}).allocatable).toMatchObject({ cpuMilli: 8000, memoryBytes: 32 * 2 ** 30, pods: 110 });
    expect(node({ status: { capacity: { cpu: 4, pods: '20' } } }).allocatable).toMatchObject({
      cpuMilli: 4000,
      pods: 20,
    });
    expect(node({ status: { allocatable: { cpu: '3.5', 'x.io/gpu': 2 }, capacity: { cpu: 4 } } }).allocatable).toEqual({
      cpuMilli: 3500,
      memoryBytes: 0,
      ephemeralStorageBytes: 0,
      extended: new Map([['x.io/gpu', 2]]),
      pods: 110,
    });
  });

  it('has taints, images and no namespace', () => {
    const found = node({
      spec: { unschedulable: true, taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] },
      status: { images: [{ names: ['x:1', 'x@sha256:1'] }] },
    });
    expect(found).toMatchObject({
      meta: { namespace: '', name: 'n' },
      unschedulable: true,
      taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }],
      images: ['x:1', 'x@sha256:1'],
    });
  });

  it.each<[JsonObject, string]>([
    [
      { spec: { taints: [{ key: 'a', effect: 'NoRun' }] } },
      'node/n: spec.taints[0].effect: Unsupported value: "NoRun"',
    ],
    [{ spec: { taints: [{ effect: 'NoExecute' }] } }, 'node/n: spec.taints[0].key: Invalid value: ""'],
    [
      {
        spec: {
          taints: [
            { key: 'a', effect: 'NoExecute' },
            { key: 'a', effect: 'NoExecute' },
          ],
        },
      },
      'node/n: spec.taints[1]: Duplicate value: "a:NoExecute": taints must be unique by key and effect pair',
    ],
    [{ metadata: { name: 'n', namespace: 'x' } }, 'node/n: metadata.namespace: Forbidden: not allowed on this type'],
    [{ status: { allocatable: { cpu: 'x' } } }, 'node/n: status.allocatable.cpu: "x" is not a quantity'],
  ])('is refused for %j', (content, message) => {
    expect(failure(() => node(content))).toContain(message);
  });
});

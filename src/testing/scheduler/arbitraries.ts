/** Random nodes, and pods with every kind of wish. Few values, so that wishes often meet. */
import fc from 'fast-check';
import type { JsonObject, StringMap } from '../../api/types.ts';
import type { NodeSketch, PodSketch } from './documents.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HOSTNAME = 'kubernetes.io/hostname';
const MIB = 1024 * 1024;

/** Mostly undefined: there in one case of `every`. */
export function seldom<T>(arbitrary: fc.Arbitrary<T>, every = 4): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: every - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** Without the keys that are undefined. */
export function defined(fields: Record<string, unknown>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject;
}

function few<T>(arbitrary: fc.Arbitrary<T>, maxLength = 2): fc.Arbitrary<T[]> {
  return fc.array(arbitrary, { minLength: 1, maxLength });
}

// ---- nodes ----

const nodeLabels: fc.Arbitrary<StringMap> = fc
  .record({
    [ZONE]: fc.constantFrom('a', 'a', 'b', 'b', 'c', 'd', undefined),
    'topology.kubernetes.io/region': fc.constantFrom('r1', 'r1', 'r1', 'r2', undefined),
    disk: fc.constantFrom('ssd', 'hdd', undefined),
    rank: fc.constantFrom('1', '2', '10', 'x', undefined),
  })
  .map((labels) => defined(labels) as StringMap);

const taint = fc.constantFrom(
  { key: 'team', value: 'a', effect: 'NoSchedule' },
  { key: 'team', value: 'b', effect: 'NoSchedule' },
  { key: 'bad', effect: 'NoExecute' },
  { key: 'old', value: '1', effect: 'PreferNoSchedule' },
  { key: 'old', value: '1', effect: 'PreferNoSchedule' },
  { key: 'slow', effect: 'PreferNoSchedule' },
  { key: 'team', value: 'a', effect: 'PreferNoSchedule' },
);
const taints = fc.uniqueArray(taint, { maxLength: 2, selector: ({ key, effect }) => `${key} ${effect}` });

const allocatable: fc.Arbitrary<StringMap> = fc
  .record({
    cpu: fc.constantFrom('1', '3700m', '7910m', '16'),
    memory: fc.constantFrom('3Gi', '7000Mi', '1234567Ki', '31Gi'),
    pods: fc.constantFrom('3', '9', '110', '110', '110', '110'),
    'ephemeral-storage': fc.constantFrom('10Gi', '1Gi', undefined),
    'nvidia.com/gpu': fc.constantFrom('1', '4', undefined, undefined),
  })
  .map((amounts) => defined(amounts) as StringMap);

/** One size for each image: of two sizes upstream takes whichever it saw first. */
const image = fc.constantFrom(
  { names: ['app:v1', 'registry.example/app:v1'], sizeBytes: 30 * MIB },
  { names: ['web:latest'], sizeBytes: 400 * MIB + 12345 },
  { names: ['model:v2'], sizeBytes: 1500 * MIB },
);

export const nodeSketch: fc.Arbitrary<NodeSketch> = fc.record({
  labels: nodeLabels,
  isHostless: fc.integer({ min: 1, max: 10 }).map((number) => number === 10),
  taints: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: taints }),
  unschedulable: fc.integer({ min: 1, max: 12 }).map((number) => number === 12),
  allocatable,
  images: fc.uniqueArray(image, { maxLength: 2, selector: ({ names }) => names[0] }),
});

// ---- pods ----

export const podLabels: fc.Arbitrary<StringMap> = fc
  .record({
    app: fc.constantFrom('web', 'db', undefined),
    tier: fc.constantFrom('x', 'y', undefined),
  })
  .map((labels) => defined(labels) as StringMap);

const labelSelector: fc.Arbitrary<JsonObject> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<JsonObject>({ matchLabels: { app: 'web' } }, { matchLabels: { app: 'db' } }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<JsonObject>(
      {},
      { matchLabels: { app: 'web', tier: 'x' } },
      { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
      { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['x'] }] },
      {
        matchExpressions: [
          { key: 'app', operator: 'In', values: ['web', 'db'] },
          { key: 'tier', operator: 'DoesNotExist' },
        ],
      },
    ),
  },
);

const topologyKey = fc.constantFrom(HOSTNAME, HOSTNAME, ZONE, ZONE, ZONE, 'disk');

const spreadConstraint = fc
  .record({
    maxSkew: fc.integer({ min: 1, max: 3 }),
    topologyKey,
    whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway', 'ScheduleAnyway'),
    labelSelector,
    minDomains: seldom(fc.integer({ min: 1, max: 4 })),
    nodeAffinityPolicy: seldom(fc.constantFrom('Honor', 'Ignore')),
    nodeTaintsPolicy: seldom(fc.constantFrom('Honor', 'Ignore'), 2),
    matchLabelKeys: seldom(fc.constantFrom(['pod-template-hash'], ['pod-template-hash', 'absent'])),
  })
  .map(({ minDomains, ...rest }) =>
    defined({ ...rest, minDomains: rest.whenUnsatisfiable === 'DoNotSchedule' ? minDomains : undefined }),
  );
/** The API server refuses two constraints of the same key and kind. */
export const spreadConstraints = fc.uniqueArray(spreadConstraint, {
  minLength: 1,
  maxLength: 2,
  selector: (constraint) => `${constraint.topologyKey} ${constraint.whenUnsatisfiable}`,
});

const NAMESPACE_SELECTORS: readonly JsonObject[] = [
  {},
  { matchLabels: { purpose: 'test' } },
  { matchLabels: { 'kubernetes.io/metadata.name': 'other' } },
  { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['other'] }] },
];

const affinityTerm = fc
  .record({
    labelSelector: fc.oneof({ weight: 9, arbitrary: labelSelector }, { weight: 1, arbitrary: fc.constant(undefined) }),
    topologyKey,
    namespaces: seldom(fc.constantFrom(['default'], ['other'], ['default', 'other'])),
    namespaceSelector: seldom(fc.constantFrom(...NAMESPACE_SELECTORS)),
    labelKeys: seldom(
      fc.constantFrom<JsonObject>(
        { matchLabelKeys: ['pod-template-hash'] },
        { mismatchLabelKeys: ['pod-template-hash', 'absent'] },
      ),
    ),
  })
  .map(({ labelKeys, ...term }) => defined({ ...term, ...(term.labelSelector === undefined ? {} : labelKeys) }));

const weightedTerm = fc
  .record({ weight: fc.constantFrom(1, 3, 29, 58, 100), podAffinityTerm: affinityTerm })
  .map((term) => term as JsonObject);

export const podAffinity = fc
  .record({
    requiredDuringSchedulingIgnoredDuringExecution: seldom(few(affinityTerm), 5),
    preferredDuringSchedulingIgnoredDuringExecution: few(weightedTerm, 3),
  })
  .map(defined);

const nodeRequirement = fc.constantFrom<JsonObject>(
  { key: 'disk', operator: 'In', values: ['ssd'] },
  { key: 'disk', operator: 'NotIn', values: ['hdd'] },
  { key: 'disk', operator: 'Exists' },
  { key: ZONE, operator: 'DoesNotExist' },
  { key: ZONE, operator: 'In', values: ['a', 'b'] },
  { key: 'rank', operator: 'Gt', values: ['1'] },
  { key: 'rank', operator: 'Lt', values: ['10'] },
);
const nodeTerm: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 5, arbitrary: few(nodeRequirement).map((matchExpressions) => ({ matchExpressions })) },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(fc.constantFrom('n0', 'n1', 'n2', 'gone'), { minLength: 1, maxLength: 1 })
      .map((values) => ({ matchFields: [{ key: 'metadata.name', operator: 'In', values }] })),
  },
);
const nodeAffinity = fc
  .record({
    requiredDuringSchedulingIgnoredDuringExecution: seldom(
      few(nodeTerm).map((nodeSelectorTerms) => ({ nodeSelectorTerms })),
      5,
    ),
    preferredDuringSchedulingIgnoredDuringExecution: seldom(
      few(fc.record({ weight: fc.constantFrom(1, 7, 100), preference: nodeTerm }), 3),
      2,
    ),
  })
  .map(defined);

const toleration = fc.constantFrom<JsonObject>(
  { operator: 'Exists' },
  { key: 'team', operator: 'Equal', value: 'a', effect: 'NoSchedule' },
  { key: 'team', operator: 'Exists' },
  { key: 'team', value: 'b' },
  { key: 'bad', operator: 'Exists', effect: 'NoExecute' },
  { key: 'slow', operator: 'Exists', effect: 'PreferNoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
);

const requests = fc
  .record({
    cpu: fc.constantFrom(undefined, undefined, '0', '10m', '100m', '333m', '1500m'),
    memory: fc.constantFrom(undefined, undefined, '0', '64Mi', '200Mi', '77777777', '1Gi'),
    'ephemeral-storage': seldom(fc.constantFrom('100Mi', '3Gi'), 6),
    'nvidia.com/gpu': seldom(fc.constantFrom('1', '2'), 6),
  })
  .map((amounts) => defined({ requests: defined(amounts), limits: limitsOf(amounts['nvidia.com/gpu']) }));

/** Extended resources cannot be overcommitted: request and limit are one. */
function limitsOf(gpus: string | undefined): JsonObject | undefined {
  return gpus === undefined ? undefined : { 'nvidia.com/gpu': gpus };
}

const port = fc.constantFrom<JsonObject>(
  { containerPort: 80, hostPort: 8080 },
  { containerPort: 80, hostPort: 8080, hostIP: '10.0.0.1' },
  { containerPort: 80, hostPort: 8080, hostIP: '10.0.0.2' },
  { containerPort: 80, hostPort: 8080, protocol: 'UDP' },
  { containerPort: 80, hostPort: 9090 },
);

const imageName = fc.constantFrom('app:v1', 'web', 'model:v2', 'registry.example/app:v1', 'unknown:v3');

const containers = fc
  .array(fc.record({ image: imageName, resources: requests }), { minLength: 1, maxLength: 2 })
  .map((all) => all.map((container, i): JsonObject => ({ name: `c${i}`, ...container })));
const initContainers = fc
  .array(fc.record({ image: imageName, resources: requests, restartPolicy: seldom(fc.constant('Always'), 2) }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((all) => all.map((container, i): JsonObject => ({ name: `i${i}`, ...defined(container) })));

const podSpec: fc.Arbitrary<JsonObject> = fc
  .record({
    containers,
    ports: seldom(port, 10),
    initContainers: seldom(initContainers, 6),
    overhead: seldom(fc.constantFrom<JsonObject>({ cpu: '50m' }, { cpu: '10m', memory: '30Mi' }), 8),
    nodeSelector: seldom(fc.constantFrom<JsonObject>({ disk: 'ssd' }, { [ZONE]: 'a' }), 12),
    nodeAffinity: seldom(nodeAffinity, 3),
    podAffinity: seldom(podAffinity),
    podAntiAffinity: seldom(podAffinity),
    tolerations: seldom(few(toleration), 2),
    topologySpreadConstraints: seldom(spreadConstraints, 3),
    priorityClassName: seldom(fc.constantFrom('high', 'low', 'polite'), 6),
  })
  .map(({ ports, nodeAffinity: nodes, podAffinity: pods, podAntiAffinity: antiPods, ...spec }) => {
    const [first, ...rest] = spec.containers;
    const affinity = defined({ nodeAffinity: nodes, podAffinity: pods, podAntiAffinity: antiPods });
    return defined({
      ...spec,
      containers: ports === undefined ? spec.containers : [{ ...first, ports: [ports] }, ...rest],
      affinity: Object.keys(affinity).length === 0 ? undefined : affinity,
    });
  });

/** As a Deployment's pods have it. */
const hash = fc.constantFrom(undefined, '1', '2');

export const podSketch: fc.Arbitrary<PodSketch> = fc
  .record({
    namespace: fc.constantFrom('default', 'default', 'default', 'other'),
    labels: podLabels,
    hash,
    spec: podSpec,
  })
  .map(({ hash: value, labels, ...sketch }) => ({
    ...sketch,
    labels: value === undefined ? labels : { ...labels, 'pod-template-hash': value },
  }));

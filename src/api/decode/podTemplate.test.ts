import { describe, expect, it } from 'vitest';
import { asDeployment, failure, withPodSpec } from '../testing/documents.ts';
import type { JsonObject } from '../types.ts';
import { decodeObject } from './decode.ts';

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
    ['a volume without name', { volumes: [{ name: '', emptyDir: {} }] }, 'volumes[0].name: Required value'],
    [
      'an unnamable volume',
      { volumes: [{ name: 'A', emptyDir: {} }] },
      'volumes[0].name: Invalid value: "A": a lowercase RFC 1123 label must',
    ],
    [
      'two sources of a volume',
      { volumes: [{ name: 'v', emptyDir: {}, secret: {} }] },
      'volumes[0].secret: Forbidden: may not specify more than 1 volume type',
    ],
    [
      'a volume of no size',
      { volumes: [{ name: 'v', emptyDir: { sizeLimit: 'big' } }] },
      'volumes[0].emptyDir.sizeLimit: "big" is not a quantity',
    ],
    [
      'a volume of less than nothing',
      { volumes: [{ name: 'v', emptyDir: { sizeLimit: '-1Gi' } }] },
      'volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity',
    ],
    [
      'a claim without name',
      { volumes: [{ name: 'v', persistentVolumeClaim: {} }] },
      'volumes[0].persistentVolumeClaim.claimName: Required value',
    ],
    [
      'a deadline',
      { activeDeadlineSeconds: 5 },
      'activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
    ],
    [
      'a deadline of nothing',
      { activeDeadlineSeconds: 0 },
      'activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive',
    ],
    ['a bad hostname', { hostname: 'a.b' }, 'hostname: Invalid value: "a.b": a lowercase RFC 1123 label must'],
    ['a bad subdomain', { subdomain: 'B' }, 'subdomain: Invalid value: "B": a lowercase RFC 1123 label must'],
    ['a negative overhead', { overhead: { cpu: '-1' } }, 'overhead.cpu: must be greater than or equal to 0'],
    [
      'no affinity terms',
      { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } } },
      'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
    ],
  ])('refuses %s', (_, spec, message) => {
    expect(failure(() => decodeObject(withPodSpec(spec)))).toContain(`deployment/web: spec.template.spec.${message}`);
  });

  it('refuses two volumes of one name', () => {
    const spec = { volumes: [{ name: 'v' }, { name: 'v' }], containers: [{ name: 'a', image: 'x' }] };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec };
    expect(failure(() => decodeObject(pod))).toBe('pod/p: spec.volumes[1].name: Duplicate value: "v"');
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

it('numbers of 64 bits count as far as a run can last', () => {
  const { spec } = asDeployment(
    withPodSpec({
      terminationGracePeriodSeconds: 1e15,
      tolerations: [{ operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1e15 }],
    }),
  ).spec.template;
  expect(spec.terminationGracePeriodSeconds).toBe(2 ** 31 - 1);
  expect(spec.tolerations[0]!.tolerationSeconds).toBe(2 ** 31 - 1);
});

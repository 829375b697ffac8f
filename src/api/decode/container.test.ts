import { describe, expect, it } from 'vitest';
import { asDeployment, failure, withContainer, withPodSpec } from '../testing/documents.ts';
import type { JsonObject } from '../types.ts';
import { decodeObject } from './decode.ts';

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
    [
      { resources: { requests: { 'x.io/gpu': 1 } } },
      'resources.limits: Required value: Limit must be set for non overcommitable resources (limits: {x.io/gpu: 1})',
    ],
    [
      { resources: { requests: { 'x.io/gpu': 1 }, limits: { 'x.io/gpu': 2 } } },
      'resources.requests[x.io/gpu]: Invalid value: 1: must be equal to x.io/gpu limit of 2',
    ],
    [{ resources: { limits: { 'hugepages-2Mi': '4Mi' } } }, 'resources: Forbidden: HugePages require cpu or memory'],
    [
      { resources: { requests: { cpus: 1 } } },
      'resources.requests.cpus: Invalid value: "cpus": must be a standard resource type or fully qualified (cpu, memory, ephemeral-storage, or as in nvidia.com/gpu)',
    ],
    [
      { resources: { limits: { gpu: 1 } } },
      'resources.limits.gpu: Invalid value: "gpu": must be a standard resource type or fully qualified',
    ],
    [{ resources: { request: {} } }, 'resources.request: unknown field (did you mean "requests"?)'],
    [{ readinessProbe: { periodSeconds: -1 } }, 'readinessProbe.periodSeconds: must be greater than or equal to 0'],
    [{ readinessProbe: { period: 1 } }, 'readinessProbe.period: unknown field'],
    [{ startupProbe: { successThreshold: 2 } }, 'startupProbe.successThreshold: must be 1'],
    [{ ports: [{ containerPort: 80, hostPort: 70000 }] }, 'ports[0].hostPort: must be between 1 and 65535, inclusive'],
    [{ ports: [{ containerPort: 0, hostPort: 80 }] }, 'ports[0].containerPort: Required value'],
    [{ ports: [{ containerPort: 80, protocol: 'tcp' }] }, 'ports[0].protocol: Unsupported value: "tcp"'],
    [{ env: [{ name: 'PORT', value: 8080 }] }, 'env[0].value: expected string, got 8080 (quote it: "8080")'],
    [{ livenessProbe: { successThreshold: 2 } }, 'livenessProbe.successThreshold: must be 1'],
    [
      { livenessProbe: { terminationGracePeriodSeconds: 0 } },
      'livenessProbe.terminationGracePeriodSeconds: must be greater than 0',
    ],
    [
      { readinessProbe: { terminationGracePeriodSeconds: 5 } },
      'readinessProbe.terminationGracePeriodSeconds: must not be set for readinessProbes',
    ],
    [{ volumeMounts: [{ name: 'v', mountPath: '/v' }] }, 'volumeMounts[0].name: Not found: "v"'],
    [{ volumeMounts: [{ mountPath: '/v' }] }, 'volumeMounts[0].name: Required value'],
    [
      { lifecycle: { preStop: { sleep: { seconds: 31 } } } },
      'lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)',
    ],
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

  it('mounts volumes of its pod and sleeps before it stops', () => {
    const mounts = (volumeMounts: JsonObject[]): JsonObject => {
      const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'c' } }, { name: 'tmp' }];
      const lifecycle = { preStop: { sleep: { seconds: 7 } } };
      return withPodSpec({
        volumes,
        containers: [{ name: 'app', volumeMounts: [{ $patch: 'replace' }, ...volumeMounts], lifecycle }],
      });
    };
    const data = { name: 'data', mountPath: '/data' };
    const { spec } = asDeployment(mounts([data, { name: 'tmp', mountPath: '/tmp' }])).spec.template;
    expect(spec.containers[0]).toMatchObject({ volumeMounts: ['data', 'tmp'], preStopSleepSeconds: 7 });
    expect(spec.volumes).toEqual([
      { name: 'data', claimName: 'c', isEmptyDir: false, image: undefined },
      { name: 'tmp', claimName: undefined, isEmptyDir: true, image: undefined },
    ]);
    expect(failure(() => decodeObject(mounts([data, { ...data, name: 'tmp' }])))).toContain(
      'containers[0].volumeMounts[1].mountPath: Invalid value: "/data": must be unique',
    );
    expect(failure(() => decodeObject(mounts([{ name: 'tmp' }])))).toContain(
      'containers[0].volumeMounts[0].mountPath: Required value',
    );
  });

  it.each(['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'])(
    'has no %s when it runs to its end',
    (field) => {
      const init = (container: JsonObject): JsonObject => {
        return withPodSpec({ initContainers: [{ name: 'init', image: 'x', [field]: {}, ...container }] });
      };
      expect(failure(() => decodeObject(init({})))).toContain(
        `initContainers[0].${field}: Forbidden: may not be set for init containers without restartPolicy=Always`,
      );
      expect(failure(() => decodeObject(init({ restartPolicy: 'Always' })))).toBe('decoded without error');
    },
  );
});

import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../canonical.ts';
import { failure } from '../testing/documents.ts';
import { daemonSet, decodedAs, withSpec } from '../testing/workloads.ts';
import type { DaemonSetManifest, JsonObject } from '../types.ts';
import { decodeObject } from './decode.ts';

function decoded(spec: JsonObject = {}): DaemonSetManifest {
  return decodedAs('DaemonSet', withSpec(daemonSet, spec));
}

const rolling = (rollingUpdate: JsonObject): JsonObject => ({ updateStrategy: { rollingUpdate } });

describe('a DaemonSet', () => {
  it('gets the defaults of the API server', () => {
    const { spec, manifest } = decoded();
    expect(spec).toMatchObject({
      updateStrategyType: 'RollingUpdate',
      maxUnavailable: { value: 1, isPercent: false },
      maxSurge: { value: 0, isPercent: false },
      minReadySeconds: 0,
      revisionHistoryLimit: 10,
    });
    expect(manifest.spec).toMatchObject({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      template: { spec: { schedulerName: 'default-scheduler' } },
    });
    expect(canonicalJson(decodeObject(manifest).manifest)).toBe(canonicalJson(manifest));
  });

  it('surges when nothing may be unavailable', () => {
    const { spec } = decoded(rolling({ maxSurge: '25%', maxUnavailable: 0 }));
    expect([spec.maxSurge, spec.maxUnavailable]).toEqual([
      { value: 25, isPercent: true },
      { value: 0, isPercent: false },
    ]);
  });

  it('updates nothing by itself under OnDelete', () => {
    const { spec, manifest } = decoded({ updateStrategy: { type: 'OnDelete' } });
    expect(spec).toMatchObject({
      updateStrategyType: 'OnDelete',
      maxSurge: { value: 0 },
      maxUnavailable: { value: 0 },
    });
    expect((manifest.spec as JsonObject).updateStrategy).toEqual({ type: 'OnDelete' });
  });

  it('counts hostNetwork as simulated, which decides what its pods tolerate', () => {
    const found: string[] = [];
    const document = withSpec(daemonSet, { template: { spec: { hostNetwork: true } } });
    decodeObject(document, { notSimulated: (_, path) => found.push(path) });
    expect(found).toEqual([]);
  });

  it('may surge with a host port, as the API server lets it: the surge pod then finds no free port', () => {
    const surging = rolling({ maxSurge: 1, maxUnavailable: 0 });
    const containers = [{ name: 'app', ports: [{ containerPort: 80, hostPort: 80 }] }];
    expect(decoded({ ...surging, template: { spec: { containers } } }).spec.maxSurge.value).toBe(1);
  });

  it.each<[string, JsonObject, string]>([
    [
      'surge beside the unavailability that nobody wrote',
      rolling({ maxSurge: 1 }),
      'updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero (write maxUnavailable: 0)',
    ],
    [
      'neither surge nor unavailability',
      rolling({ maxUnavailable: 0 }),
      'updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0',
    ],
    [
      'more surge than all',
      rolling({ maxSurge: '101%', maxUnavailable: 0 }),
      'updateStrategy.rollingUpdate.maxSurge: must not be greater than 100%',
    ],
    [
      'more unavailability than all',
      rolling({ maxUnavailable: '101%' }),
      'updateStrategy.rollingUpdate.maxUnavailable: must not be greater than 100%',
    ],
    [
      'an unknown strategy',
      { updateStrategy: { type: 'Recreate' } },
      'updateStrategy.type: Unsupported value: "Recreate": supported values: "RollingUpdate", "OnDelete"',
    ],
    ['history', { revisionHistoryLimit: -1 }, 'revisionHistoryLimit: must be greater than or equal to 0'],
    ['minReadySeconds', { minReadySeconds: -1 }, 'minReadySeconds: must be greater than or equal to 0'],
    [
      'another selector',
      { selector: { matchLabels: { app: 'x' } } },
      'template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
    [
      'an empty selector',
      { selector: { matchLabels: null } },
      'selector: Invalid value: {}: empty selector is invalid for daemonset',
    ],
    [
      'pods that end',
      { template: { spec: { restartPolicy: 'Never' } } },
      'template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ],
    [
      'a deadline of its pods',
      { template: { spec: { activeDeadlineSeconds: 5 } } },
      'template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported',
    ],
    ['replicas', { replicas: 3 }, 'replicas: unknown field'],
  ])('refuses %s', (_, spec, message) => {
    expect(failure(() => decoded(spec))).toContain(`daemonset/agent: spec.${message}`);
  });
});

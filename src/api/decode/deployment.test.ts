import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../canonical.ts';
import { asDeployment, changed, deployment, failure } from '../testing/documents.ts';
import type { JsonObject } from '../types.ts';
import { decodeObject } from './decode.ts';

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

  it('reads the proposed replacement policy', () => {
    expect(asDeployment(deployment).spec.podReplacementPolicy).toBeUndefined();
    const { spec } = asDeployment(changed({ podReplacementPolicy: 'TerminationComplete' }));
    expect(spec.podReplacementPolicy).toBe('TerminationComplete');
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
    [
      'more than fits in 32 bits',
      { replicas: 1e15 },
      'spec.replicas: must be between -2147483648 and 2147483647, got 1000000000000000',
    ],
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
    [
      'an unknown replacement policy',
      { podReplacementPolicy: 'Failed' },
      'spec.podReplacementPolicy: Unsupported value: "Failed": supported values: "TerminationStarted", "TerminationComplete"',
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

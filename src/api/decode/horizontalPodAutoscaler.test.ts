import { describe, expect, it } from 'vitest';
import { failure } from '../testing/documents.ts';
import type { HorizontalPodAutoscalerManifest, JsonObject } from '../types.ts';
import { decodeObject } from './decode.ts';

const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };

function decode(
  spec: JsonObject,
  apiVersion = 'autoscaling/v2',
  found: string[] = [],
): HorizontalPodAutoscalerManifest {
  const whole = { scaleTargetRef, maxReplicas: 10, ...spec };
  const document = { apiVersion, kind: 'HorizontalPodAutoscaler', metadata: { name: 'web' }, spec: whole };
  const context = { notSimulated: (_: string, path: string) => found.push(path) };
  return decodeObject(document, context) as HorizontalPodAutoscalerManifest;
}

function cpu(target: JsonObject): JsonObject {
  return { metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }] };
}

describe('a HorizontalPodAutoscaler', () => {
  it('aims at 80 % of the requested cpu and goes down to one replica, unless it says otherwise', () => {
    const { spec } = decode({});
    const target = { averageUtilization: 80, averageValueMilli: undefined };
    expect(spec).toEqual({
      scaleTargetRef,
      minReplicas: 1,
      maxReplicas: 10,
      metrics: [{ type: 'Resource', resource: 'cpu', container: '', target }],
      behavior: undefined,
    });
  });

  it('fills what its behavior leaves out', () => {
    const { behavior } = decode({ behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } }).spec;
    expect(behavior).toEqual({
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: 'Max',
        policies: [
          { type: 'Pods', value: 4, periodSeconds: 15 },
          { type: 'Percent', value: 100, periodSeconds: 15 },
        ],
        tolerance: undefined,
      },
      scaleDown: {
        stabilizationWindowSeconds: 60,
        selectPolicy: 'Max',
        policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
        tolerance: undefined,
      },
    });
    expect(decode({ behavior: {} }).spec.behavior!.scaleDown.stabilizationWindowSeconds).toBeUndefined();
  });

  it('is read in its first version too', () => {
    const { spec, manifest } = decode({ targetCPUUtilizationPercentage: 60 }, 'autoscaling/v1');
    expect(spec.metrics).toMatchObject([{ resource: 'cpu', target: { averageUtilization: 60 } }]);
    expect(manifest.apiVersion).toBe('autoscaling/v2');
    expect(decode({}, 'autoscaling/v1').spec.metrics).toMatchObject([{ target: { averageUtilization: 80 } }]);
    expect(failure(() => decode({ targetCPUUtilizationPercentage: 'x' }, 'autoscaling/v1'))).toContain('unknown field');
    expect(failure(() => decode({}, 'autoscaling/v2beta2'))).toContain('expected "autoscaling/v2"');
  });

  it('takes metrics that an adapter would serve, and says that nobody does', () => {
    const found: string[] = [];
    const external = { type: 'External', external: { metric: { name: 'queue' }, target: { type: 'Value', value: 3 } } };
    expect(decode({ minReplicas: 0, metrics: [external] }, 'autoscaling/v2', found).spec).toMatchObject({
      minReplicas: 0,
      metrics: [{ type: 'External', name: 'queue' }],
    });
    expect(found).toEqual(['spec.metrics.external']);
  });

  it.each<[JsonObject, string]>([
    [{ minReplicas: 11 }, 'spec.maxReplicas: Invalid value: 10: must be greater than or equal to `minReplicas`'],
    [{ minReplicas: 0 }, 'spec.metrics: Forbidden: must specify at least one Object or External metric'],
    [{ maxReplicas: 0 }, 'spec.maxReplicas: must be greater than or equal to 1'],
    [{ scaleTargetRef: { kind: 'Deployment' } }, 'spec.scaleTargetRef.name: Required value'],
    [cpu({ averageUtilization: 50 }), 'spec.metrics[0].resource.target.type: Required value'],
    [cpu({ type: 'Utilization' }), 'averageUtilization: Required value: must set either a target raw value'],
    [cpu({ type: 'Utilization', averageUtilization: 5, averageValue: 1 }), 'may not set both a target raw value'],
    [cpu({ type: 'AverageValue', averageValue: 0 }), 'averageValue: must be positive'],
    [{ metrics: [{ type: 'Resource' }] }, 'spec.metrics[0].resource: Required value'],
    [{ metrics: [{ type: 'Disk' }] }, 'spec.metrics[0].type: Unsupported value: "Disk"'],
    [{ metrics: [{ type: 'Resource', resource: { name: 'gpu' } }] }, 'usage of gpu is not simulated'],
    [{ behavior: { scaleUp: { policies: [] } } }, 'scaleUp.policies: Required value: must specify at least one Policy'],
    [{ behavior: { scaleUp: { selectPolicy: 'Best' } } }, 'selectPolicy: Unsupported value: "Best"'],
    [{ behavior: { scaleDown: { stabilizationWindowSeconds: 3601 } } }, 'must be less than or equal to 3600'],
    [{ behavior: { scaleDown: { tolerance: -0.1 } } }, 'tolerance: must be greater than or equal to 0'],
    [{ behavior: { scaleUp: { policies: [{ type: 'Pods', value: 1, periodSeconds: 1801 }] } } }, 'equal to 1800'],
  ])('%j is refused', (spec, message) => {
    expect(failure(() => decode(spec))).toContain(message);
  });
});

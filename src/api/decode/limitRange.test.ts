import { describe, expect, it } from 'vitest';
import { failure } from '../testing/documents.ts';
import type { JsonObject, LimitRangeManifest } from '../types.ts';
import { decodeObject } from './decode.ts';

function decode(...limits: JsonObject[]): LimitRangeManifest {
  const document = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'l' }, spec: { limits } };
  return decodeObject(document) as LimitRangeManifest;
}

describe('a LimitRange', () => {
  it('fills defaults of containers from what else it says', () => {
    const [container, pod] = decode(
      {
        type: 'Container',
        max: { cpu: 1, memory: '1Gi' },
        min: { cpu: '50m', 'ephemeral-storage': '1Gi' },
        default: { cpu: '500m' },
      },
      { type: 'Pod', max: { cpu: 2 } },
    ).spec.limits;
    expect(container).toMatchObject({
      default: { cpu: '500m', memory: '1Gi' },
      defaultRequest: { cpu: '500m', memory: '1Gi', 'ephemeral-storage': '1Gi' },
      maxLimitRequestRatio: {},
    });
    expect(pod).toEqual({
      type: 'Pod',
      max: { cpu: 2 },
      min: {},
      default: {},
      defaultRequest: {},
      maxLimitRequestRatio: {},
    });
  });

  it.each<[JsonObject, string]>([
    [{ type: 'Node' }, '[0].type: Invalid value: "Node": must be a standard limit type or fully qualified'],
    [{ type: 'Pod', default: { cpu: 1 } }, "[0].default: Forbidden: may not be specified when `type` is 'Pod'"],
    [{ type: 'Container', max: { cpus: 1 } }, '[0].max.cpus: Invalid value: "cpus": must be a standard resource type'],
    [{ type: 'Container', max: { cpu: 'x' } }, '[0].max.cpu'],
    [
      { type: 'PersistentVolumeClaim' },
      '[0].limits: Required value: either minimum or maximum storage value is required',
    ],
    [
      { type: 'Pod', min: { cpu: 2 }, max: { cpu: '500m' } },
      '[0].min.cpu: Invalid value: 2: min value 2 is greater than max value 500m',
    ],
    [
      { type: 'Container', defaultRequest: { cpu: 2 }, default: { cpu: 1 } },
      '[0].defaultRequest.cpu: Invalid value: 2: default request value 2 is greater than default limit value 1',
    ],
    [
      { type: 'Container', min: { memory: '2Gi' }, default: { memory: '1024Mi' }, defaultRequest: { memory: '2Gi' } },
      '[0].defaultRequest.memory: Invalid value: "2Gi": default request value 2Gi is greater than default limit value 1Gi',
    ],
    [
      { type: 'Pod', maxLimitRequestRatio: { cpu: '0.5' } },
      '[0].maxLimitRequestRatio.cpu: Invalid value: "0.5": ratio 500m is less than 1',
    ],
  ])('is refused: %j', (item, message) => {
    expect(failure(() => decode(item))).toContain(`spec.limits${message}`);
  });

  it('is refused with two limits of one type', () => {
    expect(failure(() => decode({ type: 'Pod' }, { type: 'Pod' }))).toContain('[1].type: Duplicate value: "Pod"');
  });
});

import { describe, expect, test } from 'vitest';
import { decodeObject } from '../api/decode/decode.ts';
import type { JsonObject, NodeManifest, Taint, Toleration } from '../api/types.ts';
import { admitNode, findUntoleratedTaint, withTaints } from './nodeTaints.ts';

const GPU: Taint = { key: 'gpu', value: '1', effect: 'NoSchedule' };
const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

function node(spec: JsonObject = {}): NodeManifest {
  return decodeObject({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' }, spec }) as NodeManifest;
}

describe('taints of a node', () => {
  test('stand in its document too, without empty values', () => {
    const tainted = withTaints(node({ podCIDR: '10.0.0.0/24' }), [GPU, { key: 'a', value: '', effect: 'NoExecute' }]);
    expect(tainted.manifest.spec).toEqual({
      podCIDR: '10.0.0.0/24',
      taints: [
        { key: 'gpu', value: '1', effect: 'NoSchedule' },
        { key: 'a', effect: 'NoExecute' },
      ],
    });
    expect(withTaints(tainted, []).manifest.spec).toEqual({ podCIDR: '10.0.0.0/24' });
  });

  test('grow by one at admission, once', () => {
    const admitted = admitNode(node({ taints: [{ ...GPU }] }));
    expect(admitted.taints).toMatchObject([GPU, NOT_READY]);
    expect(admitNode(admitted)).toBe(admitted);
    expect(decodeObject(admitted.manifest)).toMatchObject({ taints: [GPU, NOT_READY] });
  });
});

test('the first untolerated taint of the effects in question', () => {
  const toleration: Toleration = {
    key: 'gpu',
    operator: 'Exists',
    value: '',
    effect: 'NoSchedule',
    tolerationSeconds: undefined,
  };
  const execute: Taint = { ...GPU, effect: 'NoExecute' };
  expect(findUntoleratedTaint([], [GPU, execute], ['NoExecute'])).toBe(execute);
  expect(findUntoleratedTaint([toleration], [GPU, execute], ['NoSchedule', 'NoExecute'])).toBe(execute);
  expect(findUntoleratedTaint([toleration], [GPU], ['NoSchedule', 'NoExecute'])).toBeUndefined();
  expect(findUntoleratedTaint([], [{ ...GPU, effect: 'PreferNoSchedule' }], ['NoSchedule'])).toBeUndefined();
});

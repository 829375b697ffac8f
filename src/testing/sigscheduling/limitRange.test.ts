/** Upstream's `test/e2e/scheduling/limit_range.go`: what admission makes of pods in a namespace with a LimitRange. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { play } from '../play.ts';

type Amounts = readonly [cpu: string, memory: string, storage: string];

function amounts([cpu, memory, storage]: Amounts): JsonObject {
  const all = { cpu, memory, 'ephemeral-storage': storage };
  return Object.fromEntries(Object.entries(all).filter(([, amount]) => amount !== ''));
}

function limitRange(min: Amounts): JsonObject {
  const item = {
    type: 'Container',
    min: amounts(min),
    max: amounts(['500m', '500Mi', '500Gi']),
    default: amounts(['500m', '500Mi', '500Gi']),
    defaultRequest: amounts(['100m', '200Mi', '200Gi']),
  };
  return { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'limits' }, spec: { limits: [item] } };
}

function pod(name: string, requests: Amounts, limits: Amounts): JsonObject {
  const resources = { requests: amounts(requests), limits: amounts(limits) };
  const spec = { containers: [{ name: 'pause', image: 'pause', resources }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
}

const NOTHING: Amounts = ['', '', ''];

describe('LimitRange', () => {
  test('should create a LimitRange with defaults and ensure pod has those defaults applied', () => {
    const steps = {
      '1s': create(pod('pod-no-resources', NOTHING, NOTHING)),
      '2s': resourcesOf('pod-no-resources'),
      '3s': create(pod('pod-partial-resources', ['', '150Mi', '150Gi'], ['300m', '', ''])),
      '4s': resourcesOf('pod-partial-resources'),
      '5s': create(pod('pod-less', ['10m', '50Mi', '50Gi'], NOTHING)),
      '6s': create(pod('pod-more', ['600m', '600Mi', '600Gi'], NOTHING)),
      '7s': apply(limitRange(['9m', '49Mi', '49Gi'])),
      '8s': create(pod('pod-less', ['10m', '50Mi', '50Gi'], NOTHING)),
      '9s': create(pod('pod-more', ['600m', '600Mi', '600Gi'], NOTHING)),
      '10s': 'delete limitrange limits',
      '11s': create(pod('pod-more', ['600m', '600Mi', '600Gi'], ['600m', '600Mi', '600Gi'])),
    };
    const { result } = play({ objects: [limitRange(['50m', '100Mi', '100Gi'])], steps, until: '60s' });
    const answers = result.steps.slice(1).map(({ out, error }) => error || out);
    expect(JSON.parse(answers[1]!)).toEqual({
      requests: amounts(['100m', '200Mi', '200Gi']),
      limits: amounts(['500m', '500Mi', '500Gi']),
    });
    expect(JSON.parse(answers[3]!)).toEqual({
      // A request that is missing takes its limit before the range has its say.
      requests: amounts(['300m', '150Mi', '150Gi']),
      limits: amounts(['300m', '500Mi', '500Gi']),
    });
    expect(answers[4]).toMatch(
      /^pods "pod-less" is forbidden: \[?minimum cpu usage per Container is 50m, but request is 10m/,
    );
    expect(answers[5]).toMatch(/must be less than or equal to cpu limit of 500m$/);
    expect([answers[7], answers[9], answers[10]]).toEqual([
      'pod/pod-less created',
      'limitrange "limits" deleted',
      'pod/pod-more created',
    ]);
    expect(answers[8]).toMatch(/must be less than or equal to cpu limit of 500m$/);
  });
});

function create(object: JsonObject): { kubectl: string; stdin: string } {
  return { kubectl: 'create -f -', stdin: JSON.stringify(object) };
}

function apply(object: JsonObject): { kubectl: string; stdin: string } {
  return { kubectl: 'apply -f -', stdin: JSON.stringify(object) };
}

function resourcesOf(name: string): string {
  return `get pod ${name} -o jsonpath={.spec.containers[0].resources}`;
}

import { expect, test } from 'vitest';
import type { JsonObject } from '../../../api/types.ts';
import { qosClassOf } from './qosClass.ts';

const both = { cpu: '100m', memory: '64Mi' };
const spec = (...resources: JsonObject[]): JsonObject => ({
  containers: resources.map((one, i) => ({ name: `c${i}`, resources: one })),
});

test.each<[string, string, JsonObject]>([
  ['nothing asked for', 'BestEffort', spec({})],
  ['only what does not count', 'BestEffort', spec({ limits: { 'x.io/gpu': 1 } })],
  ['zero, which asks for nothing', 'BestEffort', spec({ requests: { cpu: 0 } })],
  ['limits that stand in for requests', 'Guaranteed', spec({ limits: both })],
  [
    'equal amounts in different words',
    'Guaranteed',
    spec({ limits: both, requests: { cpu: '0.1', memory: '65536Ki' } }),
  ],
  ['one of two resources', 'Burstable', spec({ limits: { cpu: 1 }, requests: { cpu: 1 } })],
  ['requests below limits', 'Burstable', spec({ limits: both, requests: { cpu: '50m', memory: '64Mi' } })],
  ['requests alone', 'Burstable', spec({ requests: both })],
  ['a second container without any', 'Burstable', spec({ limits: both }, {})],
  ['an init container without any', 'Burstable', { ...spec({ limits: both }), initContainers: [{ name: 'i' }] }],
  ['the pod as a whole', 'Guaranteed', { ...spec({}), resources: { limits: both, requests: both } }],
])('%s: %s', (_name, expected, of) => {
  expect(qosClassOf(of)).toBe(expected);
});

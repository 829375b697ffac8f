import type { Affinity, PodAffinity, PodAffinityTerm, TopologySpreadConstraint } from 'kubernetes-types/core/v1.js';
import { describe, expect, it, test } from 'vitest';
import { asDeployment, failure, withPodSpec } from '../testing/documents.ts';
import { type AllFields, knownFields, shapeAt } from '../testing/fieldTables.ts';
import type { JsonObject, PodSpec } from '../types.ts';
import { podShape } from './shapes.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

const affinity: AllFields<Affinity> = { nodeAffinity: 1, podAffinity: 1, podAntiAffinity: 1 };
const podAffinity: AllFields<PodAffinity> = { [REQUIRED]: 1, [PREFERRED]: 1 };
const term: AllFields<PodAffinityTerm> = {
  labelSelector: 1,
  matchLabelKeys: 1,
  mismatchLabelKeys: 1,
  namespaceSelector: 1,
  namespaces: 1,
  topologyKey: 1,
};
const constraint: AllFields<TopologySpreadConstraint> = {
  labelSelector: 1,
  matchLabelKeys: 1,
  maxSkew: 1,
  minDomains: 1,
  nodeAffinityPolicy: 1,
  nodeTaintsPolicy: 1,
  topologyKey: 1,
  whenUnsatisfiable: 1,
};

test.each([
  ['Affinity', ['affinity'], affinity],
  ['PodAffinity', ['affinity', 'podAffinity'], podAffinity],
  ['PodAffinityTerm, required', ['affinity', 'podAntiAffinity', REQUIRED], term],
  ['PodAffinityTerm, preferred', ['affinity', 'podAffinity', PREFERRED, 'podAffinityTerm'], term],
  ['TopologySpreadConstraint', ['topologySpreadConstraints'], constraint],
] as const)('the tables know every field of %s', (_name, path, table) => {
  expect(knownFields(shapeAt(podShape, ['spec', ...path])).sort()).toEqual(Object.keys(table).sort());
});

/** Not merged into the document: a patch would make one of two constraints with one key. */
function podSpec(spec: JsonObject): PodSpec {
  const document = withPodSpec({});
  Object.assign(((document.spec as JsonObject).template as JsonObject).spec as JsonObject, spec);
  return asDeployment(document).spec.template.spec;
}

describe('pod affinity', () => {
  it('is empty in a pod without', () => {
    const { podAffinity, podAntiAffinity } = podSpec({});
    expect({ podAffinity, podAntiAffinity }).toEqual({
      podAffinity: { required: [], preferred: [] },
      podAntiAffinity: { required: [], preferred: [] },
    });
  });

  it('is read whole', () => {
    const full = {
      labelSelector: { matchLabels: { app: 'db' }, matchExpressions: [{ key: 'old', operator: 'DoesNotExist' }] },
      namespaces: ['a', 'b'],
      namespaceSelector: {},
      topologyKey: 'zone',
      matchLabelKeys: ['version'],
      mismatchLabelKeys: ['tenant'],
    };
    const spec = podSpec({
      affinity: {
        podAffinity: { [REQUIRED]: [full], [PREFERRED]: [{ weight: 7, podAffinityTerm: { topologyKey: 'host' } }] },
        podAntiAffinity: { [REQUIRED]: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: {} }] },
      },
    });
    expect(spec.podAffinity).toMatchObject({
      required: [
        {
          ...full,
          labelSelector: { canonical: '!old,app=db' },
          namespaceSelector: { canonical: '' },
        },
      ],
      preferred: [
        {
          weight: 7,
          term: { labelSelector: undefined, namespaceSelector: undefined, namespaces: [], topologyKey: 'host' },
        },
      ],
    });
    expect(spec.podAntiAffinity).toMatchObject({
      required: [{ labelSelector: { canonical: '' }, topologyKey: 'kubernetes.io/hostname', matchLabelKeys: [] }],
      preferred: [],
    });
  });

  const selected = { labelSelector: { matchLabels: { app: 'x' } }, topologyKey: 'zone' };
  it.each<[string, JsonObject, string]>([
    ['no topology', { labelSelector: {} }, 'topologyKey: Required value: can not be empty'],
    ['an impossible key', { topologyKey: 'a/b/c' }, 'topologyKey: Invalid value: "a/b/c": name part must consist'],
    [
      'an impossible namespace',
      { ...selected, namespaces: ['ok', 'Not'] },
      'namespaces[1]: Invalid value: "Not": a lowercase RFC 1123 label must',
    ],
    [
      'a bad selector',
      { ...selected, labelSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } },
      "labelSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In'",
    ],
    [
      'a bad selector of namespaces',
      { ...selected, namespaceSelector: { matchLabels: { '': 'x' } } },
      'namespaceSelector.matchLabels',
    ],
    [
      'keys of no selector',
      { topologyKey: 'zone', mismatchLabelKeys: ['a'] },
      'mismatchLabelKeys: Forbidden: must not be specified when labelSelector is not set',
    ],
    [
      'an impossible label key',
      { ...selected, matchLabelKeys: ['a', '/'] },
      'matchLabelKeys[1]: Invalid value: "/": prefix part and name part must be non-empty',
    ],
    [
      'a key that the selector has',
      { ...selected, matchLabelKeys: ['app'] },
      'matchLabelKeys[0]: Invalid value: "app": exists in both matchLabelKeys and labelSelector',
    ],
    [
      'a key in both lists',
      { ...selected, matchLabelKeys: ['b', 'c'], mismatchLabelKeys: ['c'] },
      'matchLabelKeys[1]: Invalid value: "c": exists in both matchLabelKeys and mismatchLabelKeys',
    ],
  ])('is refused with %s', (_name, item, message) => {
    const path = `spec.template.spec.affinity.podAntiAffinity.${REQUIRED}[0].`;
    const found = failure(() => podSpec({ affinity: { podAntiAffinity: { [REQUIRED]: [item] } } }));
    expect(found).toContain(path + message);
  });

  it('may select by a key whose value must differ', () => {
    const item = { ...selected, mismatchLabelKeys: ['app'] };
    const { podAffinity } = podSpec({ affinity: { podAffinity: { [REQUIRED]: [item] } } });
    expect(podAffinity.required[0]?.mismatchLabelKeys).toEqual(['app']);
  });

  it.each([0, 101])('is refused with weight %i', (weight) => {
    const preferred = { [PREFERRED]: [{ weight, podAffinityTerm: { topologyKey: 'zone' } }] };
    expect(failure(() => podSpec({ affinity: { podAffinity: preferred } }))).toContain(
      `${PREFERRED}[0].weight: Invalid value: ${weight}: must be in the range 1-100`,
    );
  });
});

describe('topology spread constraints', () => {
  const least = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' };

  it('have upstream defaults', () => {
    expect(podSpec({}).topologySpreadConstraints).toEqual([]);
    expect(podSpec({ topologySpreadConstraints: [least] }).topologySpreadConstraints).toEqual([
      {
        ...least,
        labelSelector: undefined,
        minDomains: undefined,
        nodeAffinityPolicy: 'Honor',
        nodeTaintsPolicy: 'Ignore',
        matchLabelKeys: [],
      },
    ]);
  });

  it('are read whole', () => {
    const full = {
      ...least,
      maxSkew: 3,
      minDomains: 4,
      nodeAffinityPolicy: 'Ignore',
      nodeTaintsPolicy: 'Honor',
      matchLabelKeys: ['pod-template-hash'],
    };
    const second = { ...least, whenUnsatisfiable: 'ScheduleAnyway' };
    const constraints = [{ ...full, labelSelector: { matchLabels: { app: 'x' } } }, second];
    const found = podSpec({ topologySpreadConstraints: constraints }).topologySpreadConstraints;
    expect(found).toMatchObject([{ ...full, labelSelector: { canonical: 'app=x' } }, second]);
  });

  it.each<[string, JsonObject, string]>([
    ['no skew', { maxSkew: 0 }, '[1].maxSkew: Invalid value: 0: must be greater than zero'],
    ['no topology', { topologyKey: '' }, '[1].topologyKey: Required value: can not be empty'],
    [
      'an unknown action',
      { whenUnsatisfiable: 'Skip' },
      '[1].whenUnsatisfiable: Unsupported value: "Skip": supported values: "DoNotSchedule", "ScheduleAnyway"',
    ],
    ['no domains', { minDomains: 0 }, '[1].minDomains: Invalid value: 0: must be greater than zero'],
    [
      'domains of a wish',
      { minDomains: 2, whenUnsatisfiable: 'ScheduleAnyway' },
      '[1].minDomains: Invalid value: 2: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway',
    ],
    [
      'an unknown policy',
      { nodeTaintsPolicy: 'honor' },
      '[1].nodeTaintsPolicy: Unsupported value: "honor": supported values: "Honor", "Ignore"',
    ],
    ['the same twice', { topologyKey: 'zone' }, '[1]: Duplicate value: "{zone, DoNotSchedule}"'],
    [
      'keys of no selector',
      { matchLabelKeys: ['a'] },
      '[1].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set',
    ],
    [
      'a key that the selector has',
      {
        matchLabelKeys: ['a'],
        labelSelector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] },
      },
      '[1].matchLabelKeys[0]: Invalid value: "a": exists in both matchLabelKeys and labelSelector',
    ],
  ])('are refused with %s', (_name, change, message) => {
    const second = { ...least, topologyKey: 'host', ...change };
    expect(failure(() => podSpec({ topologySpreadConstraints: [least, second] }))).toContain(
      `spec.template.spec.topologySpreadConstraints${message}`,
    );
  });
});

import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { KubectlRig, NODE, POD } from './testing/kubectlRig.ts';

/** Covers all that admission adds to pods without it. */
const ALL = { operator: 'Exists' };
const TOLERATION = { key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 };

/** A pod with these fields, and what a strategic merge patch of its spec is answered with. */
function patched(spec: JsonObject, change: JsonObject, node = ''): { rig: KubectlRig; answer: string } {
  const rest = Object.entries(spec).map(([field, value]) => `${field}: ${JSON.stringify(value)}, `);
  const rig = new KubectlRig(`${node}---${POD.replace('spec: {', `spec: {${rest.join('')}`)}`);
  if (node !== '') rig.cluster.bindPod(rig.pod('bare'), 0);
  const { out, error } = rig.run(`patch pod bare -p '${JSON.stringify({ spec: change })}'`);
  return { rig, answer: error || out };
}

const refused = (message: string) => `The Pod "bare" is invalid: ${message}`;

describe('of a pod', () => {
  test('gates can be removed, and none added', () => {
    const gates = { schedulingGates: [{ name: 'a' }, { name: 'b' }] };
    const { rig, answer } = patched(gates, { schedulingGates: [{ name: 'a', $patch: 'delete' }] });
    expect(answer).toBe('pod/bare patched');
    expect(rig.cluster.templateOf(rig.pod('bare')).spec.schedulingGates).toEqual(['b']);
    expect(patched(gates, { schedulingGates: [{ name: 'c' }] }).answer).toMatch(
      /^The Pod "bare" is invalid: spec.schedulingGates\[\d\]: Forbidden: only deletion is allowed, but found new scheduling gate 'c'$/,
    );
  });

  test('tolerations can be added, and how long they hold can change', () => {
    const { rig, answer } = patched({ tolerations: [ALL] }, { tolerations: [ALL, TOLERATION] });
    expect(answer).toBe('pod/bare patched');
    expect(rig.cluster.templateOf(rig.pod('bare')).spec.tolerations).toMatchObject([ALL, TOLERATION]);
    expect(rig.out('get pod bare -o jsonpath={.spec.tolerations[1].key}')).toBe('a');
    const both = { tolerations: [ALL, TOLERATION] };
    const longer = { tolerations: [ALL, { ...TOLERATION, tolerationSeconds: 70 }] };
    expect(patched(both, longer).answer).toBe('pod/bare patched');
    const message = 'Forbidden: existing toleration can not be modified except its tolerationSeconds';
    for (const tolerations of [[], [ALL], [ALL, { ...TOLERATION, key: 'b' }]]) {
      expect(patched(both, { tolerations }).answer).toBe(refused(`spec.tolerations: ${message}`));
    }
  });

  test('that has a node tolerations cannot be added here', () => {
    expect(patched({ tolerations: [ALL] }, { tolerations: [ALL, TOLERATION] }, NODE).answer).toBe(
      refused('spec.tolerations: Forbidden: the simulation does not play tolerations of a pod that has a node'),
    );
    expect(patched({ tolerations: [TOLERATION] }, { activeDeadlineSeconds: 5 }, NODE).answer).toBe('pod/bare patched');
  });

  test('its priority cannot change', () => {
    expect(patched({}, { priority: 1 }).answer).toBe(
      refused('spec: Forbidden: the simulation does not play changes of a running pod'),
    );
  });
});

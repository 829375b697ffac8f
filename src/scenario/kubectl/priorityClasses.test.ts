import { describe, expect, test } from 'vitest';
import { KubectlRig, POD } from './testing/kubectlRig.ts';

const HIGH = `
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 1000
`;

describe('priority classes', () => {
  test('are in a table, those of the system from the start', () => {
    const rig = new KubectlRig(HIGH);
    expect(rig.out('get pc').split('\n')).toEqual([
      'NAME                      VALUE        GLOBAL-DEFAULT   AGE   PREEMPTIONPOLICY',
      'high                      1000         false            0s    PreemptLowerPriority',
      'system-cluster-critical   2000000000   false            0s    PreemptLowerPriority',
      'system-node-critical      2000001000   false            0s    PreemptLowerPriority',
    ]);
    expect(rig.out('get priorityclass high -o yaml')).toContain('preemptionPolicy: PreemptLowerPriority\nvalue: 1000');
  });

  test('keep their value and policy', () => {
    const rig = new KubectlRig(HIGH);
    expect(rig.run(`patch pc high -p '{"value":2}'`).error).toBe(
      'The PriorityClass "high" is invalid: value: Forbidden: may not be changed in an update.',
    );
    expect(rig.run(`patch pc high -p '{"preemptionPolicy":"Never"}'`).error).toBe(
      'The PriorityClass "high" is invalid: preemptionPolicy: Invalid value: "Never": field is immutable',
    );
    expect(rig.out(`patch pc high -p '{"description":"x","globalDefault":true}'`)).toBe(
      'priorityclass.scheduling.k8s.io/high patched',
    );
    expect(rig.stored('PriorityClass', 'high').spec).toEqual({
      value: 1000,
      globalDefault: true,
      preemptionPolicy: 'PreemptLowerPriority',
    });
  });

  test('are deleted, but for those of the system', () => {
    const rig = new KubectlRig(HIGH);
    expect(rig.out('delete priorityclasses.scheduling.k8s.io high')).toBe(
      'priorityclass.scheduling.k8s.io "high" deleted',
    );
    expect(rig.run('delete pc system-node-critical').error).toBe(
      'priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: this is a system priority class and cannot be deleted',
    );
  });

  test('one of them may be the default', () => {
    const rig = new KubectlRig();
    rig.out('create priorityclass low --value=-5 --global-default --preemption-policy=Never');
    const refusal = 'PriorityClass low is already marked as default. Only one default can exist';
    expect(rig.run('create priorityclass other --value 5 --global-default').error).toBe(
      `failed to create priorityclass: priorityclasses.scheduling.k8s.io "other" is forbidden: ${refusal}`,
    );
    rig.out('create priorityclass other --value 5 --description "for others"');
    expect(rig.run(`patch pc other -p '{"globalDefault":true}'`).error).toBe(
      `priorityclasses.scheduling.k8s.io "other" is forbidden: ${refusal}`,
    );
    expect(rig.out(`patch pc low -p '{"description":"the default"}'`)).toContain('patched');
  });

  test('may be applied as a cluster prints those of the system', () => {
    const rig = new KubectlRig();
    const [line = ''] = rig.out('apply -f -', rig.out('get pc system-node-critical -o yaml')).split('\n').slice(-1);
    expect(line).toBe('priorityclass.scheduling.k8s.io/system-node-critical configured');
  });

  test.each([
    ['create priorityclass', 'exactly one NAME is required, got 0'],
    ['create priorityclass a b', 'exactly one NAME is required, got 2'],
    ['create priorityclass a --value=x', 'invalid argument "x" for "--value"'],
    ['create priorityclass a --preemption-policy=No', 'preemptionPolicy: Unsupported value: "No"'],
  ])('%s', (commandLine, message) => {
    expect(() => new KubectlRig().run(commandLine)).toThrow(message);
  });
});

describe('a pod', () => {
  test('is printed with what its class gave it', () => {
    const rig = new KubectlRig(`${HIGH}---${POD.replace('spec: {', 'spec: {priorityClassName: high, ')}`);
    const text = rig.out('get pod bare -o yaml');
    expect(text).toMatch(/preemptionPolicy: PreemptLowerPriority\n +priority: 1000\n +priorityClassName: high/);
    expect(rig.out('apply -f -', text)).toContain('pod/bare');
  });

  test('without a class has the default one, if there is one, and keeps it', () => {
    const rig = new KubectlRig(`${HIGH}globalDefault: true\n---${POD}`);
    rig.out('delete pc high');
    expect(rig.out('get pod bare -o yaml')).toMatch(/priority: 1000\n +priorityClassName: high/);
    rig.out('create -f -', POD.replace('name: bare', 'name: later'));
    const later = rig.out('get pod later -o yaml');
    expect(later).toMatch(/priority: 0\n/);
    expect(later).not.toContain('priorityClassName');
  });

  test('of a class that is not there is refused', () => {
    const rig = new KubectlRig();
    expect(rig.run('create -f -', POD.replace('spec: {', 'spec: {priorityClassName: high, ')).error).toBe(
      'pods "bare" is forbidden: no PriorityClass with name high was found',
    );
  });
});

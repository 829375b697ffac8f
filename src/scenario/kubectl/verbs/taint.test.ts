import { describe, expect, test } from 'vitest';
import { KubectlRig } from '../testing/kubectlRig.ts';

const NODES = ['a', 'b']
  .map((name) => `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}, labels: {name: ${name}}}\n`)
  .join('---\n');

/** Of node `a`: `key=value:effect`. */
function taints(rig: KubectlRig, node = 'a'): string[] {
  const found = rig.cluster.nodeObjects.find('', node)!.taints;
  return found.map(({ key, value, effect }) => `${key}=${value}:${effect}`);
}

describe('kubectl taint', () => {
  test('adds in front of what is there', () => {
    const rig = new KubectlRig(NODES);
    expect(rig.out('taint node a k=v:NoSchedule')).toBe('node/a tainted');
    expect(rig.out('taint nodes a k:NoExecute other=x:PreferNoSchedule')).toBe('node/a tainted');
    expect(taints(rig)).toEqual(['k=:NoExecute', 'other=x:PreferNoSchedule', 'k=v:NoSchedule']);
    expect(taints(rig, 'b')).toEqual([]);
  });

  test('overwrites only when told to', () => {
    const rig = new KubectlRig(NODES);
    rig.out('taint node a k=v:NoSchedule');
    expect(rig.run('taint node a k=w:NoSchedule').error).toBe(
      'node a already has k taint(s) with same effect(s) and --overwrite is false',
    );
    expect(rig.out('taint node a k=w:NoSchedule --overwrite')).toBe('node/a modified');
    expect(taints(rig)).toEqual(['k=w:NoSchedule']);
  });

  test('removes by effect, or all of a key', () => {
    const rig = new KubectlRig(NODES);
    rig.out('taint node a k=v:NoSchedule k=v:NoExecute other=x:NoSchedule');
    expect(rig.out('taint node a k=v:NoSchedule-')).toBe('node/a untainted');
    expect(taints(rig)).toEqual(['k=v:NoExecute', 'other=x:NoSchedule']);
    rig.out('taint node a k=v:NoSchedule');
    expect(rig.out('taint node a k-')).toBe('node/a untainted');
    expect(taints(rig)).toEqual(['other=x:NoSchedule']);
    expect(rig.out('taint node a other:NoSchedule- new:NoSchedule new2:NoSchedule')).toBe('node/a modified');
  });

  test('knows no taint that is not there', () => {
    const rig = new KubectlRig(NODES);
    expect(rig.run('taint node a k-').error).toBe('taint "k" not found');
    expect(rig.run('taint node a k=v:NoSchedule- x-').error).toBe(
      '[taint "k:NoSchedule" not found, taint "x" not found]',
    );
    expect(rig.run('taint node a b k-')).toMatchObject({ out: '', error: 'taint "k" not found\ntaint "k" not found' });
  });

  test('takes several nodes, all of them, or a selector', () => {
    const rig = new KubectlRig(NODES);
    expect(rig.out('taint nodes a b k=v:NoSchedule')).toBe('node/a tainted\nnode/b tainted');
    expect(rig.out('taint nodes --all k-')).toBe('node/a untainted\nnode/b untainted');
    expect(rig.out('taint nodes -l name=b k=v:NoSchedule')).toBe('node/b tainted');
    expect(rig.run('taint nodes a x k=v:NoExecute')).toMatchObject({
      out: 'node/a tainted',
      error: 'nodes "x" not found',
      isBadScenario: true,
    });
  });

  test.each([
    ['taint', 'one or more resources must be specified as <resource> <name>'],
    ['taint pods a k=v:NoSchedule', 'invalid resource type pods, only ["node" "nodes"] types are supported'],
    ['taint nodes k=v:NoSchedule', "at least one resource name must be specified since 'all' parameter is not set"],
    ['taint nodes a', 'at least one taint update is required'],
    ['taint nodes a k=v:NoSchedule b', 'all resources must be specified before taint changes: b'],
    ['taint nodes --all -l name=b k-', "setting 'all' parameter with a non empty selector is prohibited"],
    ['taint nodes a k=v', 'invalid taint spec: k=v'],
    ['taint nodes a k=v=w:NoSchedule', 'invalid taint spec: k=v=w:NoSchedule'],
    ['taint nodes a k:NoSchedule:x', 'invalid taint spec: k:NoSchedule:x'],
    ['taint nodes a k=v:NoSchedul', 'invalid taint effect: NoSchedul, unsupported taint effect'],
    ['taint nodes a -k=v:NoSchedule', 'flag -k of kubectl taint is not supported'],
    ['taint nodes a /k=v:NoSchedule', 'invalid taint spec: /k=v:NoSchedule'],
    ['taint nodes a k=:NoSchedule k=v:NoSchedule', 'duplicated taints with the same key and effect: k:NoSchedule'],
    [
      'taint nodes a k=v:NoSchedule k:NoSchedule-',
      'can not both modify and remove the following taint(s) in the same command: k:NoSchedule',
    ],
  ])('%s is refused', (commandLine, message) => {
    expect(() => new KubectlRig(NODES).run(commandLine)).toThrow(message);
  });
});

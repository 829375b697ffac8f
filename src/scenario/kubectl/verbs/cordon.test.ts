import { describe, expect, test } from 'vitest';
import { KubectlRig } from '../testing/kubectlRig.ts';

const NODES = ['a', 'b', 'c']
  .map((name) => `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}, labels: {zone: ${name === 'c' ? 'y' : 'x'}}}\n`)
  .join('---\n');

function cordoned(rig: KubectlRig): string[] {
  return rig.cluster.nodeObjects.list().flatMap(({ meta, unschedulable }) => (unschedulable ? [meta.name] : []));
}

describe('kubectl cordon and uncordon', () => {
  test('say what was so already', () => {
    const rig = new KubectlRig(NODES);
    expect(rig.out('cordon a')).toBe('node/a cordoned');
    expect(rig.out('cordon a node/b')).toBe('node/a already cordoned\nnode/b cordoned');
    expect(cordoned(rig)).toEqual(['a', 'b']);
    expect(rig.out('uncordon b c')).toBe('node/b uncordoned\nnode/c already uncordoned');
    expect(rig.out('uncordon c')).toBe('node/c already uncordoned');
    expect(cordoned(rig)).toEqual(['a']);
  });

  test('take a selector', () => {
    const rig = new KubectlRig(NODES);
    expect(rig.out('cordon -l zone=x')).toBe('node/a cordoned\nnode/b cordoned');
    expect(rig.out('uncordon --selector zone!=x')).toBe('node/c already uncordoned');
  });

  test('go on with the other nodes when one is missing', () => {
    const rig = new KubectlRig(NODES);
    expect(rig.run('cordon x a')).toEqual({
      out: 'node/a cordoned',
      error: 'nodes "x" not found',
      isBadScenario: true,
    });
  });

  test.each([
    ['cordon', 'you must name a node: cordon NODE'],
    ['uncordon', 'you must name a node: uncordon NODE'],
    ['cordon a -l zone=x', 'cannot specify both a node name and a --selector option'],
    ['cordon deployment/web', 'kubectl cordon works on nodes, not on deployments'],
    ['cordon --all', 'unknown flag "--all"'],
  ])('%s is refused', (commandLine, message) => {
    expect(() => new KubectlRig(NODES).run(commandLine)).toThrow(message);
  });
});

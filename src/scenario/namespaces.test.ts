import { expect, test } from 'vitest';
import { InputError } from '../api/errors.ts';
import { Cluster } from '../cluster/cluster.ts';
import { Kernel } from '../kernel/kernel.ts';
import { buildScenario } from './build.ts';

const SHOP = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}\n';

function build(text: string) {
  return buildScenario({ files: [{ file: 's.yaml', text }] }, {});
}

function errorOf(text: string): string {
  try {
    build(text);
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  return '';
}

test('labels of namespaces are read from the input', () => {
  const built = build(`${SHOP}---\n${SHOP.replace('shop', 'blog').replace(', labels: {team: a}', '')}`);
  expect([...built.namespaces.keys()]).toEqual(['shop', 'blog']);
  expect({ ...built.namespaces.get('shop') }).toEqual({ team: 'a' });
  expect(built.notSimulated).toEqual([]);
  expect(build(`${SHOP}spec: {finalizers: [kubernetes]}\nstatus: {phase: Active}\n`).notSimulated).toEqual([
    'Namespace spec (1)',
    'Namespace status (1)',
  ]);
});

test('a namespace is refused as upstream does', () => {
  expect(errorOf(SHOP.replace('team: a', "team: 'a b'"))).toMatch(
    /^s.yaml:3:.*Invalid value: "a b": a valid label must/,
  );
  expect(errorOf(SHOP.replace('name: shop', 'name: a.b'))).toContain(
    'metadata.name: Invalid value: "a.b": a lowercase',
  );
  expect(errorOf(SHOP.replace('metadata', 'meta'))).toContain('meta: unknown field');
});

test('every namespace has its name among its labels', () => {
  const cluster = new Cluster(new Kernel(), {
    seed: 1,
    watchMicros: 0,
    apiServer: { latencyMicros: 0, serviceMicros: 0 },
  });
  cluster.setNamespaceLabels('shop', { team: 'a', 'kubernetes.io/metadata.name': 'other' });
  expect(cluster.namespaceLabels('shop')).toEqual({ team: 'a', 'kubernetes.io/metadata.name': 'shop' });
  expect(cluster.namespaceLabels('default')).toEqual({ 'kubernetes.io/metadata.name': 'default' });
});

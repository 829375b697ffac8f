import { expect, test } from 'vitest';
import { statefulSet, waitForRunningAndReady } from '../../testing/sigapps/statefulSets.ts';
import { Stand } from '../../testing/stand.ts';
import { POD_INDEX_LABEL, POD_NAME_LABEL, PodIdentities, parentNameAndOrdinal } from './identity.ts';

test.each([
  ['db-0', { parent: 'db', ordinal: 0 }],
  ['my-db-12', { parent: 'my-db', ordinal: 12 }],
  ['db-01', { parent: 'db', ordinal: 1 }],
  ['db', { parent: '', ordinal: -1 }],
  ['db-x', { parent: '', ordinal: -1 }],
  ['db-2147483648', { parent: 'db', ordinal: -1 }],
])('what the name %s says', (name, expected) => {
  expect(parentNameAndOrdinal(name)).toEqual(expected);
});

test('a pod has its place and its revision in its labels, and gets the place back when it is taken away', () => {
  const stand = new Stand();
  stand.create(statefulSet(2, { ordinals: { start: 3 } }));
  waitForRunningAndReady(stand, 2);
  const { row, revision } = stand.pod('ss-4');
  const wanted = { [POD_NAME_LABEL]: 'ss-4', [POD_INDEX_LABEL]: '4', 'controller-revision-hash': revision };
  expect(stand.cluster.labelsOf(row)).toEqual({ baz: 'blah', foo: 'bar', ...wanted });
  const identities = new PodIdentities(stand.cluster);
  expect(identities.matches(stand.set('ss'), row, 4)).toBe(true);
  expect(identities.matches(stand.set('ss'), row, 3)).toBe(false);
  const { [POD_NAME_LABEL]: _, ...others } = stand.cluster.labelsOf(row);
  stand.cluster.setPodLabels(row, { ...others, [POD_INDEX_LABEL]: '7' });
  expect(identities.matches(stand.set('ss'), row, 4)).toBe(false);
  stand.run(1);
  expect(stand.cluster.labelsOf(row)).toMatchObject(wanted);
  expect(stand.events.map(({ message }) => message)).toContain('update Pod ss-4 in StatefulSet ss successful');
});

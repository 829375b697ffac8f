import { expect, it } from 'vitest';
import { plainStyle, renderTextTable } from './textTable.ts';

const columns = [
  { heading: 'NAME', align: 'left' as const, cells: ['web', 'frontend'] },
  { heading: 'PODS', align: 'right' as const, cells: ['5', '1200'] },
  { heading: 'OUTCOME', align: 'left' as const, cells: ['stalled', '-'] },
];

it('aligns without borders, and leaves no spaces behind', () => {
  expect(renderTextTable(columns, { headers: true, style: plainStyle })).toMatchInlineSnapshot(`
    "NAME      PODS  OUTCOME
    web          5  stalled
    frontend  1200  -
    "
  `);
});

it('decorates after aligning', () => {
  const text = renderTextTable(columns, { headers: true, style: (emphasis, part) => `<${emphasis}:${part}>` });
  expect(text).toMatchInlineSnapshot(`
    "<heading:NAME      PODS  OUTCOME>
    web          5  <bad:stalled>
    frontend  1200  <faint:->
    "
  `);
});

it('of no rows is the headings', () => {
  const empty = columns.map((column) => ({ ...column, cells: [] }));
  expect(renderTextTable(empty, { headers: true, style: plainStyle })).toBe('NAME  PODS  OUTCOME\n');
});

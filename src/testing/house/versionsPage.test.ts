/** docs/versions.md tells of all gates and changes that the sources have, in the same words. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FEATURE_GATES, gateEffect, gateHistory } from '../../api/featureGates.ts';
import { OTHER_GATES } from '../../api/otherGates.ts';
import { VERSION_CHANGES } from '../../api/versionChanges.ts';

const PAGE = readFileSync(new URL('../../../docs/versions.md', import.meta.url), 'utf8');

const WORDS: Readonly<Record<string, string>> = {
  a: 'off',
  b: 'off',
  B: 'on',
  G: 'locked on',
  D: 'deprecated, off',
  '-': 'gone',
};

/** `30a 33B 35G` → `off, on from 1.33, locked on from 1.35` */
function stages(history: string): string {
  if (history === '') return 'off, experimental';
  return history
    .split(' ')
    .map((text) => {
      const [, version, letter] = /^([\d.]+)(.)$/.exec(text)!;
      return version === '30' ? WORDS[letter!]! : `${WORDS[letter!]} from 1.${version}`;
    })
    .join(', ');
}

/** Cells of the rows of the page's tables. */
function rows(): string[] {
  const lines = PAGE.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
      .join(' | '),
  );
}

describe('docs/versions.md', () => {
  test('has the gates that change something', () => {
    const wanted = FEATURE_GATES.map((name) => `\`${name}\` | ${stages(gateHistory(name))} | ${gateEffect(name)}`);
    expect(rows()).toEqual(expect.arrayContaining(wanted));
  });

  test('has the gates that do not, and why', () => {
    const wanted = [...OTHER_GATES].map(([name, { history, why }]) => `\`${name}\` | ${stages(history)} | ${why}`);
    expect(rows()).toEqual(expect.arrayContaining(wanted));
  });

  test('has the changes without a gate', () => {
    const wanted = VERSION_CHANGES.map(({ since, what }) => `1.${since} | ${what}`);
    expect(rows()).toEqual(expect.arrayContaining(wanted));
  });

  test('has nothing else', () => {
    const headings = ['gate | stages | effect', 'gate | stages | here it', 'since | what'];
    const count = FEATURE_GATES.length + OTHER_GATES.size + VERSION_CHANGES.length;
    expect(rows().filter((row) => !headings.includes(row))).toHaveLength(count);
  });
});

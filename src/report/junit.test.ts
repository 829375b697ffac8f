import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { CheckSuite } from './checks.ts';
import { renderJunit } from './junit.ts';

/** Prints every element with its attributes and text, as an XML parser that is not ours has them. */
const PARSE = `
import json, sys, xml.etree.ElementTree as tree
print(json.dumps([[e.tag, e.attrib, (e.text or '').strip()] for e in tree.fromstring(sys.stdin.buffer.read()).iter()]))
`;

function parsed(xml: string): [tag: string, attributes: Record<string, string>, text: string][] {
  const { stdout, stderr, status } = spawnSync('python3', ['-c', PARSE], { input: xml, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const HOSTILE = `a<b> & "c" 'd' ]]> \u001b[1m <![CDATA[ é`;

const SUITES: readonly CheckSuite[] = [
  { name: 'empty', checks: [] },
  {
    name: 'thresholds',
    checks: [
      { name: HOSTILE, state: 'failed', details: [HOSTILE, 'second line'] },
      { name: 'holds', state: 'passed', details: ['3 s'] },
      { name: 'unclear', state: 'skipped', details: ['no verdict'] },
      { name: 'broken', state: 'error', details: ['cannot be read'] },
    ],
  },
];

describe('JUnit XML', () => {
  it('is read by a parser of XML as it was meant, whatever the names hold', () => {
    const counts = { tests: '4', failures: '1', errors: '1', skipped: '1' };
    const hostile = HOSTILE.replace('\u001b', '\uFFFD');
    const classname = 'shop.thresholds';
    expect(parsed(renderJunit('shop', SUITES))).toEqual([
      ['testsuites', { name: 'shop', ...counts }, ''],
      ['testsuite', { name: 'thresholds', ...counts }, ''],
      ['testcase', { classname, name: hostile }, ''],
      ['failure', { message: hostile }, `${hostile}\nsecond line`],
      ['testcase', { classname, name: 'holds' }, ''],
      ['testcase', { classname, name: 'unclear' }, ''],
      ['skipped', { message: 'no verdict' }, ''],
      ['testcase', { classname, name: 'broken' }, ''],
      ['error', { message: 'cannot be read' }, 'cannot be read'],
    ]);
  });
});

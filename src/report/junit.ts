import type { Check, CheckSuite } from './checks.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * JUnit's XML, as CI systems read it: a suite for each sort of check. It holds no times: what rollsim simulates is none that
 * a test took.
 *
 * @param name of the whole: the scenario
 */
export function renderJunit(name: string, suites: readonly CheckSuite[]): string {
  const filled = suites.filter(({ checks }) => checks.length > 0);
  const all = filled.flatMap(({ checks }) => checks);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name, ...countsOf(all) })}>`,
    ...filled.flatMap((suite) => suiteLines(name, suite)),
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

function suiteLines(scenario: string, { name, checks }: CheckSuite): string[] {
  return [
    `  <testsuite${attributes({ name, ...countsOf(checks) })}>`,
    ...checks.flatMap((check) => caseLines(`${scenario}.${name}`, check)),
    '  </testsuite>',
  ];
}

function caseLines(classname: string, { name, state, details }: Check): string[] {
  const opening = `    <testcase${attributes({ classname, name })}`;
  if (state === 'passed') return [`${opening}/>`];
  const message = attributes({ message: details[0] ?? '' });
  if (state === 'skipped') return [`${opening}>`, `      <skipped${message}/>`, '    </testcase>'];
  const element = state === 'error' ? 'error' : 'failure';
  return [
    `${opening}>`,
    `      <${element}${message}>${escapeXml(details.join('\n'))}</${element}>`,
    '    </testcase>',
  ];
}

function countsOf(checks: readonly Check[]): Record<string, string> {
  const count = (wanted: Check['state']): string => String(checks.filter(({ state }) => state === wanted).length);
  return {
    tests: String(checks.length),
    failures: count('failed'),
    errors: count('error'),
    skipped: count('skipped'),
  };
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => ` ${key}="${escapeXml(value).replaceAll('\n', '&#10;')}"`)
    .join('');
}

/** Characters that XML has no place for, not even escaped, become a replacement character. */
function escapeXml(text: string): string {
  const allowed = text.replaceAll(/\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu, (found) =>
    found === '\n' || found === '\t' ? found : '\uFFFD',
  );
  return allowed.replaceAll(/[&<>"]/g, (character) => ENTITIES[character]!);
}

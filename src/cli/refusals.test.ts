import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCENARIO } from '../runner/testing/scenario.ts';
import { Playground } from './testing/command.ts';

let playground: Playground;

beforeAll(() => {
  playground = new Playground();
  playground.write('small.yaml', SCENARIO);
});

afterAll(() => playground.remove());

describe('bad input', () => {
  const deployment = SCENARIO.split('---\n')[1]!;
  const strategy = (text: string): string =>
    deployment.replace('  replicas: 10', `  replicas: 10\n  strategy: {rollingUpdate: {${text}}}`);

  const cases: [name: string, content: string | Uint8Array, flags: string[], message: RegExp][] = [
    ['an empty file', '', [], /^error: bad\.yaml: /],
    ['a binary file', new Uint8Array([0, 1, 2, 255, 254, 0]), [], /^error: bad\.yaml/],
    ['a YAML syntax error', 'a: [1,\nb: 2', [], /^error: bad\.yaml:\d+:\d+: /],
    [
      'an unknown kind, strictly',
      `${deployment}---\nkind: Gizmo\napiVersion: v1\nmetadata: {name: x}\n`,
      ['--strict'],
      /Gizmo/,
    ],
    [
      'negative replicas',
      deployment.replace('replicas: 10', 'replicas: -1'),
      [],
      /^error: bad\.yaml:5:13: spec\.replicas: /,
    ],
    [
      'no surge and none unavailable',
      strategy('maxSurge: 0, maxUnavailable: 0'),
      [],
      /^error: bad\.yaml:\d+:\d+: spec\.strategy.*maxUnavailable/,
    ],
    [
      'a percent sign without a number',
      strategy('maxSurge: "%"'),
      [],
      /^error: bad\.yaml:\d+:\d+: spec\.strategy.*maxSurge: /,
    ],
    [
      'a selector that does not match',
      deployment.replace('matchLabels: {app: web}', 'matchLabels: {app: api}'),
      [],
      /^error: bad\.yaml:\d+:\d+: spec\./,
    ],
    ['two of a name', `${deployment}---\n${deployment}`, [], /^error: bad\.yaml:\d+:\d+: .*web/],
    [
      'a step for what does not exist',
      SCENARIO.replace('deployment/web app', 'deployment/api app'),
      [],
      /^error: bad\.yaml:9:\d+: steps\[0\]\.kubectl: .*api/,
    ],
    [
      'an unknown verb',
      SCENARIO.replace('set image', 'rolout restart'),
      [],
      /^error: bad\.yaml:9:\d+: steps\[0\]\.kubectl: .*"rolout".*"rollout"/,
    ],
    ['an unknown field', SCENARIO.replace('until:', 'untill:'), [], /^error: bad\.yaml:10:1: .*until/],
  ];

  it.each(cases)('%s', (_name, content, flags, message) => {
    playground.write('bad.yaml', content);
    const { status, stdout, stderr } = playground.run(['run', 'bad.yaml', '-q', ...flags]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  it('a name of no ready scenario, or of a folder of them', () => {
    const { stderr } = playground.run(['run', 'zebra']);
    expect(stderr).toBe('error: zebra: no such file or folder (rollsim list names the ready scenarios)\n');
    const folder = 'several ready scenarios: rollsim test tour plays them all, tour/01-bare-pod is one';
    expect(playground.run(['sweep', 'tour']).stderr).toContain(folder);
  });

  it('a misspelled name of a ready scenario', () => {
    const message = 'no such file or folder (did you mean the ready scenario "shop"?)';
    expect(playground.run(['run', 'shopp']).stderr).toBe(`error: shopp: ${message}\n`);
    expect(playground.run(['sweep', 'shop.yml']).stderr).toBe(`error: shop.yml: ${message}\n`);
  });

  it('a missing file', () => {
    const { status, stderr } = playground.run(['run', 'nowhere.yaml']);
    expect({ status, stderr }).toEqual({ status: 3, stderr: 'error: nowhere.yaml: no such file or folder\n' });
  });
});

describe('bad usage', () => {
  it.each([
    [['run', 'small.yaml', '--zebra'], "error: unknown option '--zebra'"],
    [['run', 'small.yaml', '--sed', '1'], "error: unknown option '--sed' (Did you mean one of --seed, --set?)"],
    [['runn', 'small.yaml'], "error: unknown command 'runn' (Did you mean run?)"],
    [['decide', 'small.yaml'], "error: unknown command 'decide'"],
    [['run'], "error: missing required argument 'file'"],
    [
      ['run', 'small.yaml', '--seed', '-1'],
      "error: option '--seed <number>' argument '-1' is invalid. Expected a whole number from 0 to 4294967295.",
    ],
    [
      ['run', 'small.yaml', '--seeds', '0'],
      "error: option '--seeds <count>' argument '0' is invalid. Expected a whole number from 1 to 100000.",
    ],
    [
      ['run', 'small.yaml', '-o', 'xml'],
      "error: option '-o, --output <format>' argument 'xml' is invalid. Allowed choices are table, wide, json, yaml, csv.",
    ],
    [
      ['run', 'small.yaml', '--events', '-', '-o', 'json'],
      'error: --events -: stdout cannot take both the events and the result of --output',
    ],
    [['run', 'small.yaml', '--events', 'no/log'], 'error: --events no/log: no such file or directory'],
    [
      ['sweep', 'small.yaml', '--vary', 'foo'],
      'error: --vary foo: expected PATH=VALUE (as in deployment/web:maxSurge=25%)',
    ],
  ])('%j', (args, message) => {
    expect(playground.run(args)).toEqual({ status: 2, stdout: '', stderr: `${message}\n` });
  });

  it('nothing at all prints the help', () => {
    const { status, stdout, stderr } = playground.run([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('Usage: rollsim');
  });
});

import { describe, expect, it } from 'vitest';
import { InputError } from '../api/errors.ts';
import { NEVER } from '../kernel/distribution.ts';
import { buildScenario } from './build.ts';

function build(rule: string) {
  const text = `apiVersion: rollsim/v1alpha1\nkind: Scenario\nbehavior:\n- ${rule}\n`;
  return buildScenario({ files: [{ file: 's.yaml', text }] }, {});
}

function errorOf(rule: string): string {
  try {
    build(rule);
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  throw new Error('was accepted');
}

describe('delays', () => {
  it.each([
    ['1.5s', { kind: 'constant', micros: 1_500_000 }],
    ['0', { kind: 'constant', micros: 0 }],
    ['never', { kind: 'never' }],
    ['{sequence: [1s, never, 20ms]}', { kind: 'sequence', micros: [1_000_000, NEVER, 20_000] }],
    ['{empirical: [1s, 2s]}', { kind: 'empirical', micros: [1_000_000, 2_000_000] }],
    ['{uniform: {min: 1s, max: 3s}}', { kind: 'uniform', minMicros: 1_000_000, maxMicros: 3_000_000 }],
    ['{normal: {mean: 5s, sd: 1s}}', { kind: 'normal', meanMicros: 5_000_000, standardDeviationMicros: 1_000_000 }],
    ['{logNormal: {median: 8s, p99: 30s}}', { kind: 'logNormal', medianMicros: 8_000_000, p99Micros: 30_000_000 }],
    ['{exponential: {mean: 2s}}', { kind: 'exponential', meanMicros: 2_000_000 }],
    ['{weibull: {shape: 1.5, scale: 2s}}', { kind: 'weibull', shape: 1.5, scaleMicros: 2_000_000 }],
  ])('reads %s', (text, expected) => {
    expect(build(`ready: ${text}`).behavior[0]!.ready).toEqual(expected);
  });

  it.each([
    ['5', 's.yaml:4:10: behavior[0].ready: missing unit in duration "5" (did you mean 5s?)'],
    ['soon', 's.yaml:4:10: behavior[0].ready: "soon" is not a duration such as "250ms", "1.5s" or "1h30m"'],
    ['-1s', 's.yaml:4:10: behavior[0].ready: duration "-1s" must not be negative'],
    ['[1s]', 's.yaml:4:3: behavior[0].ready: expected a duration, got ["1s"]'],
    ['true', 's.yaml:4:10: behavior[0].ready: expected a duration, got true'],
    ['{uniform: {min: 1s}}', 's.yaml:4:11: behavior[0].ready.uniform.max: Required value'],
    ['{uniform: {min: 3s, max: 1s}}', 's.yaml:4:35: behavior[0].ready.uniform.max: must not be less than min'],
    ['{uniform: {min: 1s, mx: 2s}}', 's.yaml:4:30: behavior[0].ready.uniform.mx: unknown field (did you mean "max"?)'],
    ['{uniform: 3s}', 's.yaml:4:20: behavior[0].ready.uniform: expected {min, max}, got "3s"'],
    ['{uniform: {min: 1s, max: never}}', 's.yaml:4:35: behavior[0].ready.uniform.max: must be a duration, not never'],
    [
      '{lognormal: {}}',
      's.yaml:4:11: behavior[0].ready.lognormal: unknown distribution "lognormal" (did you mean "logNormal"?)',
    ],
    [
      '{constructor: {}}',
      's.yaml:4:11: behavior[0].ready.constructor: unknown distribution "constructor" (expected a duration, never, or one of sequence, uniform, normal, logNormal, exponential, weibull, empirical)',
    ],
    ['{sequence: []}', 's.yaml:4:11: behavior[0].ready.sequence: expected a list of at least one duration'],
    [
      '{sequence: [1s, x]}',
      's.yaml:4:26: behavior[0].ready.sequence[1]: "x" is not a duration such as "250ms", "1.5s" or "1h30m"',
    ],
    ['{logNormal: {median: 0s, p99: 1s}}', 's.yaml:4:31: behavior[0].ready.logNormal.median: must be greater than 0'],
    [
      '{logNormal: {median: 2s, p99: 1s}}',
      's.yaml:4:40: behavior[0].ready.logNormal.p99: must not be less than median',
    ],
    [
      '{weibull: {shape: 0, scale: 1s}}',
      's.yaml:4:28: behavior[0].ready.weibull.shape: must be a number greater than 0',
    ],
    [
      '{mean: 1s, sd: 2s}',
      's.yaml:4:3: behavior[0].ready: expected a duration, never, or one of sequence, uniform, normal, logNormal, exponential, weibull, empirical',
    ],
  ])('refuses %s', (text, message) => {
    expect(errorOf(`ready: ${text}`)).toBe(message);
  });

  it('takes zero for what a rule leaves out, but pods stay ready', () => {
    const zero = { kind: 'constant', micros: 0 };
    const never = { kind: 'never' };
    expect(build('{}').behavior[0]).toEqual({
      match: {},
      pull: zero,
      start: zero,
      ready: zero,
      terminate: zero,
      unready: never,
      live: zero,
      run: never,
      hang: never,
      exitCode: { kind: 'constant', code: 0 },
      containers: new Map(),
      errorRate: 0,
    });
  });
});

describe('matches', () => {
  it.each([
    ['{image: "web:v2"}', { image: 'web:v2' }],
    ['{workload: deployment/web}', { workload: { kind: 'deployment', name: 'web' } }],
    ['{workload: Deployments.apps/web}', { workload: { kind: 'deployment', name: 'web' } }],
    ['{workload: sts/db}', { workload: { kind: 'statefulset', name: 'db' } }],
  ])('reads %s', (text, expected) => {
    expect(build(`match: ${text}`).behavior[0]!.match).toEqual(expected);
  });

  it.each([
    ['{labels: {app: web, tier: front}}', 'app=web,tier=front'],
    ['{labels: {matchLabels: {app: web}}}', 'app=web'],
    ['{labels: {matchExpressions: [{key: app, operator: Exists}]}}', 'app'],
    ['{labels: {matchLabels: plain}}', 'matchLabels=plain'],
  ])('reads labels %s', (text, canonical) => {
    expect(build(`match: ${text}`).behavior[0]!.match.labels!.canonical).toBe(canonical);
  });

  it.each([
    ['{labels: {app: 2}}', 's.yaml:4:25: behavior[0].match.labels.app: expected string, got 2'],
    ['{labels: {app: "a b"}}', 's.yaml:4:25: behavior[0].match.labels.app: Invalid value: "a b": a valid label'],
    ['{labels: [app]}', 's.yaml:4:11: behavior[0].match.labels: expected mapping, got ["app"]'],
    [
      '{workload: web}',
      's.yaml:4:21: behavior[0].match.workload: expected KIND/NAME such as "deployment/web", got "web"',
    ],
    [
      '{workload: deploymnet/web}',
      's.yaml:4:21: behavior[0].match.workload: "deploymnet" is not a kind of workload (did you mean "deployment"?)',
    ],
    [
      '{workload: service/web}',
      's.yaml:4:21: behavior[0].match.workload: "service" is not a kind of workload (expected one of',
    ],
    ['{imgae: x}', 's.yaml:4:11: behavior[0].match.imgae: unknown field (did you mean "image"?)'],
    ['{image: "*/web"}', 's.yaml:4:18: behavior[0].match.image: may have a * at its end only (as in "web:*")'],
    ['{image: 5}', 's.yaml:4:18: behavior[0].match.image: expected string, got 5 (quote it: "5")'],
  ])('refuses %s', (text, message) => {
    expect(errorOf(`match: ${text}`)).toContain(message);
  });
});

describe('exit codes', () => {
  it.each([
    ['3', { kind: 'constant', code: 3 }],
    ['{sequence: [0, 1]}', { kind: 'sequence', codes: [0, 1] }],
    ['{attempts: [137, 0]}', { kind: 'attempts', codes: [137, 0] }],
  ])('reads %s', (text, expected) => {
    expect(build(`exitCode: ${text}`).behavior[0]!.exitCode).toEqual(expected);
  });

  it.each([
    ['256', 's.yaml:4:13: behavior[0].exitCode: must be less than or equal to 255'],
    ['-1', 's.yaml:4:13: behavior[0].exitCode: must be greater than or equal to 0'],
    ['1.5', 's.yaml:4:13: behavior[0].exitCode: expected integer, got 1.5'],
    ['{attempts: []}', 's.yaml:4:14: behavior[0].exitCode.attempts: expected a list of at least one exit code'],
    ['{attempts: [0, x]}', 's.yaml:4:28: behavior[0].exitCode.attempts[1]: expected integer, got "x"'],
    ['{attempt: [0]}', 'behavior[0].exitCode: expected an exit code, {sequence: [...]} or {attempts: [...]}'],
    ['{attempts: [0], sequence: [0]}', 'behavior[0].exitCode: expected an exit code, {sequence: [...]} or'],
  ])('refuses %s', (text, message) => {
    expect(errorOf(`exitCode: ${text}`)).toContain(message);
  });
});

describe('run and hang', () => {
  it('may differ from start to start', () => {
    const second = { kind: 'constant', micros: 1e6 };
    const attempts = { kind: 'attempts', delays: [second, { kind: 'never' }] };
    expect(build('{run: {attempts: [1s, never]}}').behavior[0]!.run).toEqual(attempts);
    expect(build('{containers: {a: {hang: {attempts: [1s, never]}}}}').behavior[0]!.containers.get('a')).toEqual({
      hang: attempts,
    });
  });

  it.each([
    [
      '{run: {attempts: []}}',
      'behavior[0].run: expected {attempts: [...]} with a delay for each start of the container',
    ],
    ['{run: {attempts: [1s], sequence: [1s]}}', 'behavior[0].run: expected {attempts: [...]} with a delay'],
    ['{hang: {attempts: [1s, x]}}', 'behavior[0].hang.attempts[1]: "x" is not a duration'],
    ['{ready: {attempts: [1s]}}', 'behavior[0].ready.attempts: unknown distribution "attempts"'],
  ])('refuses %s', (rule, message) => {
    expect(errorOf(rule)).toContain(message);
  });
});

describe('containers', () => {
  it('have what they are given, and nothing else', () => {
    const rule = '{containers: {app: {run: 3s, exitCode: 1, hang: never}, load: {writes: data}, side: {reads: data}}}';
    expect([...build(rule).behavior[0]!.containers]).toEqual([
      [
        'app',
        { run: { kind: 'constant', micros: 3e6 }, exitCode: { kind: 'constant', code: 1 }, hang: { kind: 'never' } },
      ],
      ['load', { writes: 'data' }],
      ['side', { reads: 'data' }],
    ]);
  });

  it.each([
    ['{app: {redy: 1s}}', 's.yaml:4:22: behavior[0].containers.app.redy: unknown field (did you mean "ready"?)'],
    ['{app: {run: x}}', 's.yaml:4:27: behavior[0].containers.app.run: "x" is not a duration'],
    ['{app: 3s}', 's.yaml:4:21: behavior[0].containers.app: expected mapping, got "3s"'],
    ['{app: {writes: a, reads: a}}', 'containers.app.reads: a container cannot wait for what it writes itself'],
  ])('refuses %s', (text, message) => {
    expect(errorOf(`containers: ${text}`)).toContain(message);
  });
});

describe('errorRate', () => {
  it('is a share', () => {
    expect(build('errorRate: 0.25').behavior[0]!.errorRate).toBe(0.25);
    expect(errorOf('errorRate: 1.5')).toContain('behavior[0].errorRate: must be less than or equal to 1');
  });
});

describe('usage and load', () => {
  const read = (text: string) => {
    const { usage, load } = build(text).behavior[0]!;
    return { usage, load };
  };

  it('are amounts of cpu and memory', () => {
    expect(build('{usage: {cpu: 50m}, load: {cpu: "3"}}').notSimulated).toEqual([]);
    expect(read('{usage: {cpu: 50m, memory: 64Mi}}').usage).toEqual({ cpuMilli: 50, memoryBytes: 64 * 2 ** 20 });
    expect(read('{load: {cpu: "3"}}').load).toEqual({ cpuMilli: [{ atMicros: 0, amount: 3000 }] });
  });

  it('differ at the start, and over time', () => {
    expect(read('{usage: {cpu: 50m, startup: {cpu: 400m, for: 30s}}}').usage).toEqual({
      cpuMilli: 50,
      startup: { cpuMilli: 400, forMicros: 30e6 },
    });
    expect(read('{load: {cpu: {steps: [[0s, 2], [60s, 4]]}}}').load).toEqual({
      cpuMilli: [
        { atMicros: 0, amount: 2000 },
        { atMicros: 60e6, amount: 4000 },
      ],
    });
    expect(read('{load: {requestsPerSecond: {steps: [[10s, 200]]}, cpuPerRequest: 5m}}').load).toEqual({
      requestsPerSecond: [{ atMicros: 10e6, amount: 200 }],
      cpuMilli: [{ atMicros: 10e6, amount: 1000 }],
    });
  });

  it.each([
    ['{usage: {cpu: 50mm}}', 's.yaml:4:17: behavior[0].usage.cpu: "50mm" is not a quantity'],
    ['{usage: {cpu: -1}}', 'behavior[0].usage.cpu: must be greater than or equal to 0'],
    ['{usage: 3}', 'behavior[0].usage: expected mapping, got 3'],
    ['{usage: {disk: 3}}', 'behavior[0].usage.disk: unknown field'],
    ['{usage: {startup: {cpu: 3}}}', 'behavior[0].usage.startup.for: Required value'],
    ['{load: {cpu: 1, requestsPerSecond: 1, cpuPerRequest: 1}}', 'give either cpu, or requestsPerSecond and'],
    ['{load: {requestsPerSecond: 1}}', 'behavior[0].load.cpuPerRequest: Required value'],
    ['{load: {cpu: {steps: []}}}', 'behavior[0].load.cpu.steps: expected a list of [time, amount]'],
    ['{load: {cpu: {steps: [[0s]]}}}', 'behavior[0].load.cpu.steps[0]: expected [time, amount]'],
    ['{load: {cpu: {steps: [[5s, 1], [5s, 2]]}}}', 'behavior[0].load.cpu.steps[1][0]: must be later than'],
  ])('refuses %s', (rule, message) => {
    expect(errorOf(rule)).toContain(message);
  });
});

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCENARIO } from '../runner/testing/scenario.ts';
import { MAIN, Playground } from './testing/command.ts';

let playground: Playground;

beforeAll(() => {
  playground = new Playground();
  playground.write('small.yaml', SCENARIO);
});

afterAll(() => playground.remove());

const SURGE = 'deployment/web:maxSurge';
const UNAVAILABLE = 'deployment/web:maxUnavailable';

describe('run', () => {
  it('prints a table', () => {
    const { status, stdout, stderr } = playground.run(['run', 'small.yaml']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^WORKLOAD +CAUSE +OUTCOME +START +DURATION +AVAIL MIN .* MEM MAX$/);
    expect(lines[1]).toMatch(/^deployment\/web +update +complete +60\.\ds /);
    expect(stdout).toMatch(/small: Kubernetes \d\.\d+, seed 1, [\d.]+ s of simulated time\. 1 first rollout/);
  });

  it('prints the whole result as JSON', () => {
    const result = JSON.parse(playground.run(['run', 'small.yaml', '-o', 'json', '--seed', '7']).stdout);
    expect(result).toMatchObject({ schemaVersion: 1, kind: 'run', seeds: [7], tool: { name: 'rollsim' } });
    expect(result.options).toEqual({});
    expect(result.scenarioHash).toMatch(/^[0-9a-f]{64}$/);
    expect(result.runs[0].rollouts).toHaveLength(2);
  });

  it('says what the command line changed', () => {
    const flags = ['--set', 'deployment/web:replicas=3', '--nodes', '2', '--restart', 'deployment/web'];
    const result = JSON.parse(playground.run(['run', 'small.yaml', '-o', 'json', ...flags]).stdout);
    const set = ['deployment/web:replicas=3'];
    expect(result.options).toEqual({ nodes: 2, restart: ['deployment/web'], set });
    expect(result.runs[0].rollouts).toMatchObject([{ cause: 'create' }, { cause: 'update' }, { cause: 'update' }]);
    expect(result.runs[0].rollouts[0].desiredReplicas).toBe(3);
  });

  it('gives the same bytes for the same seed, others for another', () => {
    const seeded = (seed: string): string => playground.run(['run', 'small.yaml', '-o', 'csv', '--seed', seed]).stdout;
    expect(seeded('3')).toBe(seeded('3'));
    expect(seeded('3').replaceAll('small,3', 'small,4')).not.toBe(seeded('4'));
  });

  it('reads stdin', () => {
    expect(playground.run(['run', '-', '-q', '--no-headers'], SCENARIO).stdout).toMatch(/^deployment\/web +update/);
  });

  it('plays several seeds', () => {
    const { stdout } = playground.run(['run', 'small.yaml', '--seeds', '3', '-o', 'csv']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1 + 3 * 2);
  });

  it('writes the event log', () => {
    const { status, stderr } = playground.run(['run', 'small.yaml', '--events', 'log.jsonl']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'wrote log.jsonl\n' });
    const log = readFileSync(playground.path('log.jsonl'), 'utf8');
    const lines = log
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ scenario: 'small', seed: 1 });
    expect(lines.some(({ kind, event }) => kind === 'Pod' && event === 'created')).toBe(true);
    expect(playground.run(['run', 'small.yaml', '--events', '-']).stdout).toBe(log);
  });

  it('is the same twice', () => {
    expect(playground.run(['run', 'small.yaml', '--check-determinism', '-q']).status).toBe(0);
  });

  it('says which step failed', () => {
    playground.write('failing.yaml', SCENARIO.replace('app=web:v2', 'nosuch=web:v2'));
    const { status, stderr } = playground.run(['run', 'failing.yaml']);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^warning: kubectl set image deployment\/web nosuch=web:v2: .*"nosuch"/);
    const sweep = playground.run(['sweep', 'failing.yaml', '--vary', 'nodes=3', '--jobs', '1']);
    expect(sweep).toMatchObject({ status: 0, stderr: expect.stringContaining(stderr) });
    expect(sweep.stderr).toContain('nothing rolls out: only first rollouts were measured (--restart deployment/web)');
  });

  it('ends with 3 when a step of the command line fails', () => {
    const flags = ['--kubectl', 'set image deployment/web nope=web:v3', '-q'];
    const { status, stdout, stderr } = playground.run(['run', 'small.yaml', ...flags]);
    expect(status).toBe(3);
    expect(stdout).toMatch(/^deployment\/web +update +complete/m);
    expect(stderr).toBe(
      `error: --kubectl 'set image deployment/web nope=web:v3': unable to find container named "nope"\n`,
    );
    const sweep = playground.run(['sweep', 'small.yaml', '--vary', 'nodes=3,4', '--jobs', '1', ...flags]);
    expect(sweep).toMatchObject({ status: 3, stderr: stderr.replace('\n', ' (2 of 2 runs)\n') });
  });

  it('says what kubectl answered', () => {
    const { status, stderr } = playground.run([
      ...['run', 'small.yaml', '--kubectl', 'get deployments'],
      ...['--kubectl', 'set image deployment/web app=web:v2'],
    ]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^[\d.]+ s: kubectl get deployments\nNAME .*\nweb .*10\/10 /);
    expect(stderr).toMatch(/\nnote: kubectl set image deployment\/web app=web:v2 changed nothing\n$/);
  });

  it('rounds as a sweep does', () => {
    const numbers = playground.run(['run', 'small.yaml', '-o', 'json', '--seed', '7']).stdout.match(/\d+\.\d+/g);
    expect(Math.max(...numbers!.map((text) => text.split('.')[1]!.length))).toBeLessThanOrEqual(6);
  });

  it('ends with 5 at the limit of events', () => {
    const { status, stderr } = playground.run(['run', 'small.yaml', '--max-events', '100', '-q']);
    expect({ status, stderr }).toEqual({
      status: 5,
      stderr: 'error: stopped by --max-events 100; the result is incomplete\n',
    });
  });
});

describe('thresholds', () => {
  function runWith(expression: string, ...flags: string[]) {
    playground.write('gate.yaml', SCENARIO.replace('until:', `thresholds: {${expression}}\nuntil:`));
    return playground.run(['run', 'gate.yaml', ...flags]);
  }

  it('that hold end with 0', () => {
    const { status, stderr } = runWith('rollout.availableMin: [">=5"]');
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(/^✓ rollout\.availableMin >=5: \d+ pods\n$/),
    });
  });

  it('that are breached end with 99, and say so even with -q', () => {
    const { status, stderr } = runWith('rollout.durationSeconds: ["p(95)<1", "max<1000"]', '-q', '--seeds', '3');
    expect(status).toBe(99);
    expect(stderr).toMatch(/^✗ rollout\.durationSeconds p\(95\)<1: \d+\.\d{1,2} s\n$/);
  });

  it('on an unknown metric are an error', () => {
    const { status, stderr } = runWith('rollout.duration: ["max<1"]');
    expect(status).toBe(3);
    expect(stderr).toMatch(/^error: gate\.yaml:\d+:\d+: thresholds.*: unknown metric "rollout\.duration"/);
  });
});

describe('sweep', () => {
  const axes = ['--vary', `${SURGE}=0,25%`, '--vary', `${UNAVAILABLE}=0,1,25%`, '--seeds', '3'];

  it('gives the same bytes with any number of threads', () => {
    const [one, two, three] = [1, 2, 3].map((jobs) => {
      const files = ['--export-csv', `new/${jobs}/r.csv`, '--export-json', `new/${jobs}/r.json`];
      const outcome = playground.run(['sweep', 'small.yaml', ...axes, '--jobs', String(jobs), ...files, '-q']);
      const read = (name: string): string => readFileSync(playground.path(`new/${jobs}/${name}`), 'utf8');
      return { ...outcome, csv: read('r.csv'), json: read('r.json') };
    });
    expect(one!.status).toBe(0);
    expect(two).toEqual(one);
    expect(three).toEqual(one);
    expect(readdirSync(playground.path('new/1')).sort()).toEqual(['r.csv', 'r.json']);
    expect(JSON.parse(one!.json)).toMatchObject({ kind: 'sweep', seeds: [1, 2, 3], partial: false });
    expect(one!.csv.trimEnd().split('\n')).toHaveLength(1 + 6);
  });

  it('shows each variant, and the one that Kubernetes refuses as such', () => {
    const { status, stdout } = playground.run(['sweep', 'small.yaml', ...axes, '--jobs', '1']);
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^MAXSURGE +MAXUNAVAILABLE +OUTCOME +DURATION +P95 +AVAIL MIN /);
    expect(lines.slice(1, 7).map((line) => line.trim().split(/ +/).slice(0, 3).join(' '))).toEqual([
      '0 0 refused',
      '0 1 complete',
      '0 25% complete',
      '25% 0 complete',
      '25% 1 complete',
      '25% 25% complete',
    ]);
    expect(stdout).toMatch(/\nFastest, [\d.]+ s \(median of 3 seeds\): maxSurge=25% maxUnavailable=25%\.\n/);
    expect(stdout).toMatch(/\nNever below the desired pods: maxSurge=25% maxUnavailable=0\.\n/);
    expect(stdout).toMatch(/\nRefused: maxSurge=0 maxUnavailable=0: .*may not be 0/);
  });

  it('without --vary tries the strategy of the Deployment', () => {
    const { status, stdout, stderr } = playground.run(['sweep', 'small.yaml', '--dry-run']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`${SURGE}  ${UNAVAILABLE}`);
    expect(stdout).toContain('20 runs (20 variants, 1 seed); none was done.');
  });

  it('that is refused for every variant is an error', () => {
    const { status, stdout, stderr } = playground.run(['sweep', 'small.yaml', '--vary', 'deployment/wbe:replicas=1,2']);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toBe('error: deployment/wbe:replicas=1: no deployment/wbe in the input (did you mean "web"?)\n');
  });

  it('keeps what is done when it is interrupted', async () => {
    const args = ['sweep', 'small.yaml', '--vary', 'deployment/web:replicas=1..400', '--seeds', '50', '--jobs', '2'];
    const { status, stdout } = await interrupt([...args, '--export-csv', 'partial.csv'], 'SIGINT');
    expect(status).toBe(130);
    expect(stdout).toMatch(/^ +1 +complete /m);
    expect(stdout).toMatch(/Stopped early: [1-9]\d* of 20000 runs done\.\n$/);
    expect(readFileSync(playground.path('partial.csv'), 'utf8')).toMatch(/^1,small,deployment\/web,update,complete/m);
  });

  it('ends with 143 at SIGTERM', async () => {
    const args = ['sweep', 'small.yaml', '--vary', 'deployment/web:replicas=1..400', '--seeds', '50', '--jobs', '1'];
    const { status, stdout } = await interrupt(args, 'SIGTERM');
    expect(status).toBe(143);
    expect(stdout).toContain('Stopped early');
  });
});

describe('exports', () => {
  const sweep = ['sweep', 'small.yaml', '--vary', `${SURGE}=1`];

  it('that cannot be written are refused before anything runs', () => {
    mkdirSync(playground.path('folder'));
    expect(playground.run([...sweep, '--export-csv', 'folder'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'error: --export-csv folder: is a folder\n',
    });
    const below = playground.run([...sweep, '--export-csv', 'ok.csv', '--export-json', 'small.yaml/x.json']);
    expect(below).toMatchObject({ status: 2, stdout: '' });
    expect(existsSync(playground.path('ok.csv'))).toBe(false);
  });

  it('leave an older file alone when the sweep fails', () => {
    playground.write('old.csv', 'old');
    expect(playground.run(['sweep', 'small.yaml', '--vary', 'nodes=-1', '--export-csv', 'old.csv']).status).toBe(3);
    expect(readFileSync(playground.path('old.csv'), 'utf8')).toBe('old');
    expect(readdirSync(playground.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('are named when they are written', () => {
    const files = ['--export-csv', 'results/a.csv', '--export-json', 'a.json'];
    const { stderr } = playground.run([...sweep, ...files]);
    expect(stderr).toBe('wrote results/a.csv\nwrote a.json\n');
    expect(playground.run([...sweep, ...files, '-q']).stderr).toBe('');
  });

  it('follow links, and write to what is no file', () => {
    writeFileSync(playground.path('target.csv'), '');
    symlinkSync('target.csv', playground.path('link.csv'));
    expect(playground.run([...sweep, '--export-csv', 'link.csv', '--export-json', '/dev/null']).status).toBe(0);
    expect(readFileSync(playground.path('target.csv'), 'utf8')).toMatch(/^maxSurge,/);
  });
});

describe('validate', () => {
  it('counts what it read, and reports every bad file', () => {
    playground.write('worse.yaml', 'kind: [');
    const { status, stdout, stderr } = playground.run(['validate', 'small.yaml', 'worse.yaml', 'nowhere', '-q']);
    expect({ status, stdout }).toEqual({ status: 3, stdout: 'small.yaml: ok (1 object, 3 nodes, 1 step)\n' });
    expect(stderr).toMatch(
      /^error: worse\.yaml:1:\d+: .*\nerror: nowhere: no such file or folder \(rollsim list .*\)\n$/,
    );
  });

  it('lists what is not simulated', () => {
    playground.write('more.yaml', SCENARIO.replace('    spec:\n', '    spec:\n      hostNetwork: true\n'));
    expect(playground.run(['validate', 'more.yaml']).stderr).toMatch(/^more\.yaml: not simulated: .*hostNetwork/m);
    expect(playground.run(['run', 'more.yaml']).stderr).toMatch(/^not simulated: .*hostNetwork/m);
    expect(playground.run(['run', 'more.yaml', '-q']).stderr).toBe('');
    expect(playground.run(['run', 'more.yaml', '--strict']).status).toBe(3);
  });
});

describe('help', () => {
  it.each([['--help'], ['run', '--help'], ['sweep', '--help'], ['help', 'validate']])('%s %s', (...args) => {
    const { status, stdout, stderr } = playground.run(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Examples:\n {2}rollsim /);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThan(100);
  });

  it('lists commands and exit codes', () => {
    const { stdout } = playground.run(['--help']);
    for (const name of ['run', 'sweep', 'validate', 'schema', 'list', 'version']) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    }
    expect(stdout).toContain('99 a threshold or an expectation was breached');
  });
});

describe('the rest', () => {
  it('prints its version', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(playground.run(['--version']).stdout).toBe(`${version}\n`);
    expect(playground.run(['version']).stdout).toContain(`rollsim ${version}`);
  });

  it('prints a JSON Schema', () => {
    expect(JSON.parse(playground.run(['schema']).stdout)).toMatchObject({ title: 'rollsim scenario', type: 'object' });
  });

  it('lists ready scenarios, and runs each by its name', () => {
    const ready = JSON.parse(playground.run(['list', '-o', 'json']).stdout) as { name: string; description: string }[];
    for (const { name, description } of ready) {
      expect(description).not.toBe('');
      expect(playground.run(['validate', name, '-q'])).toMatchObject({ status: 0, stderr: '' });
    }
  });

  it('is quiet when its reader has seen enough', async () => {
    const child = spawn(process.execPath, [MAIN, 'sweep', 'small.yaml', '--seeds', '20', '-o', 'json', '-q'], {
      cwd: playground.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.stdout.once('data', () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

/** Starts a command, interrupts it after a second, and waits for its end. */
/** Long enough that a busy machine has done some runs, too short for all. */
const INTERRUPTED_AFTER_MILLIS = 5_000;

function interrupt(
  args: readonly string[],
  signal: NodeJS.Signals,
): Promise<{ status: number | null; stdout: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: playground.folder,
    env: playground.environment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  setTimeout(() => child.kill(signal), INTERRUPTED_AFTER_MILLIS);
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, stdout })));
}

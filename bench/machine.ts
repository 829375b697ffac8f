import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

/** Where and of what figures were taken: without it, they cannot be compared with others. */
export interface Machine {
  readonly rollsim: string;
  /** Short, with `+` when files were changed since; null when git does not know. */
  readonly commit: string | null;
  readonly date: string;
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGibibytes: number;
  /** Processes that wanted a core in the minute before. Much above 0: the figures are not to be trusted. */
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    rollsim: packageVersion(),
    commit: currentCommit(),
    date: new Date().toISOString(),
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

/** One line, for the head of the output. */
export function machineLine(machine: Machine): string {
  const { rollsim, commit, node, cpu, cores, memoryGibibytes, platform, loadBefore } = machine;
  const version = commit === null ? rollsim : `${rollsim} (${commit})`;
  return `rollsim ${version}, Node.js ${node}, ${platform}, ${cores} x ${cpu}, ${memoryGibibytes} GiB, load ${loadBefore}`;
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function currentCommit(): string | null {
  try {
    const commit = git('rev-parse', '--short', 'HEAD');
    return git('status', '--porcelain', '--', 'src', 'bench') === '' ? commit : `${commit}+`;
  } catch {
    return null;
  }
}

function git(...args: string[]): string {
  const cwd = new URL('.', import.meta.url);
  return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

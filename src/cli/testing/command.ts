/** Runs the built command line, as a user does. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built entry point. */
export const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own, with files; the command runs there, so that no message holds a path of this machine. */
export class Playground {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'rollsim-'));

  constructor() {
    if (!existsSync(MAIN)) throw new Error('dist/cli/main.js is missing: npm run build');
  }

  /** @param content text, or bytes for what is none */
  write(name: string, content: string | Uint8Array): string {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return name;
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  run(args: readonly string[], input = ''): Outcome {
    const options = { cwd: this.folder, input, encoding: 'utf8', env: this.environment() } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], options);
    return { status, stdout, stderr };
  }

  /** Neither colours nor what a CI run changes. */
  environment(): NodeJS.ProcessEnv {
    const { FORCE_COLOR: _force, CI: _ci, ...rest } = process.env;
    return { ...rest, NO_COLOR: '1' };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The project's own source files, as text. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface SourceFile {
  /** `kernel/kernel.ts` */
  readonly path: string;
  /** `kernel` */
  readonly layer: string;
  readonly text: string;
  /** The text without comments. */
  readonly code: string;
}

export interface Import {
  readonly from: SourceFile;
  /** `node:fs`, or `cluster/index.ts` for one of our own. */
  readonly target: string;
  /** Empty for packages. */
  readonly layer: string;
}

function read(file: string): SourceFile {
  const path = relative(ROOT, file).split(sep).join('/');
  const text = readFileSync(file, 'utf8');
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
  return { path, layer: path.split('/')[0]!, text, code };
}

function list(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return list(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

/** Everything under `src`, tests included. */
export const allFiles: readonly SourceFile[] = list(ROOT).sort().map(read);

/** What is built and shipped: neither tests nor what only they use. */
export const productFiles: readonly SourceFile[] = allFiles.filter(
  ({ path }) => !path.endsWith('.test.ts') && !/(^|\/)testing(\/|\.ts$)/.test(path),
);

const IMPORT = /^(?:import|export)\s[^'";]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;

export function importsOf(from: SourceFile): Import[] {
  return [...from.code.matchAll(IMPORT)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3]!;
    if (!specifier.startsWith('.')) return { from, target: specifier, layer: '' };
    const target = normalize(join(dirname(from.path), specifier))
      .split(sep)
      .join('/');
    return { from, target, layer: target.split('/')[0]! };
  });
}

/** `path: line` of each line of code that matches. */
export function matches(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, code }) =>
    code
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );
}

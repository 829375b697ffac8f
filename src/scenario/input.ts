/** Finds and reads the files of a scenario: the only place of this folder that touches the file system. */
import { type Dirent, readdirSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { isJsonObject } from '../api/canonical.ts';
import { LARGEST_INPUT, readDocuments, type SourceDocument, tooLarge } from '../api/document.ts';
import { InputError, type SourcePlace } from '../api/errors.ts';
import type { FieldPath } from '../api/path.ts';
import { SCENARIO_KIND } from './schema.ts';

/** An experiment with a scenario; `sweepDocument.ts` has its fields. */
export const SWEEP_KIND = 'Sweep';

const STDIN = '-';
const STDIN_NAME = '<stdin>';
const MANIFEST_NAME = /\.(ya?ml|json)$/i;

/** The text of one file. */
export interface InputFile {
  /** As the user named it; `<stdin>` for `-`. */
  readonly file: string;
  readonly text: string;
}

/** All files of an input. Plain data: workers get a copy and parse it again. */
export interface LoadedInput {
  readonly files: readonly InputFile[];
}

/**
 * Reads files, folders (recursively, `*.yaml`, `*.yml` and `*.json` in the order of their names, nothing hidden) and
 * `-`, and behind each Scenario what it lists as `resources`, relative to its file. Each file is read once.
 *
 * @param stdin called at most once, for `-`.
 * @throws InputError for a file or folder that is missing, unreadable or without manifests, for a Scenario that includes
 *   itself, and for text that cannot be parsed.
 */
export function readInput(paths: readonly string[], stdin: () => string): LoadedInput {
  if (paths.length === 0) throw new InputError('no input', undefined, 'name files, folders, or - for standard input');
  const reader = new InputReader(stdin);
  for (const path of paths) reader.read(path, undefined);
  return { files: reader.files };
}

/** All objects of an input, in order. */
export function documentsOf({ files }: LoadedInput): SourceDocument[] {
  return files.flatMap(({ file, text }) => readDocuments(text, file));
}

/** A resource, and where it is listed. */
interface Resource {
  readonly path: string;
  readonly place: SourcePlace;
}

class InputReader {
  readonly files: InputFile[] = [];
  readonly #stdin: () => string;
  /** Real paths, so that two names of a file are one file. */
  readonly #seen = new Set<string>();
  /** Files whose `resources` are being read, outermost first. */
  readonly #open: { readonly real: string; readonly file: string }[] = [];

  constructor(stdin: () => string) {
    this.#stdin = stdin;
  }

  /** @param place where the path is listed; undefined: on the command line. */
  read(path: string, place: SourcePlace | undefined): void {
    if (path === STDIN) {
      this.#readOnce(STDIN, STDIN_NAME, () => this.#stdin());
      return;
    }
    const stats = statOf(path, place);
    if (stats.isDirectory()) {
      this.#readFolder(path, place);
      return;
    }
    const real = realNameOf(path, stats);
    this.#refuseCycle(real, path, place);
    this.#readFile(path, real, stats, place);
  }

  #readFolder(folder: string, place: SourcePlace | undefined): void {
    const found = manifestsIn(folder, new Set());
    if (found.length === 0) {
      throw new InputError('no manifests in this folder (*.yaml, *.yml, *.json)', place ?? { file: folder });
    }
    for (const file of found) {
      const stats = statOf(file, place);
      this.#readFile(file, realNameOf(file, stats), stats, place);
    }
  }

  #readFile(path: string, real: string, stats: Stats, place: SourcePlace | undefined): void {
    // readDocuments refuses it, too; reading a disk image first would only take long.
    if (stats.size > LARGEST_INPUT) throw tooLarge(stats.size, path);
    this.#readOnce(real, path, () => readText(path, place));
  }

  #readOnce(real: string, file: string, read: () => string): void {
    if (this.#seen.has(real)) return;
    this.#seen.add(real);
    const text = read();
    this.files.push({ file, text });
    this.#open.push({ real, file });
    for (const resource of resourcesOf(text, file)) this.read(resource.path, resource.place);
    this.#open.pop();
  }

  #refuseCycle(real: string, path: string, place: SourcePlace | undefined): void {
    const start = this.#open.findIndex((entry) => entry.real === real);
    if (start < 0) return;
    const names = [...this.#open.slice(start).map((entry) => entry.file), path];
    throw new InputError(`resources lead in a circle: ${names.join(' -> ')}`, place);
  }
}

/** A pipe, as from the shell's `<(helm template .)`, has no real path. */
function realNameOf(path: string, stats: Stats): string {
  return stats.isFile() ? realpathSync(path) : path;
}

/** Folders that links lead into twice are entered once. */
function manifestsIn(folder: string, entered: Set<string>): string[] {
  const real = realpathSync(folder);
  if (entered.has(real)) return [];
  entered.add(real);
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    const stats = entry.isSymbolicLink()
      ? attempt(path, undefined, () => statSync(path, { throwIfNoEntry: false }))
      : entry;
    if (stats?.isDirectory()) return manifestsIn(path, entered);
    return stats?.isFile() && MANIFEST_NAME.test(entry.name) ? [path] : [];
  });
}

/** In code unit order, which is the same on every machine; hidden ones left out. */
function entriesOf(folder: string): Dirent[] {
  const entries = attempt(folder, undefined, () => readdirSync(folder, { withFileTypes: true }));
  const visible = entries.filter((entry) => !entry.name.startsWith('.'));
  return visible.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function statOf(path: string, place: SourcePlace | undefined): Stats {
  if (/^https?:\/\//.test(path)) {
    throw new InputError(`${path} is not read from the network`, place ?? { file: path }, 'download it first');
  }
  const stats = attempt(path, place, () => statSync(path, { throwIfNoEntry: false }));
  if (stats !== undefined) return stats;
  if (place === undefined) throw new InputError('no such file or folder', { file: path });
  throw new InputError(`${path}: no such file or folder`, place);
}

function readText(path: string, place: SourcePlace | undefined): string {
  return attempt(path, place, () => readFileSync(path, 'utf8'));
}

/** An error of the file system is one of the user's input. */
function attempt<T>(path: string, place: SourcePlace | undefined, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    const reasons: Record<string, string> = { EACCES: 'permission denied', ENOTDIR: 'no such file or folder' };
    const reason = reasons[code] ?? code;
    throw place === undefined ? new InputError(reason, { file: path }) : new InputError(`${path}: ${reason}`, place);
  }
}

const SWEEP_LINE = /"?kind"?:\s*"?Sweep\b/;

/** What the Scenarios of a file list, and the scenario of a Sweep. Files without one are not parsed here: manifests can be big. */
function resourcesOf(text: string, file: string): Resource[] {
  const hasResources = text.includes(SCENARIO_KIND) && text.includes('resources');
  if (!hasResources && !SWEEP_LINE.test(text)) return [];
  return readDocuments(text, file).flatMap((document) => {
    const { value } = document;
    if (isJsonObject(value) && value.kind === SWEEP_KIND && typeof value.scenario === 'string') {
      return [resource(document, value.scenario, ['scenario'])];
    }
    const resources = isJsonObject(document.value) && document.value.kind === SCENARIO_KIND && document.value.resources;
    // Anything but a list of strings is refused when the Scenario is checked.
    if (!Array.isArray(resources)) return [];
    return resources.flatMap((path, index) =>
      typeof path === 'string' ? [resource(document, path, ['resources', index])] : [],
    );
  });
}

function resource(document: SourceDocument, path: string, field: FieldPath): Resource {
  const place = document.placeOf(field);
  if (path === STDIN || isAbsolute(path) || /^https?:\/\//.test(path)) return { path, place };
  const folder = document.file === STDIN_NAME ? '.' : dirname(document.file);
  return { path: join(folder, path), place };
}

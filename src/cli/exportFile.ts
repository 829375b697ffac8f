import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { UsageError } from './failure.ts';

/**
 * A file that is opened before the work begins, so that a path that cannot be written fails at once and not after an
 * hour, and that gets its content in one step at the end: nobody ever reads half a result, and an older result stays
 * until then.
 */
export class ExportFile {
  /** As the user wrote it. */
  readonly name: string;
  /** Where it will be; behind a symbolic link, where that points. */
  private readonly target: string;
  /** Undefined for what is no regular file, such as /dev/stdout: that is written to, not replaced. */
  private readonly temporary: string | undefined;
  private readonly descriptor: number;
  private isOpen = true;

  /**
   * Creates the folders above it.
   *
   * @throws UsageError naming the flag when it cannot be written.
   */
  constructor(flag: string, file: string) {
    this.name = file;
    try {
      makeFolder(path.dirname(path.resolve(file)));
      this.target = resolveLink(file);
      const kind = kindOf(this.target);
      if (kind === 'folder') throw new UsageError(`${flag} ${file}: is a folder`);
      if (kind === 'file') accessSync(this.target, constants.W_OK);
      this.temporary = kind === 'special' ? undefined : temporaryName(this.target);
      this.descriptor = openSync(this.temporary ?? this.target, 'w');
    } catch (error) {
      throw error instanceof UsageError ? error : new UsageError(`${flag} ${file}: ${reasonOf(error)}`);
    }
  }

  /** Writes the content and puts the file in its place. */
  finish(text: string): void {
    writeFileSync(this.descriptor, text);
    this.close();
    if (this.temporary !== undefined) renameSync(this.temporary, this.target);
  }

  /** Leaves everything as it was before; nothing to do for a finished one. */
  discard(): void {
    if (!this.isOpen) return;
    this.close();
    if (this.temporary !== undefined) rmSync(this.temporary, { force: true });
  }

  private close(): void {
    this.isOpen = false;
    closeSync(this.descriptor);
  }
}

/** Why a file could not be used: `permission denied`, without the path that the message has already. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return /^E\w+: ([^,]+)/.exec(error.message)?.[1] ?? error.message;
}

function kindOf(file: string): 'none' | 'file' | 'folder' | 'special' {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) return 'none';
  if (status.isDirectory()) return 'folder';
  return status.isFile() ? 'file' : 'special';
}

function resolveLink(file: string): string {
  return kindOf(file) === 'none' ? file : realpathSync(file);
}

/** With its parents. The recursive mkdirSync of Node.js 20 never returns below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder);
}

/** In the same folder, since only there a rename is one step. */
function temporaryName(target: string): string {
  return path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.tmp`);
}

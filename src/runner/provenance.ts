import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { LoadedInput } from '../scenario/index.ts';

/** The program that made a result. */
export interface Tool {
  readonly name: string;
  readonly version: string;
}

/** Version of the result objects' shape; goes up when a field changes its meaning or goes away. */
export const SCHEMA_VERSION = 1;

let tool: Tool | undefined;

/** Name and version as the package says; the same two folders up from the sources and from the built program. */
export function currentTool(): Tool {
  if (tool === undefined) {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    const { name, version } = JSON.parse(text) as Tool;
    tool = { name, version };
  }
  return tool;
}

/**
 * SHA-256 of everything that was read, in order. File names are left out: the same scenario has the same hash in
 * whatever folder it lies.
 */
export function hashInput(input: LoadedInput): string {
  const hash = createHash('sha256');
  for (const { text } of input.files) hash.update(`${text.length}\n`).update(text);
  return hash.digest('hex');
}

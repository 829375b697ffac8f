import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { BuildOptions, LoadedInput } from '../scenario/index.ts';
import type { Scenario } from '../scenario/types.ts';

/** The program that made a result. */
export interface Tool {
  readonly name: string;
  readonly version: string;
}

/** What the command line changed about the scenario; only what was given. */
export interface GivenOptions extends Omit<BuildOptions, 'settings'> {
  /** `PATH=VALUE` */
  readonly set?: readonly string[];
}

/** What made a result: enough to make it again, and to see whether two results are about the same. */
export interface Provenance {
  /** Of the result's shape; goes up when a field changes its meaning or goes away. */
  readonly schemaVersion: number;
  readonly tool: Tool;
  readonly scenario: string;
  /** SHA-256 of everything that was read. */
  readonly scenarioHash: string;
  readonly kubernetes: string;
  readonly options: GivenOptions;
}

/** Of results: those of another cannot be compared. */
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

/** The provenance of runs of this scenario, built from this input with these options. */
export function provenanceOf(
  input: LoadedInput,
  build: BuildOptions,
  scenario: Pick<Scenario, 'name' | 'kubernetes'>,
): Provenance {
  const { settings, ...options } = build;
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: currentTool(),
    scenario: scenario.name,
    scenarioHash: hashInput(input),
    kubernetes: scenario.kubernetes.text,
    options: {
      ...options,
      ...(settings === undefined ? {} : { set: settings.map(({ path, text }) => `${path}=${text}`) }),
    },
  };
}

/** File names are left out: the same scenario has the same hash in whatever folder it lies. */
function hashInput(input: LoadedInput): string {
  const hash = createHash('sha256');
  for (const { text } of input.files) hash.update(`${text.length}\n`).update(text);
  return hash.digest('hex');
}

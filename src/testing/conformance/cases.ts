import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogEntry } from '../../metrics/log/logLine.ts';
import type { CompareOptions } from './compare.ts';

/** A scenario beside the recording of what a real control plane did with it. */
export interface ConformanceCase {
  /** `deployment/recreate` */
  readonly name: string;
  readonly scenarioPath: string;
  readonly recordingPath: string;
}

/** The first line of a recording. */
interface RecordingHeader {
  readonly scenario: string;
  readonly kubernetes: string;
  /** Two recordings of the case agreed in every decision. */
  readonly exact: boolean;
  /** Seconds. */
  readonly until: number;
  /** Only in cases about nodes: whether every pod's node was the only best one. */
  readonly placement?: boolean;
}

interface Recording {
  readonly options: CompareOptions;
  readonly header: RecordingHeader;
  readonly lines: readonly LogEntry[];
}

/** Cases of a folder: `NAME.yaml` with `NAME.jsonl`, by name. */
export function listCases(root: string, folder: string): ConformanceCase[] {
  return readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .filter((name) => existsSync(join(root, folder, `${name}.jsonl`)))
    .sort()
    .map((name) => ({
      name: `${folder}/${name}`,
      scenarioPath: join(root, folder, `${name}.yaml`),
      recordingPath: join(root, folder, `${name}.jsonl`),
    }));
}

export function readRecording(path: string): Recording {
  const [first, ...rest] = readFileSync(path, 'utf8').trim().split('\n');
  if (first === undefined || first === '') throw new Error(`${path}: no lines`);
  const header = JSON.parse(first) as RecordingHeader;
  const lines = rest.map((line) => JSON.parse(line) as LogEntry);
  return { options: { exact: header.exact, placement: header.placement === true }, header, lines };
}

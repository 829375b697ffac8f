import type { LogEntry } from '../../metrics/log/logLine.ts';
import type { RunResult } from '../../metrics/result.ts';

/** One run with all that can be told of its course. */
export interface RunRecording {
  /** With timelines and explanations of its rollouts. */
  readonly result: RunResult;
  /** The event log without its first line. */
  readonly lines: readonly LogEntry[];
}

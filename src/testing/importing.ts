/** Dumps of simulated clusters, as kubectl prints them, and scenarios that begin as they were; for tests. */
import { readDocuments } from '../api/document.ts';
import type { JsonObject } from '../api/types.ts';
import type { LogEntry, LogLine } from '../metrics/log/logLine.ts';
import type { RunResult } from '../metrics/result.ts';
import { renderImportedJson } from '../report/importedState.ts';
import { runScenario } from '../runner/simulation.ts';
import { importDump } from '../scenario/importing/index.ts';
import { buildScenario } from '../scenario/index.ts';
import type { Played } from './play.ts';

/** Everything that a state has something of. */
export const DUMP =
  'get nodes,deploy,rs,sts,ds,controllerrevisions,job,cronjob,pdb,hpa,quota,limitrange,priorityclass,svc,pvc,pv,sc,pods -A -o json';

/** What a run's last dump printed. */
export function dumpOf({ steps }: RunResult): string {
  return steps.findLast(({ kubectl }) => kubectl === DUMP)!.out;
}

/**
 * Plays a scenario that begins with the state of a dump.
 *
 * @param scenario more fields of the Scenario.
 */
export function playImported(dump: string, scenario: JsonObject, seed = 1): Played {
  const imported = importDump(readDocuments(dump, 'dump.json'), { name: 'imported' });
  const text = renderImportedJson({ ...imported, scenario: { ...imported.scenario, ...scenario } });
  const built = buildScenario({ files: [{ file: 'imported.json', text }] }, {});
  const lines: LogLine[] = [];
  const result = runScenario({ scenario: built, seed, onLogLine: (line) => lines.push(line), maxEvents: 2_000_000 });
  return { result, log: lines.filter((line): line is LogEntry => 'kind' in line) };
}

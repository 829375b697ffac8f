import { rfc3339 } from '../api/dateTime.ts';
import { referenceTo } from '../api/reference.ts';
import type { Cluster } from '../cluster/index.ts';

/** One sentence for each CronJob of whose schedule no time came: a run is mostly shorter than a day. */
export function idleCronJobs({ tables, startEpochSeconds }: Cluster): string[] {
  return tables.CronJob.list().flatMap(({ spec, status, meta }) => {
    if (spec.suspend || status.lastScheduleMicros !== undefined) return [];
    const schedule = JSON.stringify(spec.schedule) + (spec.timeZone === undefined ? '' : ` (${spec.timeZone})`);
    const began = `which begins at ${rfc3339(startEpochSeconds)}`;
    return [`${referenceTo('CronJob', meta)}: no time of ${schedule} came within the run, ${began}`];
  });
}

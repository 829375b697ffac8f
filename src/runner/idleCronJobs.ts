import { rfc3339, START_EPOCH_SECONDS } from '../api/dateTime.ts';
import type { Cluster } from '../cluster/index.ts';

/** One sentence for each CronJob of whose schedule no time came: a run is mostly shorter than a day. */
export function idleCronJobs({ tables }: Cluster): string[] {
  return tables.CronJob.list().flatMap(({ spec, status, meta: { namespace, name } }) => {
    if (spec.suspend || status.lastScheduleMicros !== undefined) return [];
    const prefix = namespace === 'default' ? '' : `${namespace}/`;
    const schedule = JSON.stringify(spec.schedule) + (spec.timeZone === undefined ? '' : ` (${spec.timeZone})`);
    const began = `which begins at ${rfc3339(START_EPOCH_SECONDS)}`;
    return [`${prefix}cronjob/${name}: no time of ${schedule} came within the run, ${began}`];
  });
}

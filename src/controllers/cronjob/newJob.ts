import { rfc3339, START_EPOCH_SECONDS } from '../../api/dateTime.ts';
import { decodeObject } from '../../api/decode/decode.ts';
import { InputError } from '../../api/errors.ts';
import { parseTimeZone, UTC } from '../../api/timeZone.ts';
import type { JobManifest } from '../../api/types.ts';
import { type ApiError, type Cluster, type CronJob, createdJob } from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';
import { epochSeconds } from './timetable.ts';

const SCHEDULED_TIMESTAMP_ANNOTATION = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** Two Jobs for one time get one name, so that there is only one of them. */
export function jobName(
  { meta }: Pick<CronJob, 'meta'>,
  scheduledMicros: Micros,
  startEpochSeconds = START_EPOCH_SECONDS,
): string {
  return `${meta.name}-${Math.floor(epochSeconds(scheduledMicros, startEpochSeconds) / 60)}`;
}

/** The Job of a CronJob for one of its times (upstream's `getJobFromTemplate2`). */
function jobFromTemplate(cronJob: CronJob, scheduledMicros: Micros, startEpochSeconds: number): JobManifest {
  const { meta, spec } = cronJob;
  const { labels, annotations, manifest } = spec.jobTemplate;
  const seconds = epochSeconds(scheduledMicros, startEpochSeconds);
  const zone = spec.timeZone === undefined ? UTC : parseTimeZone(spec.timeZone);
  const timestamp = rfc3339(seconds, zone.offsetSeconds(seconds));
  const metadata = {
    name: jobName(cronJob, scheduledMicros, startEpochSeconds),
    namespace: meta.namespace,
    labels: { ...labels },
    annotations: { ...annotations, [SCHEDULED_TIMESTAMP_ANNOTATION]: timestamp },
  };
  return decodeObject({ apiVersion: 'batch/v1', kind: 'Job', metadata, spec: manifest }) as JobManifest;
}

/** A POST of the Job for one of the CronJob's times; to be called when the request arrives. */
export function createJob(cluster: Cluster, cronJob: CronJob, scheduledMicros: Micros): ApiError | undefined {
  try {
    const job = cluster.admitted(jobFromTemplate(cronJob, scheduledMicros, cluster.startEpochSeconds));
    return cluster.tables.Job.create(createdJob(job, cluster.allocateUid(), cluster.kernel.nowMicros, cronJob.uid));
  } catch (error) {
    // What the API server's validation says of a Job that the template alone does not show to be wrong.
    if (!(error instanceof InputError)) throw error;
    return { reason: 'Invalid', message: error.message };
  }
}

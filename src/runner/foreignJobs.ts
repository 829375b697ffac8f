import { referenceTo } from '../api/reference.ts';
import { type Cluster, externalController } from '../cluster/index.ts';

/** One sentence for each Job that its manifest leaves to a controller which is not simulated. */
export function foreignJobs({ tables }: Cluster): string[] {
  return tables.Job.list().flatMap((job) => {
    const controller = externalController(job);
    if (controller === undefined) return [];
    const problem = `managedBy leaves it to ${controller}, which is not simulated: nothing happens to it`;
    return [`${referenceTo('Job', job.meta)}: ${problem}`];
  });
}

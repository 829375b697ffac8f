import { type Cluster, externalController } from '../cluster/index.ts';

/** One sentence for each Job that its manifest leaves to a controller which is not simulated. */
export function foreignJobs({ tables, minorVersion }: Cluster): string[] {
  return tables.Job.list().flatMap((job) => {
    const controller = externalController(job, minorVersion);
    if (controller === undefined) return [];
    const { namespace, name } = job.meta;
    const prefix = namespace === 'default' ? '' : `${namespace}/`;
    return [
      `${prefix}job/${name}: managedBy leaves it to ${controller}, which is not simulated: nothing happens to it`,
    ];
  });
}

import type { CompiledTemplate } from '../../cluster/templateTable.ts';
import type { PreEnqueuePlugin } from '../framework.ts';

/** Keeps pods out of activeQ as long as `spec.schedulingGates` is not empty. */
export class SchedulingGates implements PreEnqueuePlugin {
  readonly name = 'SchedulingGates';

  preEnqueue(_pod: number, template: CompiledTemplate): boolean {
    return template.spec.schedulingGates.length === 0;
  }
}

import type { ControllerContext } from '../workers.ts';
import { ReplicaSetController } from './controller.ts';

/** The controller of ReplicationControllers, by upstream's name (pkg/controller/replication). */
export class ReplicationManager extends ReplicaSetController {
  constructor(context: ControllerContext) {
    super(context, 'ReplicationController');
  }
}

import type { Cluster } from '../../cluster/cluster.ts';
import type { BindPlugin, Handle } from '../framework.ts';

/** Creates the Binding: the API server sets `spec.nodeName`. */
export class DefaultBinder implements BindPlugin {
  readonly name = 'DefaultBinder';
  private readonly cluster: Cluster;

  constructor(handle: Handle) {
    this.cluster = handle.cluster;
  }

  bind(pod: number, node: number): boolean {
    return this.cluster.bindPod(pod, node) === undefined;
  }
}

import type { ApiClient } from '../cluster/apiClient.ts';
import { widened } from '../cluster/columns.ts';
import type { CompiledTemplate } from '../cluster/templateTable.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import type { Profile } from './profile.ts';

export interface BindingCycleOptions {
  readonly kernel: Kernel;
  readonly client: ApiClient;
  readonly profileOf: (pod: number) => Profile;
  /** The node that the pod was assumed on. */
  readonly nodeOf: (pod: number) => number;
  readonly onBound: (pod: number, node: number) => void;
  /** The pod is not bound; it is to be tried again where it could not be prepared for its node. */
  readonly onFailed: (pod: number, isRetried: boolean) => void;
}

/** What follows the scheduling of a pod while the next ones are scheduled: PreBind and Bind (upstream's bindingCycle). */
export class BindingCycle {
  private readonly options: BindingCycleOptions;
  private readonly bindHandler: HandlerId;
  /** Number of the binding that is on its way, by pod row; 0 for none. Tells a pod from a later one in the same row. */
  private current = new Int32Array(0);
  private count = 0;

  constructor(options: BindingCycleOptions) {
    this.options = options;
    this.bindHandler = options.kernel.register('scheduler/bind', (pod, binding) => this.bind(pod, binding));
  }

  isUnderWay(pod: number): boolean {
    return pod < this.current.length && this.current[pod] !== 0;
  }

  start(pod: number): void {
    if (pod >= this.current.length)
      this.current = widened(this.current, Math.max(pod + 1, 256, this.current.length * 2));
    this.count = (this.count % 0x7fffffff) + 1;
    this.current[pod] = this.count;
    this.preBind(pod, this.count, 0);
  }

  /** The pod is gone, or has its node. */
  end(pod: number): void {
    if (pod < this.current.length) this.current[pod] = 0;
  }

  /** Gives back what the Reserve plugins took for the pod. */
  unreserve(pod: number, template: CompiledTemplate, node: number): void {
    for (const plugin of this.options.profileOf(pod).reserves) plugin.unreserve(pod, template, node);
  }

  /** Runs the PreBind plugins from the `next`-th on, each when the one before is done, and then sends the binding. */
  private preBind(pod: number, binding: number, next: number): void {
    const { preBinds } = this.options.profileOf(pod);
    for (let i = next; i < preBinds.length; i++) {
      const done = (isReady: boolean) => {
        if (this.current[pod] !== binding) return;
        if (isReady) this.preBind(pod, binding, i + 1);
        else this.options.onFailed(pod, true);
      };
      if (preBinds[i]!.preBind(pod, this.options.nodeOf(pod), done)) return;
    }
    this.options.client.send(this.bindHandler, pod, binding);
  }

  private bind(pod: number, binding: number): void {
    if (this.current[pod] !== binding) return;
    const node = this.options.nodeOf(pod);
    if (this.options.profileOf(pod).binder.bind(pod, node)) this.options.onBound(pod, node);
    else this.options.onFailed(pod, false);
  }
}

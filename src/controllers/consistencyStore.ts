import type { ApiError } from '../cluster/index.ts';

/** What a sync says that may not act before its informer shows the pods that it created last. */
export const STALE_PODS: ApiError = {
  reason: 'Conflict',
  message: 'the informer has not seen the pods that were created last',
};

/**
 * Upstream's `ConsistencyStore` (gates StaleControllerConsistency…): what a controller has last written of an object, so
 * that it does not act on it again before its informer shows that.
 */
export class ConsistencyStore {
  private readonly written = new Map<number, number>();

  wroteAt(uid: number, resourceVersion: number): void {
    this.written.set(uid, resourceVersion);
  }

  clear(uid: number): void {
    this.written.delete(uid);
  }

  /** An error until the object as informers show it is not older than what was written. */
  ensureReady(cached: { readonly uid: number; readonly resourceVersion: number }): ApiError | undefined {
    const written = this.written.get(cached.uid);
    if (written === undefined) return undefined;
    if (cached.resourceVersion < written) {
      return { reason: 'Conflict', message: 'the informer has not seen what the controller wrote last' };
    }
    this.written.delete(cached.uid);
    return undefined;
  }
}

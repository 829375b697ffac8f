import type { Taint } from '../../api/types.ts';
import {
  type ApiError,
  type Cluster,
  call,
  isSameTaintList,
  notFound,
  type Process,
  read,
  withTaints,
} from '../../cluster/index.ts';
import { MICROS_PER_MILLI } from '../../kernel/time.ts';

/** Upstream's `UpdateTaintBackoff`: so many attempts, with this and up to as much again in between. */
const ATTEMPTS = 5;
const BACKOFF_MICROS = 100 * MICROS_PER_MILLI;

/**
 * Upstream's `AddOrUpdateTaintOnNode` and `RemoveTaintOffNode`: reads the node and writes it with other taints, again
 * after a pause when somebody else has written it in between. The first read is answered from the API server's watch
 * cache, which is as far behind as informers are: a node that has just been written by somebody else, as one that joins
 * is, makes the first attempt fail.
 */
export function* updateTaints(
  cluster: Cluster,
  uid: number,
  change: (taints: readonly Taint[]) => readonly Taint[],
): Process<ApiError | undefined> {
  const { nodeObjects } = cluster;
  const name = nodeObjects.cached(uid)?.meta.name ?? '';
  const jitter = cluster.streams.stream(`node-controller/updateTaints/${name}`);
  for (let attempt = 1; ; attempt++) {
    const node = yield* read(() => (attempt === 1 ? nodeObjects.cached(uid) : nodeObjects.get(uid)));
    if (node === undefined) return notFound(nodeObjects.resource, name);
    const taints = change(node.taints);
    if (isSameTaintList(taints, node.taints)) return undefined;
    const { error } = yield call(() => nodeObjects.update(withTaints(node, taints)));
    if (error?.reason !== 'Conflict' || attempt === ATTEMPTS) return error;
    yield { kind: 'sleep', micros: BACKOFF_MICROS + jitter.integer(BACKOFF_MICROS) };
  }
}

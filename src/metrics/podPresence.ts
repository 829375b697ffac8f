import { POD_BOUND, POD_EXISTS, POD_FINISHED } from '../cluster/podTable.ts';

/** Exists and has not finished, terminating or not: the pod holds what it requests. */
export function isPresent(state: number): boolean {
  return (state & (POD_EXISTS | POD_FINISHED)) === POD_EXISTS;
}

/** Present and on a node. */
export function isPresentOnNode(state: number): boolean {
  return (state & (POD_EXISTS | POD_BOUND | POD_FINISHED)) === (POD_EXISTS | POD_BOUND);
}

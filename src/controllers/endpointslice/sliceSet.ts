import type { Endpoint } from '../../cluster/index.ts';

/** `--max-endpoints-per-slice` */
const MAX_ENDPOINTS_PER_SLICE = 100;

interface Slice {
  /** Of the stored object; undefined while there is none. */
  uid: number | undefined;
  endpoints: readonly Endpoint[];
}

/**
 * How a Service's endpoints are dealt out to slices: one stays in its slice, a new one goes to the first slice with room,
 * and a slice that is empty is given up.
 */
export class SliceSet {
  private readonly slices: Slice[] = [];
  private readonly changedNumbers = new Set<number>();
  /** No slice below this number has room. */
  private roomFrom = 0;
  private readonly sliceOfPod = new Map<number, number>();

  /** Puts the pod's endpoint in place, changes it, or takes it out. */
  put(podUid: number, wanted: Endpoint | undefined, isSame: (a: Endpoint, b: Endpoint) => boolean): void {
    const number = this.sliceOfPod.get(podUid);
    if (number === undefined) {
      if (wanted !== undefined) this.insert(wanted);
      return;
    }
    const slice = this.slices[number]!;
    const at = slice.endpoints.findIndex((endpoint) => endpoint.podUid === podUid);
    if (wanted !== undefined && isSame(slice.endpoints[at]!, wanted)) return;
    if (wanted === undefined) this.sliceOfPod.delete(podUid);
    slice.endpoints = slice.endpoints.toSpliced(at, 1, ...(wanted === undefined ? [] : [wanted]));
    this.changedNumbers.add(number);
    if (wanted === undefined) this.roomFrom = Math.min(this.roomFrom, number);
  }

  /** All endpoints. */
  endpoints(): Endpoint[] {
    return this.slices.flatMap(({ endpoints }) => endpoints);
  }

  slice(number: number): Readonly<Slice> {
    return this.slices[number]!;
  }

  /** Numbers of the slices that have to be written. */
  changed(): number[] {
    return [...this.changedNumbers].sort((a, b) => a - b);
  }

  /** The slice is stored as it is, under this uid; undefined: it is not stored. */
  written(number: number, uid: number | undefined): undefined {
    this.slices[number]!.uid = uid;
    this.changedNumbers.delete(number);
  }

  private insert(endpoint: Endpoint): void {
    while ((this.slices[this.roomFrom]?.endpoints.length ?? 0) === MAX_ENDPOINTS_PER_SLICE) this.roomFrom++;
    const number = this.roomFrom;
    let slice = this.slices[number];
    if (slice === undefined) {
      slice = { uid: undefined, endpoints: [] };
      this.slices.push(slice);
    }
    slice.endpoints = [...slice.endpoints, endpoint];
    this.changedNumbers.add(number);
    this.sliceOfPod.set(endpoint.podUid, number);
  }
}

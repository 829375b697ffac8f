import { parseLabelSelector } from '../../api/selector.ts';
import {
  type ApiError,
  type Cluster,
  call,
  type Endpoint,
  type EndpointSlice,
  POD_BOUND,
  POD_FINISHED,
  POD_RUNNING,
  type Process,
  type Service,
} from '../../cluster/index.ts';
import { PodSelectors } from '../podSelectors.ts';
import { type ControllerContext, type SyncError, Workers } from '../workers.ts';
import { endpointOf, isSameEndpoint } from './endpoint.ts';
import { SliceSet } from './sliceSet.ts';

/** Upstream's `maxRetries` of this controller. */
const MAX_RETRIES = 15;

/** What is kept of one Service. */
interface Published {
  /** Rows of pods that changed, by uid, since the last sync looked at them. */
  readonly changed: Map<number, number>;
  readonly slices: SliceSet;
}

/**
 * Keeps a Service's EndpointSlices as its selector and its pods have them, as upstream's pkg/controller/endpointslice
 * does: a pod with an address is listed from then on until it is gone or has finished, and is `ready` while it is Ready
 * and not terminating (or always, with publishNotReadyAddresses). A sync looks only at pods that changed.
 *
 * Left out: topology hints, Services without selector, the older Endpoints objects.
 */
export class EndpointSliceController {
  private readonly cluster: Cluster;
  private readonly workers: Workers;
  private readonly services: PodSelectors;
  private readonly published = new Map<number, Published>();
  /** By pod row: uids of the Services that list the pod or may have to. */
  private readonly servicesOfPod: (readonly number[] | undefined)[] = [];

  constructor(context: ControllerContext) {
    this.cluster = context.cluster;
    this.services = new PodSelectors(this.cluster);
    this.workers = new Workers(context, {
      name: 'endpoint-slice-controller',
      concurrency: context.controlPlane.kubeControllerManager.concurrentServiceEndpointSyncs,
      maxRetries: MAX_RETRIES,
      sync: (uid) => this.sync(uid),
    });
    this.cluster.tables.Service.listen((before, after) => this.serviceChanged(before, after));
    this.cluster.listenPods((pod, before, after) => this.podChanged(pod, before, after));
    this.cluster.onExistingState(() => this.publishExisting());
  }

  /** The slices of Services that were there before the run were there as well. */
  private publishExisting(): void {
    for (const [uid, published] of this.published) {
      const service = this.cluster.tables.Service.cached(uid)!;
      this.putChanged(service, published);
      for (const number of published.slices.changed()) {
        const draft = this.draft(service, number, published.slices.slice(number).endpoints);
        this.cluster.tables.EndpointSlice.addExisting(draft);
        published.slices.written(number, draft.uid);
      }
    }
  }

  // ---- what wakes it ----

  private serviceChanged(before: Service | undefined, after: Service | undefined): void {
    const { uid } = (after ?? before)!;
    if (before !== undefined) this.services.delete(before);
    if (after === undefined) {
      this.published.delete(uid);
      return;
    }
    const matchLabels = { ...after.spec.selector };
    if (Object.keys(matchLabels).length > 0) this.services.add(after, parseLabelSelector({ matchLabels }));
    let published = this.published.get(uid);
    if (published === undefined) {
      published = { changed: new Map(), slices: new SliceSet() };
      this.published.set(uid, published);
    }
    this.lookAtAllPods(after, published);
    this.workers.queue.add(uid);
  }

  /** A Service came, or changed its selector: every pod of its namespace may count. */
  private lookAtAllPods(service: Service, { changed, slices }: Published): void {
    const { pods } = this.cluster;
    for (const endpoint of slices.endpoints()) changed.set(endpoint.podUid, endpoint.pod);
    for (let pod = 0; pod < pods.rowCount; pod++) {
      if (pods.observed[pod] === 0 || this.cluster.podNamespace(pod) !== service.meta.namespace) continue;
      const uids = this.services.matching(pod);
      this.servicesOfPod[pod] = uids.length === 0 ? undefined : uids;
      if (uids.includes(service.uid)) changed.set(pods.uid[pod]!, pod);
    }
  }

  private podChanged(pod: number, before: number, after: number): void {
    if (this.services.isUnused) return;
    const known = before === 0 ? undefined : this.servicesOfPod[pod];
    const now = after === 0 ? undefined : this.services.matching(pod);
    this.servicesOfPod[pod] = now === undefined || now.length === 0 ? undefined : now;
    this.noteChange(pod, [...(known ?? []), ...(now ?? [])]);
  }

  private noteChange(pod: number, uids: readonly number[]): void {
    for (const uid of uids) {
      const published = this.published.get(uid);
      if (published === undefined) continue;
      published.changed.set(this.cluster.pods.uid[pod]!, pod);
      this.workers.queue.add(uid);
    }
  }

  // ---- sync ----

  private *sync(uid: number): Process<SyncError> {
    const service = this.cluster.tables.Service.cached(uid);
    const published = this.published.get(uid);
    if (service === undefined || published === undefined) return undefined;
    this.putChanged(service, published);
    const { slices } = published;
    for (const number of slices.changed()) {
      const error = yield* this.write(service, slices, number);
      if (error !== undefined) return error;
    }
    return undefined;
  }

  private putChanged(service: Service, { changed, slices }: Published): void {
    for (const [podUid, pod] of changed) slices.put(podUid, this.wanted(service, podUid, pod), isSameEndpoint);
    changed.clear();
  }

  /** The endpoint that the pod should be; undefined for none. */
  private wanted(service: Service, podUid: number, pod: number): Endpoint | undefined {
    const { pods } = this.cluster;
    const state = pods.observed[pod]!;
    if (pods.uid[pod] !== podUid || (state & POD_FINISHED) !== 0) return undefined;
    // A pod has its address when its sandbox runs; nothing tells of that before its containers do.
    if ((state & (POD_BOUND | POD_RUNNING)) !== (POD_BOUND | POD_RUNNING)) return undefined;
    if (!this.servicesOfPod[pod]?.includes(service.uid)) return undefined;
    return endpointOf(this.cluster, service, pod, state);
  }

  private *write(service: Service, slices: SliceSet, number: number): Process<ApiError | undefined> {
    const { EndpointSlice } = this.cluster.tables;
    const { uid, endpoints } = slices.slice(number);
    const known = uid === undefined ? undefined : EndpointSlice.get(uid);
    if (known === undefined) {
      if (endpoints.length === 0) return slices.written(number, undefined);
      const draft = this.draft(service, number, endpoints);
      const { error } = yield call(() => EndpointSlice.create(draft));
      if (error === undefined) slices.written(number, draft.uid);
      return error;
    }
    const { error } = yield call(() =>
      endpoints.length === 0 ? EndpointSlice.delete(known.uid) : EndpointSlice.update({ ...known, endpoints }),
    );
    if (error !== undefined && error.reason !== 'NotFound') return error;
    return slices.written(number, endpoints.length === 0 ? undefined : known.uid);
  }

  private draft(service: Service, number: number, endpoints: readonly Endpoint[]): EndpointSlice {
    const { namespace, name } = service.meta;
    const sliceName = `${name}-${number}`;
    const labels = { 'kubernetes.io/service-name': name };
    return {
      kind: 'EndpointSlice',
      meta: { namespace, name: sliceName, labels, annotations: {} },
      serviceName: name,
      endpoints,
      uid: this.cluster.allocateUid(),
      resourceVersion: 0,
      generation: 1,
      creationMicros: this.cluster.kernel.nowMicros,
      ownerUid: service.uid,
      manifest: {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: sliceName, namespace, labels: { ...labels } },
        addressType: 'IPv4',
      },
    };
  }
}

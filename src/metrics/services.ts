import { referenceTo } from '../api/reference.ts';
import type { PodSpec } from '../api/types.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { EndpointSlice, Service } from '../cluster/objects.ts';
import { POD_EXISTS, POD_READY, POD_TERMINATING } from '../cluster/podTable.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { ProxyView, type RequestRate } from './proxyView.ts';
import type { ServiceResult } from './result.ts';

/** One pod that serves. */
interface Server {
  readonly image: string;
  readonly errorRate: number;
}

/** What is noted down of one Service. */
interface Watched {
  readonly name: string;
  /** Ready endpoints by uid of the pod. */
  readonly servers: Map<number, Server>;
  /** The same as the nodes' proxies have it. */
  readonly view: ProxyView;
  errorSum: number;
  sinceMicros: Micros;
  /** Since there was a ready pod for the first time: the rest counts from then. */
  hasServed: boolean;
  readyMin: number;
  errorShareMax: number;
  errorIntegral: number;
  servedMicros: Micros;
  unservedMicros: Micros;
  readonly countByImage: Map<string, number>;
  readonly podMicrosByImage: Map<string, number>;
}

export interface ServiceObserverOptions {
  /** Share of the requests to this pod that fail, 0 to 1. */
  readonly errorRateOf: (pod: number) => number;
  /** Requests a second to the Service that leads to this pod; undefined where nobody says. */
  readonly requestRateOf: (pod: number) => RequestRate | undefined;
  /** From a write of an EndpointSlice to the nodes' proxies going by it. */
  readonly proxyMicros: Micros;
}

/**
 * Measures what the clients of each Service met: its ready endpoints as EndpointSlices list them, each taking the same
 * share of the requests, of which `errorRate` of the pod's behavior fail. It must be made before the first object is
 * written.
 */
export class ServiceObserver {
  private readonly cluster: Cluster;
  private readonly options: ServiceObserverOptions;
  /** By uid of the Service, in the order of creation. */
  private readonly services = new Map<number, Watched>();
  /** By uid of the pod: the views of all Services that have listed it. */
  private readonly views = new Map<number, Set<ProxyView>>();

  constructor(cluster: Cluster, options: ServiceObserverOptions) {
    this.cluster = cluster;
    this.options = options;
    cluster.observePods((pod, before, after, atMicros) => this.podWritten(pod, before, after, atMicros));
    cluster.tables.Service.observe((before, after) => this.serviceWritten(before, after));
    cluster.tables.EndpointSlice.observe((before, after) => this.sliceWritten(before, after));
    cluster.onExistingState(() => this.forgetPast());
  }

  /** While the state was put in place, slice by slice, no Service lacked anything. */
  private forgetPast(): void {
    for (const watched of this.services.values()) {
      watched.readyMin = Number.POSITIVE_INFINITY;
      noteExtremes(watched);
    }
  }

  /** The Services that had a ready pod at some time, in the order of their creation. To be called once, after the run. */
  finish(endMicros: Micros): ServiceResult[] {
    return [...this.services.values()]
      .filter(({ hasServed }) => hasServed)
      .map((watched) => {
        advance(watched, endMicros);
        return resultOf(watched, endMicros);
      });
  }

  private serviceWritten(before: Service | undefined, after: Service | undefined): void {
    if (before !== undefined || after === undefined) return;
    this.services.set(after.uid, {
      name: referenceTo('Service', after.meta),
      servers: new Map(),
      view: new ProxyView(this.options.proxyMicros),
      errorSum: 0,
      sinceMicros: this.cluster.kernel.nowMicros,
      hasServed: false,
      readyMin: Number.POSITIVE_INFINITY,
      errorShareMax: 0,
      errorIntegral: 0,
      servedMicros: 0,
      unservedMicros: 0,
      countByImage: new Map(),
      podMicrosByImage: new Map(),
    });
  }

  private sliceWritten(before: EndpointSlice | undefined, after: EndpointSlice | undefined): void {
    const watched = this.services.get((after ?? before)!.ownerUid);
    if (watched === undefined) return;
    advance(watched, this.cluster.kernel.nowMicros);
    const ready = new Set<number>();
    for (const { pod, podUid, ready: isReady } of after?.endpoints ?? []) {
      if (!isReady) continue;
      ready.add(podUid);
      if (!watched.servers.has(podUid)) this.enter(watched, pod, podUid);
    }
    for (const { podUid } of before?.endpoints ?? [])
      if (!ready.has(podUid)) leave(watched, podUid, this.cluster.kernel.nowMicros);
    noteExtremes(watched);
  }

  private enter(watched: Watched, pod: number, podUid: number): void {
    const server = { image: this.cluster.templateOf(pod).image, errorRate: this.options.errorRateOf(pod) };
    watched.view.expectRequests(this.options.requestRateOf(pod));
    watched.servers.set(podUid, server);
    watched.errorSum += server.errorRate;
    watched.countByImage.set(server.image, (watched.countByImage.get(server.image) ?? 0) + 1);
    watched.view.list(podUid, true, this.cluster.kernel.nowMicros);
    const views = this.views.get(podUid) ?? new Set();
    this.views.set(podUid, views.add(watched.view));
  }

  /** A listed pod serves until SIGTERM, or until it is not ready any more. */
  private podWritten(pod: number, before: number, after: number, atMicros: Micros): void {
    const podUid = this.cluster.pods.uid[pod]!;
    const views = this.views.get(podUid);
    if (views === undefined) return;
    const lost = before & ~after;
    const got = after & ~before;
    for (const view of views) {
      if ((got & POD_TERMINATING) !== 0) {
        view.serve(podUid, false, atMicros + untilSigtermMicros(this.cluster.templateOf(pod).spec));
      } else if ((lost & (POD_READY | POD_EXISTS)) !== 0) view.serve(podUid, false, atMicros);
      else if ((got & POD_READY) !== 0 && (after & POD_TERMINATING) === 0) view.serve(podUid, true, atMicros);
    }
    if (after === 0) this.views.delete(podUid);
  }
}

/** From the deletion to the first of the pod's containers being told to end: after its preStop sleep, if it has one. */
function untilSigtermMicros({ containers, terminationGracePeriodSeconds }: PodSpec): Micros {
  const sleep = Math.min(
    terminationGracePeriodSeconds,
    ...containers.map(({ preStopSleepSeconds }) => preStopSleepSeconds),
  );
  return sleep * MICROS_PER_SECOND;
}

function leave(watched: Watched, podUid: number, nowMicros: Micros): void {
  const server = watched.servers.get(podUid);
  if (server === undefined) return;
  watched.servers.delete(podUid);
  watched.view.list(podUid, false, nowMicros);
  watched.errorSum -= server.errorRate;
  watched.countByImage.set(server.image, watched.countByImage.get(server.image)! - 1);
}

/** Sums of shares drift by rounding; with no server there is nothing to sum. */
function errorShare({ servers, errorSum }: Watched): number {
  return servers.size === 0 ? 0 : Math.min(1, Math.max(0, errorSum / servers.size));
}

function noteExtremes(watched: Watched): void {
  if (watched.servers.size > 0) watched.hasServed = true;
  else watched.errorSum = 0;
  if (!watched.hasServed) return;
  watched.readyMin = Math.min(watched.readyMin, watched.servers.size);
  watched.errorShareMax = Math.max(watched.errorShareMax, errorShare(watched));
}

function advance(watched: Watched, nowMicros: Micros): void {
  const micros = nowMicros - watched.sinceMicros;
  watched.sinceMicros = nowMicros;
  if (!watched.hasServed || micros <= 0) return;
  if (watched.servers.size === 0) watched.unservedMicros += micros;
  else watched.servedMicros += micros;
  watched.errorIntegral += errorShare(watched) * micros;
  for (const [image, count] of watched.countByImage) {
    if (count > 0) watched.podMicrosByImage.set(image, (watched.podMicrosByImage.get(image) ?? 0) + count * micros);
  }
}

function resultOf(watched: Watched, endMicros: Micros): ServiceResult {
  const { name, readyMin, errorShareMax, errorIntegral, servedMicros, unservedMicros } = watched;
  const served = [...watched.podMicrosByImage].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    service: name,
    readyMin,
    unservedSeconds: unservedMicros / MICROS_PER_SECOND,
    errorShareMax,
    errorShareMean: servedMicros === 0 ? 0 : errorIntegral / servedMicros,
    staleEndpointSeconds: watched.view.staleSeconds(endMicros),
    lostRequestSeconds: watched.view.lostSeconds(endMicros),
    lostRequests: watched.view.lostRequests(endMicros),
    servedPodSeconds: Object.fromEntries(served.map(([image, micros]) => [image, micros / MICROS_PER_SECOND])),
  };
}

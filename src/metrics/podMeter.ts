import { AvailabilityClock } from '../cluster/availability.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { isActive, isActiveAndReady } from '../cluster/podTable.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { isPresent } from './podPresence.ts';
import type { RolloutResult } from './result.ts';

const MILLI_PER_CORE = 1_000;

/** The part of a rollout's result that its pods' counts over time decide. */
export type PodFigures = Pick<
  RolloutResult,
  | 'availableMin'
  | 'availableMean'
  | 'unavailablePodSeconds'
  | 'podsMax'
  | 'podsMaxWithTerminating'
  | 'requestedCpuMax'
  | 'requestedMemoryMax'
  | 'surgePodSeconds'
>;

/**
 * Counts one workload's pods as the API server has them (not as informers see them), with the extremes and integrals
 * of the counts since the last `restart`.
 *
 * Every state counts for the extremes, also one that is left within the same microsecond. Integrals are sums of
 * count × microseconds, hence exact up to 2^53: 150,000 pods for 16 simulated hours.
 */
export class PodMeter {
  private readonly cluster: Cluster;
  private clock: AvailabilityClock;
  private desired: number;

  /** Active pods: neither terminating nor finished. */
  private active = 0;
  /** Active pods and terminating ones. */
  private present = 0;
  private available = 0;
  private requestedCpuMilli = 0;
  private requestedMemoryBytes = 0;

  private startMicros: Micros;
  private sinceMicros: Micros;
  private availableMin = 0;
  private activeMax = 0;
  private presentMax = 0;
  private requestedCpuMilliMax = 0;
  private requestedMemoryBytesMax = 0;
  private availableIntegral = 0;
  private unavailableIntegral = 0;
  private surgeIntegral = 0;

  constructor(cluster: Cluster, minReadySeconds: number, desired: number, nowMicros: Micros) {
    this.cluster = cluster;
    this.clock = new AvailabilityClock(minReadySeconds);
    this.desired = desired;
    this.startMicros = nowMicros;
    this.sinceMicros = nowMicros;
  }

  get minReadySeconds(): number {
    return this.clock.minReadySeconds;
  }

  /** Extremes and integrals begin anew, with the counts as they are now. */
  restart(nowMicros: Micros): void {
    this.advance(nowMicros);
    this.startMicros = nowMicros;
    this.availableMin = this.available;
    this.activeMax = this.active;
    this.presentMax = this.present;
    this.requestedCpuMilliMax = this.requestedCpuMilli;
    this.requestedMemoryBytesMax = this.requestedMemoryBytes;
    this.availableIntegral = 0;
    this.unavailableIntegral = 0;
    this.surgeIntegral = 0;
  }

  /** The number of pods that it should have changed. */
  setDesired(desired: number, nowMicros: Micros): void {
    if (desired === this.desired) return;
    this.advance(nowMicros);
    this.desired = desired;
  }

  /**
   * `spec.minReadySeconds` changed: which pods are available is found out anew.
   *
   * @param readyPods the workload's active and ready pods, in the order in which they became ready
   */
  setMinReadySeconds(minReadySeconds: number, readyPods: readonly number[], nowMicros: Micros): void {
    this.advance(nowMicros);
    this.clock = new AvailabilityClock(minReadySeconds);
    for (const pod of readyPods) this.clock.add(pod, this.cluster.pods.readyMicros[pod]!);
    this.recountAvailable(nowMicros);
  }

  /** A pod went from one state to another; 0 stands for "not a pod of this workload". */
  change(pod: number, before: number, after: number, nowMicros: Micros): void {
    this.advance(nowMicros);
    const wasReady = isActiveAndReady(before);
    if (wasReady !== isActiveAndReady(after)) {
      if (wasReady) this.clock.remove(pod);
      else this.clock.add(pod, this.cluster.pods.readyMicros[pod]!);
      this.recountAvailable(nowMicros);
    }
    const wasActive = isActive(before);
    if (wasActive !== isActive(after)) {
      if (wasActive) this.active--;
      else if (++this.active > this.activeMax) this.activeMax = this.active;
    }
    const wasPresent = isPresent(before);
    if (wasPresent !== isPresent(after)) this.recountPresent(pod, wasPresent ? -1 : 1);
  }

  /** The figures since the last `restart`. */
  figures(nowMicros: Micros): PodFigures {
    this.advance(nowMicros);
    const micros = nowMicros - this.startMicros;
    return {
      availableMin: this.availableMin,
      availableMean: micros === 0 ? this.available : this.availableIntegral / micros,
      unavailablePodSeconds: this.unavailableIntegral / MICROS_PER_SECOND,
      podsMax: this.activeMax,
      podsMaxWithTerminating: this.presentMax,
      requestedCpuMax: this.requestedCpuMilliMax / MILLI_PER_CORE,
      requestedMemoryMax: this.requestedMemoryBytesMax,
      surgePodSeconds: this.surgeIntegral / MICROS_PER_SECOND,
    };
  }

  /** Takes the integrals to `nowMicros`, stopping where a pod became available by the mere passing of time. */
  private advance(nowMicros: Micros): void {
    if (nowMicros === this.sinceMicros) return;
    for (let next = this.clock.nextChangeMicros(); next <= nowMicros; next = this.clock.nextChangeMicros()) {
      this.integrate(next);
      this.clock.advance();
      this.available++;
    }
    this.integrate(nowMicros);
  }

  private integrate(untilMicros: Micros): void {
    const micros = untilMicros - this.sinceMicros;
    this.sinceMicros = untilMicros;
    this.availableIntegral += this.available * micros;
    if (this.available < this.desired) this.unavailableIntegral += (this.desired - this.available) * micros;
    if (this.present > this.desired) this.surgeIntegral += (this.present - this.desired) * micros;
  }

  private recountAvailable(nowMicros: Micros): void {
    this.available = this.clock.available(nowMicros);
    if (this.available < this.availableMin) this.availableMin = this.available;
  }

  private recountPresent(pod: number, sign: 1 | -1): void {
    const { requests } = this.cluster.templateOf(pod);
    this.present += sign;
    this.requestedCpuMilli += sign * requests.cpuMilli;
    this.requestedMemoryBytes += sign * requests.memoryBytes;
    if (this.present > this.presentMax) this.presentMax = this.present;
    if (this.requestedCpuMilli > this.requestedCpuMilliMax) this.requestedCpuMilliMax = this.requestedCpuMilli;
    if (this.requestedMemoryBytes > this.requestedMemoryBytesMax) {
      this.requestedMemoryBytesMax = this.requestedMemoryBytes;
    }
  }
}

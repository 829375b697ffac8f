import type { ControlPlaneOptions, LatencyName } from '../controllers/options.ts';
import { type Latency, latencyOf, type Micros, RandomStreams } from '../kernel/index.ts';

/** The latencies of one run. Those that are distributions are another whenever they are read, each from its own stream. */
export class Latencies {
  /** Undefined where it is always the same. */
  readonly drawWatch: Latency | undefined;
  private readonly latency: ControlPlaneOptions['latency'];
  private readonly draws: Readonly<Partial<Record<LatencyName, Latency>>>;

  constructor(latency: ControlPlaneOptions['latency'], seed: number) {
    const streams = new RandomStreams(seed);
    const given = Object.entries(latency.random ?? {});
    this.latency = latency;
    this.draws = Object.fromEntries(
      given.map(([name, distribution]) => [name, latencyOf(distribution, streams.stream(`latency/${name}`))]),
    );
    this.drawWatch = this.draws.watch;
  }

  get apiMicros(): Micros {
    return this.draws.api?.() ?? this.latency.apiMicros;
  }

  get schedulingCycleMicros(): Micros {
    return this.draws.schedulingCycle?.() ?? this.latency.schedulingCycleMicros;
  }

  get kubeletSyncMicros(): Micros {
    return this.draws.kubeletSync?.() ?? this.latency.kubeletSyncMicros;
  }

  get kubectlMicros(): Micros {
    return this.draws.kubectl?.() ?? this.latency.kubectlMicros;
  }

  get kubectlApplyMicros(): Micros {
    return this.draws.kubectlApply?.() ?? this.latency.kubectlApplyMicros;
  }
}

import type { Cluster } from '../cluster/cluster.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import type { NodeAutoscalingResult } from './result.ts';

/** Counts nodes and what an autoscaler does to their number. It must be made before the first node is written. */
export class NodeAutoscalingObserver {
  private nodes = 0;
  private nodesMax = 0;
  private nodeMicros = 0;
  private sinceMicros: Micros = 0;
  private scaleUps = 0;
  private nodesRequested = 0;
  private nodesRemoved = 0;

  constructor(cluster: Cluster) {
    cluster.nodeObjects.observe((before, after) => {
      const change = (after === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
      if (change === 0) return;
      this.advance(cluster.kernel.nowMicros);
      this.nodes += change;
      this.nodesMax = Math.max(this.nodesMax, this.nodes);
    });
  }

  /** Nodes were asked for, or taken away (negative). */
  scaled(nodes: number): void {
    if (nodes > 0) {
      this.scaleUps++;
      this.nodesRequested += nodes;
    } else this.nodesRemoved -= nodes;
  }

  /** To be called once, after the run. */
  finish(endMicros: Micros): NodeAutoscalingResult {
    this.advance(Math.max(endMicros, this.sinceMicros));
    const { scaleUps, nodesRequested, nodesRemoved, nodesMax, nodes, nodeMicros } = this;
    return {
      scaleUps,
      nodesRequested,
      nodesRemoved,
      nodesMax,
      nodesAtEnd: nodes,
      nodeSeconds: nodeMicros / MICROS_PER_SECOND,
    };
  }

  private advance(nowMicros: Micros): void {
    this.nodeMicros += this.nodes * (nowMicros - this.sinceMicros);
    this.sinceMicros = nowMicros;
  }
}

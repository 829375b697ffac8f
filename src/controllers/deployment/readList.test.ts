import { describe, expect, test } from 'vitest';
import { featureGates } from '../../api/featureGates.ts';
import type { DeploymentStatus } from '../../cluster/index.ts';
import { HandDrivenCluster } from '../../metrics/testing/handDrivenCluster.ts';
import { defaultControlPlane } from '../../scenario/controlPlane.ts';
import { play, SET_IMAGE, UNLIMITED } from '../../testing/play.ts';
import { DeploymentController } from './controller.ts';

interface Sizes {
  readonly spec: number;
  readonly available: number;
}

/** A Deployment in the middle of a rollout whose ReplicaSets, oldest first, are as given and never change their status. */
class Frozen {
  readonly statuses: DeploymentStatus[] = [];
  private readonly driven = new HandDrivenCluster();
  private readonly replicaSets: readonly number[];

  constructor(replicas: number, sizes: readonly Sizes[]) {
    const { driven } = this;
    const { kernel, cluster } = driven;
    const version = { text: '1.37', minor: 37 };
    new DeploymentController({
      kernel,
      cluster,
      controlPlane: defaultControlPlane,
      version,
      gates: featureGates(version),
    });
    const image = `web:v${sizes.length}`;
    const revision = { 'deployment.kubernetes.io/revision': String(sizes.length) };
    const deployment = driven.createDeployment({ replicas, image, annotations: revision });
    this.replicaSets = sizes.map(({ spec }, index) =>
      driven.createReplicaSet(deployment, {
        name: `web-${index + 1}`,
        image: `web:v${index + 1}`,
        replicas: spec,
        annotations: { 'deployment.kubernetes.io/revision': String(index + 1) },
      }),
    );
    for (const [index, { available }] of sizes.entries()) {
      driven.changeReplicaSet(this.replicaSets[index]!, (before) => ({
        ...before,
        meta: { ...before.meta, labels: { app: 'web' } },
        status: { ...before.status, replicas: available, readyReplicas: available, availableReplicas: available },
      }));
    }
    const found = { type: 'Progressing', status: 'True', reason: 'FoundNewReplicaSet', message: '' } as const;
    driven.setStatus(deployment, { conditions: [{ ...found, lastUpdateMicros: 0, lastTransitionMicros: 0 }] });
    cluster.deployments.observe((_before, after) => this.statuses.push(after!.status));
    driven.run(1);
  }

  /** `spec.replicas` of the ReplicaSets. */
  get sizes(): number[] {
    return this.replicaSets.map((uid) => this.driven.cluster.replicaSets.get(uid)!.spec.replicas);
  }
}

describe('a rolling update', () => {
  test('does not count on pods of a ReplicaSet that was set to zero a moment ago', () => {
    // 25% of 10: at least 8 have to stay available; 4 + 5 are, and 3 that are being deleted.
    const frozen = new Frozen(10, [
      { spec: 0, available: 3 },
      { spec: 5, available: 5 },
      { spec: 8, available: 4 },
    ]);
    expect(frozen.sizes).toEqual([0, 4, 9]);
  });

  test('writes into the status the sizes before its own step', () => {
    const frozen = new Frozen(4, [
      { spec: 4, available: 4 },
      { spec: 0, available: 0 },
    ]);
    expect(frozen.statuses[0]).toMatchObject({ replicas: 4, updatedReplicas: 0, unavailableReplicas: 0 });
    expect(frozen.statuses[1]).toMatchObject({ unavailableReplicas: 1 });
  });
});

describe('a Deployment that goes back to an old template', () => {
  test.each([
    ['without latency', UNLIMITED],
    ['with latency', {}],
  ])('brings the revisions up to date before it scales anything (%s)', (_what, controlPlane) => {
    const { log } = play({
      controlPlane,
      behavior: { ready: '1s' },
      steps: { '20s': SET_IMAGE, '60s': 'rollout undo deployment/web' },
    });
    const seen = new Set<string>();
    for (const line of log) {
      if (line.t < 60) continue;
      if (line.kind === 'Deployment') seen.add(`web at revision ${line.revision}`);
      if (line.kind === 'ReplicaSet' && line.name === 'web@1') seen.add(`web@1 at ${line.revision}, ${line.spec} pods`);
    }
    expect([...seen].slice(0, 4)).toEqual([
      'web at revision 2',
      'web@1 at 3, 0 pods',
      'web at revision 3',
      'web@1 at 3, 1 pods',
    ]);
  });
});

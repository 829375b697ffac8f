/** Commands on StatefulSets and DaemonSets in whole runs, where controllers answer them. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { type Played, play, type Sketch } from '../../testing/play.ts';

const template = (name: string): JsonObject => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name, image: `${name}:v1`, resources: { requests: { cpu: '100m' } } }] },
});

const STATEFUL_SET: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db' },
  spec: { serviceName: 'db', replicas: 3, selector: { matchLabels: { app: 'db' } }, template: template('db') },
};

const SERVICE: JsonObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'db' },
  spec: { clusterIP: 'None', selector: { app: 'db' }, ports: [{ port: 5432 }] },
};

const DAEMON_SET: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'agent' },
  spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent') },
};

const BEHAVIOR = { start: '1s', ready: '1s', terminate: '1s' };

function playSteps(objects: readonly JsonObject[], steps: readonly string[], sketch: Sketch = {}): string[] {
  const played: Played = play({
    objects,
    behavior: BEHAVIOR,
    nodes: { count: 3 },
    steps: Object.fromEntries(steps.map((step, index) => [`${60 * (index + 1)}s`, step])),
    until: '60m',
    ...sketch,
  });
  // The first step applies the objects.
  return played.result.steps.slice(1).map(({ out, error }) => `${out}${error === undefined ? '' : error}`);
}

describe('a StatefulSet', () => {
  test('is rolled out, looked at, and undone', () => {
    const answers = playSteps(
      [SERVICE, STATEFUL_SET],
      [
        'rollout status sts/db',
        'set image sts/db db=db:v2',
        'rollout status sts/db',
        'rollout history sts/db',
        'rollout undo sts/db',
        'wait --for=jsonpath={.status.updatedReplicas}=3 sts/db --timeout=60s',
        'get endpoints db --no-headers',
        'rollout history sts/db',
      ],
    );
    expect(answers).toEqual([
      'partitioned roll out complete: 3 new pods have been updated...',
      'statefulset.apps/db image updated',
      'partitioned roll out complete: 3 new pods have been updated...',
      'statefulset.apps/db \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>',
      'statefulset.apps/db rolled back',
      'statefulset.apps/db condition met',
      expect.stringMatching(/^db +db-0\.db\.default\.svc\.cluster\.local:5432,db-1\.db\..*,db-2\.db\..*:5432 +7m$/),
      'statefulset.apps/db \nREVISION  CHANGE-CAUSE\n2         <none>\n3         <none>',
    ]);
  });

  test('status follows each change', () => {
    const [, status] = playSteps([STATEFUL_SET], ['scale sts/db --replicas=4', 'rollout status sts/db --watch=false']);
    expect(status).toBe('partitioned roll out complete: 4 new pods have been updated...');
    const [followed] = playSteps([STATEFUL_SET], [], { steps: { '0s': 'rollout status sts/db' } });
    expect(followed!.split('\n')).toEqual([
      expect.stringContaining('Waiting for'),
      ...Array(followed!.split('\n').length - 2).fill(
        expect.stringMatching(/^Waiting for [1-3] pods to be ready\.\.\.$/),
      ),
      'partitioned roll out complete: 3 new pods have been updated...',
    ]);
  });
});

describe('a DaemonSet', () => {
  test('is rolled out, looked at, and undone', () => {
    const answers = playSteps(
      [DAEMON_SET],
      [
        'rollout status ds/agent',
        'set image ds/agent agent=agent:v2',
        'rollout status ds/agent --watch=false',
        'get ds --no-headers',
        'rollout undo ds/agent --to-revision=1',
        'rollout history ds/agent',
        'rollout restart ds/agent',
      ],
    );
    expect(answers).toEqual([
      'daemon set "agent" successfully rolled out',
      'daemonset.apps/agent image updated',
      'daemon set "agent" successfully rolled out',
      'agent   3     3     3     3     3     <none>   4m',
      'daemonset.apps/agent rolled back',
      'daemonset.apps/agent \nREVISION  CHANGE-CAUSE\n2         <none>\n3         <none>',
      'daemonset.apps/agent restarted',
    ]);
  });
});

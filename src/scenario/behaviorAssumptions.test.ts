import { describe, expect, it } from 'vitest';
import { buildScenario } from './build.ts';

interface Parts {
  readonly behavior?: string;
  readonly steps?: string;
  readonly objects?: readonly string[];
}

const DELAYS = 'pull 3s, start 500ms, ready 2s where there is a readiness probe, terminate 1s';

/** What is assumed of a scenario's pods; its nodes are given. */
function assumed({ behavior = '[]', steps = '[]', objects = [] }: Parts): readonly string[] {
  const head = 'apiVersion: rollsim/v1alpha1\nkind: Scenario\ncluster: {nodes: [{}]}\n';
  const text = [`${head}behavior: ${behavior}\nsteps: ${steps}\n`, ...objects].join('---\n');
  return buildScenario({ files: [{ file: 's.yaml', text }] }, {}).assumptions;
}

function defaultsFor(names: string): string {
  return `${DELAYS}, for the pods of ${names} that no behavior rule matches (behavior in a Scenario)`;
}

const set = (kind: string, name: string, namespace = 'default') => `apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}, namespace: ${namespace}, labels: {tier: back}}
spec:
  ${kind === 'StatefulSet' ? 'serviceName: x' : ''}
  selector: {matchLabels: {app: ${name}}}
  template: {metadata: {labels: {app: ${name}}}, spec: {containers: [{name: app, image: "${name}:v1"}, {name: proxy, image: proxy}]}}
`;

const job = (name: string) => `apiVersion: batch/v1
kind: Job
metadata: {name: ${name}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: app, image: "${name}:v1"}]}}}
`;

const cronJob = (name: string) => `apiVersion: batch/v1
kind: CronJob
metadata: {name: ${name}}
spec: {schedule: "@hourly", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: app, image: "${name}:v1"}]}}}}}
`;

const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: bare}\nspec: {containers: [{name: app, image: bare}]}\n';
const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n';

describe('delays of pods that no rule matches', () => {
  it('are not spoken of where there are no pods, or a rule for each', () => {
    expect(assumed({ objects: [service] })).toEqual([]);
    const behavior =
      '[{match: {workload: deployment/web}}, {match: {workload: ds/agent}}, {match: {labels: {app: db}}}, {match: {image: bare}}]';
    const objects = [set('Deployment', 'web'), set('DaemonSet', 'agent'), set('StatefulSet', 'db'), pod];
    expect(assumed({ behavior, objects })).toEqual([]);
    expect(assumed({ behavior: '[{}]', objects })).toEqual([]);
  });

  it('are told with the names of a few', () => {
    const web = set('Deployment', 'web');
    expect(assumed({ objects: [web] })).toEqual([defaultsFor('deployment/web')]);
    const objects = [web, set('DaemonSet', 'agent', 'logs'), pod];
    expect(assumed({ objects })).toEqual([defaultsFor('deployment/web, logs/daemonset/agent and pod/bare')]);
    expect(assumed({ objects: [...objects, set('ReplicaSet', 'api')] })).toEqual([defaultsFor('4 objects')]);
  });

  it('are those of what only some of a match holds for', () => {
    const behavior = '[{match: {workload: deployment/web, image: "web:v2"}}, {match: {workload: statefulset/web}}]';
    expect(assumed({ behavior, objects: [set('Deployment', 'web')] })).toEqual([defaultsFor('deployment/web')]);
  });

  it('are those of a Job, unless a rule is for its labels, or for the CronJob that makes it', () => {
    const behavior = '[{match: {labels: {job-name: a}}, run: 1s}, {match: {workload: cronjob/tick}, run: 1s}]';
    const steps = '[{at: 1s, kubectl: create job now --from=cronjob/tick}]';
    expect(assumed({ behavior, steps, objects: [job('a'), cronJob('tick')] })).toEqual([]);
    const runs = '[{match: {image: "b:v1"}, run: 1s}]';
    expect(assumed({ behavior: runs, objects: [cronJob('b')] })).toEqual([]);
  });

  it.each([
    ['{kubectl: create deployment late --image=late:v1}', 'deployment/late'],
    ['{kubectl: create job late --image=late:v1}', 'job/late'],
    ['{kubectl: create cronjob late --image=late:v1 --schedule=@daily}', 'cronjob/late'],
    [`{kubectl: apply -f -, stdin: ${JSON.stringify(set('ReplicaSet', 'late'))}}`, 'replicaset/late'],
    [`{kubectl: create -f -, stdin: ${JSON.stringify(pod)}}`, 'pod/bare'],
  ])('are those of what a step makes: %s', (step, name) => {
    const steps = `[${step.replace('{', '{at: 1s, ')}]`;
    expect(assumed({ steps })).toContain(defaultsFor(name));
    expect(assumed({ steps, behavior: '[{run: 1s}]' })).toEqual([]);
  });

  it.each([
    'set image deployment/web app=web:v2',
    'set image deploy web *=web:v2',
    'set image deployments --all app=web:v2',
    'set image deploy,sts -l tier=back app=web:v2',
    `patch deployment web -p '{"spec": {"template": {"spec": {"containers": [{"name": "app", "image": "web:v2"}]}}}}'`,
    `patch deployment/web --type json -p '[{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "web:v2"}]'`,
  ])('are those of an image that a step brings and no rule knows: %s', (kubectl) => {
    const parts = { steps: `[{at: 1s, kubectl: ${JSON.stringify(kubectl)}}]`, objects: [set('Deployment', 'web')] };
    const v1 = '{match: {image: "web:v1"}}';
    expect(assumed({ ...parts, behavior: `[${v1}]` })).toEqual([defaultsFor('deployment/web')]);
    expect(assumed({ ...parts, behavior: `[${v1}, {match: {image: "web:v2"}}]` })).toEqual([]);
    expect(assumed({ ...parts, behavior: `[${v1}, {match: {workload: deployment/web}}]` })).toEqual([]);
  });

  it.each([
    'set image deployment/web proxy=proxy:v2',
    'set image deployment/other app=web:v2',
    'set image deploy -l tier=front app=web:v2',
    'scale deployment/web --replicas=2',
  ])('are not those of an image that is not the first of these pods: %s', (kubectl) => {
    const parts = { steps: `[{at: 1s, kubectl: ${JSON.stringify(kubectl)}}]`, objects: [set('Deployment', 'web')] };
    expect(assumed({ ...parts, behavior: '[{match: {image: "web:v1"}}]' })).toEqual([]);
  });
});

describe('Jobs whose containers run for ever', () => {
  const endless = (names: string) =>
    `the containers of ${names} run for ever, since no behavior rule says for how long (run, behavior in a Scenario)`;

  it('are named', () => {
    const objects = [job('a'), cronJob('b'), job('c')];
    expect(assumed({ objects })[1]).toEqual(endless('job/a, cronjob/b and job/c'));
    const behavior = '[{match: {workload: job/a}, run: 5s}, {ready: 1s}]';
    expect(assumed({ behavior, objects })).toEqual([endless('cronjob/b and job/c')]);
  });

  it('are those of which a container does', () => {
    const objects = [job('a')];
    expect(assumed({ behavior: '[{containers: {app: {run: 1s}}}]', objects })).toEqual([]);
    expect(assumed({ behavior: '[{run: 1s, containers: {app: {run: never}}}]', objects })).toEqual([endless('job/a')]);
    expect(assumed({ behavior: '[{run: {attempts: [1s, never]}}]', objects })).toEqual([]);
  });

  it('are no other workloads', () => {
    expect(assumed({ behavior: '[{}]', objects: [set('Deployment', 'web'), pod] })).toEqual([]);
  });
});

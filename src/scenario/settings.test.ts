import { test as propertyTest } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocuments } from '../api/document.ts';
import { InputError } from '../api/errors.ts';
import type { DeploymentManifest, JsonObject, Manifest } from '../api/types.ts';
import { buildScenario } from './build.ts';
import { kindOfWord } from './reference.ts';
import { parseSet, parseVary } from './settingFlags.ts';
import { applySettings } from './settings.ts';

function errorOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  throw new Error('was accepted');
}

const deployment = (name: string, extra = '', namespace = '') => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`}}
spec:
  replicas: 2${extra}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
      - {name: proxy, image: "proxy:1"}
      - {name: server, image: "server:1", resources: {requests: {cpu: 100m}}}
`;

const SCENARIO = `
apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{name: small, count: 2}]}
behavior: [{ready: 1s}]
steps: [{at: 5s, kubectl: rollout restart deployment/web}]
`;

const INPUT = `${SCENARIO}${deployment('web')}${deployment('api', '', 'shop')}${deployment('dup')}${deployment('dup', '', 'shop')}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {}
`;

function build(settings: string[], text = INPUT) {
  return buildScenario({ files: [{ file: 's.yaml', text }] }, { settings: settings.map(parseSet) });
}

function objectOf(settings: string[], name = 'web', text = INPUT): DeploymentManifest {
  const found = build(settings, text).objects.find((object: Manifest) => object.meta.name === name);
  return found as DeploymentManifest;
}

describe('parseVary', () => {
  it.each([
    ['deployment/web:maxSurge=0,1,25%', 'deployment/web:maxSurge', [0, 1, '25%']],
    ['nodes=10,20', 'nodes', [10, 20]],
    ['behavior[0].ready=5s, 10s', 'behavior[0].ready', ['5s', '10s']],
    [
      'behavior[0].ready={uniform: {min: 1s, max: 3s}},5s',
      'behavior[0].ready',
      [{ uniform: { min: '1s', max: '3s' } }, '5s'],
    ],
    ['shop/deployment/web:spec.replicas=3', 'shop/deployment/web:spec.replicas', [3]],
    ['deploy/web:image=web:v2,"web:v3,x"', 'deploy/web:image', ['web:v2', 'web:v3,x']],
    ["d/w:metadata.annotations.note=it's,'a,b'", 'd/w:metadata.annotations.note', ["it's", 'a,b']],
    [
      'deployment/web:spec.template.spec.containers[name=server].resources.requests.cpu=1',
      'deployment/web:spec.template.spec.containers[name=server].resources.requests.cpu',
      [1],
    ],
    ['nodes=1..4', 'nodes', [1, 2, 3, 4]],
    ['nodes=10..50:15,7', 'nodes', [10, 25, 40, 7]],
    ['kubernetes=1.29..1.31', 'kubernetes', ['1.29', '1.30', '1.31']],
    ['nodes=-1..1,7', 'nodes', [-1, 0, 1, 7]],
    ['deployment/web:maxSurge=0%..20%..10%', 'deployment/web:maxSurge', ['0%', '10%', '20%']],
    ['until=1m..2m', 'until', ['1m', '2m']],
    ['kubernetes=1.30,1.37', 'kubernetes', ['1.30', '1.37']],
    ['behavior[0].ready=[1s,2s],null', 'behavior[0].ready', [['1s', '2s'], null]],
    ['behavior[0].note=𝒳,b', 'behavior[0].note', ['𝒳', 'b']],
  ])('reads %s', (text, path, values) => {
    const axis = parseVary(text);
    expect(axis.path).toBe(path);
    expect(axis.values).toEqual(values);
    expect(axis.texts).toHaveLength(values.length);
  });

  it('keeps the texts', () => {
    expect(parseVary('deployment/web:maxSurge=0,25%, {a: 1}').texts).toEqual(['0', '25%', '{a: 1}']);
    expect(parseVary('nodes=1..2').texts).toEqual(['1', '2']);
  });

  it.each([
    ['nodes', '--vary nodes: expected PATH=VALUE (as in deployment/web:maxSurge=25%)'],
    ['=3', '--vary =3: expected PATH=VALUE'],
    ['nodes=', '--vary nodes=: a value is missing'],
    ['nodes=1,,2', '--vary nodes=1,,2: a value is missing'],
    ['nodes=5..1', '--vary nodes=5..1: 5..1 counts down'],
    ['nodes=1..9..0', '--vary nodes=1..9..0: 1..9..0 has a step of 0'],
    ['nodes=1..5s', '--vary nodes=1..5s: 1..5s is not a range (as in 1..5'],
    ['kubernetes=1.30..1.29', '1.30..1.29 counts down'],
    ['nodes=1..99999999', '1..99999999 has 99999999 values, at most 10000 are tried'],
    ['nodes=1,1', '--vary nodes=1,1: 1 is given twice'],
    ['nodes=3,1..4', 'nodes=3,1..4: 3 is given twice'],
    ['a={b', '--vary a={b: { is not closed'],
    ['a=b}', '--vary a=b}: unexpected }'],
    ['a=[b}', '--vary a=[b}: unexpected }'],
    ['a="b', '--vary a="b: " is not closed'],
    ['a=[{b: c]', 'unexpected ]'],
    ['a=@b', '--vary a=@b: @b: Plain value cannot start with reserved character @'],
    ['a.=3', '--vary a.=3: "a." is not a path to a field'],
    ['a..b=3', '"a..b" is not a path to a field'],
    ['web:x=3', '--vary web:x=3: expected KIND/NAME or NAMESPACE/KIND/NAME, got "web"'],
    ['a/b/c/d:x=3', 'expected KIND/NAME or NAMESPACE/KIND/NAME, got "a/b/c/d"'],
    ['/deployment/web:x=3', 'expected KIND/NAME or NAMESPACE/KIND/NAME'],
    ['deployment/web:=3', '--vary deployment/web:=3: a field is missing after the colon'],
  ])('refuses %s', (text, message) => {
    expect(errorOf(() => parseVary(text))).toContain(message);
  });

  const word = fc
    .stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
    .filter((text) => !/^(y|yes|n|no|on|off|true|false|null)$/.test(text));
  const value = fc.oneof(
    fc.integer({ min: -1000, max: 1000 }),
    word,
    fc.boolean(),
    fc.nat(100).map((percent) => `${percent}%`),
    fc.nat(100).map((seconds) => `${seconds}s`),
  );
  const path = fc.oneof(
    word,
    fc.tuple(word, word, word).map(([kind, name, field]) => `${kind}/${name}:${field}`),
  );

  propertyTest.prop([path, fc.uniqueArray(value, { minLength: 1, maxLength: 5 })])(
    'round-trips simple values',
    (name, values) => {
      fc.pre(name !== 'kubernetes');
      const texts = values.map(String);
      expect(parseVary(`${name}=${texts.join(',')}`)).toEqual({ path: name, values, texts });
    },
  );
});

describe('parseSet', () => {
  it.each([
    ['deployment/web:image=web:v2', { path: 'deployment/web:image', value: 'web:v2', text: 'web:v2' }],
    // Only --vary splits and counts.
    ['a.b=x,y', { path: 'a.b', value: 'x,y', text: 'x,y' }],
    ['a.b=1..5', { path: 'a.b', value: '1..5', text: '1..5' }],
    ['a.b= {c: 1} ', { path: 'a.b', value: { c: 1 }, text: '{c: 1}' }],
  ])('reads %s', (text, expected) => {
    expect(parseSet(text)).toEqual(expected);
  });

  it('names its flag', () => {
    expect(errorOf(() => parseSet('x'))).toBe('--set x: expected PATH=VALUE (as in deployment/web:maxSurge=25%)');
  });
});

describe('kindOfWord', () => {
  it.each([
    ['deploy', 'deployment'],
    ['Deployments', 'deployment'],
    ['deployments.apps', 'deployment'],
    ['RS', 'replicaset'],
    ['sts', 'statefulset'],
    ['ds', 'daemonset'],
    ['po', 'pod'],
    ['no', 'node'],
    ['ingress', 'ingress'],
    ['widgets', 'widgets'],
  ])('%s is %s', (word, kind) => {
    expect(kindOfWord(word)).toBe(kind);
  });
});

describe('fields of objects', () => {
  it.each([
    ['deployment/web:maxSurge=3', 'spec.strategy.rollingUpdate.maxSurge', 3],
    ['deploy/web:maxUnavailable=10%', 'spec.strategy.rollingUpdate.maxUnavailable', '10%'],
    ['deployment/web:replicas=7', 'spec.replicas', 7],
    ['deployment/web:minReadySeconds=5', 'spec.minReadySeconds', 5],
    ['deployment/web:progressDeadlineSeconds=50', 'spec.progressDeadlineSeconds', 50],
    ['deployment/web:revisionHistoryLimit=1', 'spec.revisionHistoryLimit', 1],
    ['deployment/web:image=proxy:2', 'spec.template.spec.containers.0.image', 'proxy:2'],
    ['deployment/web:cpu=250m', 'spec.template.spec.containers.0.resources.requests.cpu', '250m'],
    ['deployment/web:memory=1Ki', 'spec.template.spec.containers.0.resources.requests.memory', '1Ki'],
    ['deployment/web:terminationGracePeriodSeconds=5', 'spec.template.spec.terminationGracePeriodSeconds', 5],
    ['deployment/web:spec.paused=true', 'spec.paused', true],
    ['default/deployment/web:spec.template.spec.containers[1].image=x', 'spec.template.spec.containers.1.image', 'x'],
    ['deployment/web:spec.template.spec.containers[name=server].image=y', 'spec.template.spec.containers.1.image', 'y'],
    ['deployment/web:metadata.labels[example.com/team]=2', 'metadata.labels.example~com/team', '2'],
  ])('%s', (setting, path, expected) => {
    const keys = path.split('.').map((key) => key.replace('~', '.'));
    const found = keys.reduce<unknown>((value, key) => (value as JsonObject)[key], objectOf([setting]).manifest);
    expect(found).toEqual(expected);
  });

  it('change only that field', () => {
    const { maxSurge, maxUnavailable, replicas } = objectOf(['deployment/web:maxSurge=3']).spec;
    expect(maxSurge).toEqual({ value: 3, isPercent: false });
    expect(maxUnavailable).toEqual({ value: 25, isPercent: true });
    expect(replicas).toBe(2);
    expect(objectOf(['deployment/web:maxSurge=3'], 'api').spec.maxSurge).toEqual({ value: 25, isPercent: true });
  });

  it('find an object in another namespace, and a namespace tells two apart', () => {
    expect(objectOf(['deployment/api:replicas=5'], 'api').spec.replicas).toBe(5);
    const replicas = build(['shop/deployment/dup:replicas=9']).objects.map((object) => [
      `${object.meta.namespace}/${object.meta.name}`,
      (object as DeploymentManifest).spec.replicas,
    ]);
    expect(replicas).toEqual([
      ['default/web', 2],
      ['shop/api', 2],
      ['default/dup', 2],
      ['shop/dup', 9],
    ]);
  });

  it('drop rollingUpdate with strategy=Recreate', () => {
    const text = deployment('web', '\n  strategy: {rollingUpdate: {maxSurge: 1}}');
    expect(objectOf(['deployment/web:strategy=Recreate'], 'web', text).spec.strategyType).toBe('Recreate');
    expect(objectOf(['deployment/web:strategy=RollingUpdate'], 'web', text).spec.maxSurge.value).toBe(1);
  });

  it.each([
    ['statefulset/db:partition=2', 'spec.updateStrategy.rollingUpdate.partition', 2],
    ['sts/db:maxUnavailable=25%', 'spec.updateStrategy.rollingUpdate.maxUnavailable', '25%'],
    ['sts/db:podManagementPolicy=Parallel', 'spec.podManagementPolicy', 'Parallel'],
    ['sts/db:replicas=5', 'spec.replicas', 5],
    ['sts/db:image=db:2', 'spec.template.spec.containers.0.image', 'db:2'],
    ['ds/db:maxUnavailable=10%', 'spec.updateStrategy.rollingUpdate.maxUnavailable', '10%'],
    ['daemonset/db:maxSurge=0', 'spec.updateStrategy.rollingUpdate.maxSurge', 0],
    ['daemonset/db:updateStrategy=OnDelete', 'spec.updateStrategy.type', 'OnDelete'],
    ['sc/db:volumeBindingMode=WaitForFirstConsumer', 'volumeBindingMode', 'WaitForFirstConsumer'],
  ])('%s, of other kinds', (setting, path, expected) => {
    const kind = kindOfWord(setting.split('/')[0]!);
    const { manifest } = buildScenario(
      { files: [{ file: 's.yaml', text: OTHER_KINDS[kind]! }] },
      { settings: [parseSet(setting)] },
    ).objects[0]!;
    expect(path.split('.').reduce<unknown>((value, key) => (value as JsonObject)[key], manifest)).toEqual(expected);
  });

  it('drop rollingUpdate with updateStrategy=OnDelete', () => {
    const text = OTHER_KINDS.statefulset!.replace('spec:', 'spec:\n  updateStrategy: {rollingUpdate: {partition: 1}}');
    const settings = [parseSet('sts/db:updateStrategy=OnDelete')];
    const [set] = buildScenario({ files: [{ file: 's.yaml', text }] }, { settings }).objects;
    expect(set).toMatchObject({ spec: { updateStrategyType: 'OnDelete', rollingUpdate: undefined } });
  });

  it('are set in order, the last one wins', () => {
    expect(objectOf(['deployment/web:replicas=3', 'deploy/web:spec.replicas=4']).spec.replicas).toBe(4);
  });

  it('leave the documents as they are', () => {
    const documents = readDocuments(deployment('web'), 'd.yaml');
    const before = JSON.stringify(documents);
    const [changed] = applySettings(documents, [parseSet('deployment/web:image=x')]);
    expect(JSON.stringify(documents)).toBe(before);
    expect(JSON.stringify(changed)).not.toBe(before);
  });

  it.each([
    ['deployment/wbe:replicas=1', 'deployment/wbe:replicas=1: no deployment/wbe in the input (did you mean "web"?)'],
    ['shop/deployment/web:replicas=1', 'no shop/deployment/web in the input (did you mean "deployment/web"?)'],
    ['deplyment/web:replicas=1', 'no deplyment/web in the input (did you mean "deployment/web"?)'],
    [
      'deployment/dup:replicas=1',
      'deployment/dup stands more than once in the input (one of deployment/dup, shop/deployment/dup)',
    ],
    ['ingress/web:spec.x=1', 'Ingress is not simulated: setting a field of it would change nothing'],
    [
      'deployment/web:maxSrge=1',
      'deployment/web:maxSrge=1: Deployment has no field "maxSrge" (did you mean "maxSurge"?)',
    ],
    ['deployment/web:kind=Pod', 'Deployment has no field "kind" (expected maxSurge, maxUnavailable, strategy'],
    [
      'deployment/web:spec.replcas=1',
      'deployment/web:spec.replcas=1: spec.replcas: unknown field (did you mean "replicas"?)',
    ],
    ['deployment/web:replicas=many', 'deployment/web:replicas=many: spec.replicas: expected integer, got "many"'],
    [
      'deployment/web:maxSurge=1.5',
      'deployment/web:maxSurge=1.5: spec.strategy.rollingUpdate.maxSurge: expected integer or percentage, got 1.5',
    ],
    ['deployment/web:spec.replicas.x=1', 'spec.replicas is not a mapping: it has no field "x"'],
    [
      'deployment/web:spec.template.spec.containers[2].image=x',
      'spec.template.spec.containers has no item 2 (it has 2)',
    ],
    [
      'deployment/web:spec.template.spec.containers[name=servr].image=x',
      'spec.template.spec.containers has no item with name=servr (did you mean "server"?)',
    ],
    ['deployment/web:spec.template.spec.volumes[0].name=x', 'spec.template.spec.volumes has no item 0 (it has 0)'],
  ])('%s is refused', (setting, message) => {
    expect(errorOf(() => build([setting]))).toContain(message);
  });

  it('are named when they make another field of the file wrong', () => {
    const text = deployment('web', '\n  strategy: {rollingUpdate: {maxUnavailable: 0}}');
    expect(errorOf(() => build(['deployment/web:maxSurge=0'], text))).toBe(
      's.yaml:7:46: spec.strategy.rollingUpdate.maxUnavailable: may not be 0 when `maxSurge` is 0 (with deployment/web:maxSurge=0)',
    );
  });
});

describe('fields of the scenario', () => {
  it('are set like those of objects', () => {
    const built = build([
      'nodes=7',
      'kubernetes=1.30',
      'until=90s',
      'seed=4',
      'controlPlane.kube-controller-manager.kube-api-qps=100',
      'behavior[0].ready={uniform: {min: 1s, max: 2s}}',
      'steps[0].at=8s',
    ]);
    expect(built).toMatchObject({
      pools: [{ name: 'small', count: 7 }],
      kubernetes: { minor: 30 },
      untilMicros: 90_000_000,
      seed: 4,
      controlPlane: { kubeControllerManager: { kubeApiQps: 100 } },
      behavior: [{ ready: { kind: 'uniform' } }],
      steps: [{ at: 8_000_000 }],
    });
  });

  it.each(['nodes=7', 'nodes/small=7', 'cluster.nodes[0].count=7', 'cluster.nodes[name=small].count=7'])(
    '%s',
    (setting) => {
      expect(build([setting]).pools).toMatchObject([{ name: 'small', count: 7 }]);
    },
  );

  it('need no Scenario in the input', () => {
    const built = build(['nodes=3', 'until=5m'], deployment('web'));
    expect(built.pools).toMatchObject([{ name: 'node', count: 3 }]);
    expect(built.untilMicros).toBe(300_000_000);
  });

  it.each([
    ['node=3', 'node=3: a Scenario has no field "node" (did you mean "nodes"?)'],
    [
      'replicas=3',
      'a Scenario has no field "replicas" (a field of an object is written as in deployment/web:replicas)',
    ],
    [
      'deployment/web=3',
      'a Scenario has no field "deployment/web" (a field of an object is written as in deployment/web:replicas)',
    ],
    ['resources=a.yaml', 'resources=a.yaml: resources are read before settings apply (name the files instead)'],
    [
      'thresholds.rollout.pendingSeconds.p95=[<1]',
      "thresholds.rollout.pendingSeconds.p95=[<1]: a metric's name has dots (write it as thresholds[rollout.pendingSeconds.p95])",
    ],
    ['nodes/smal=3', 'nodes/smal=3: there is no node pool "smal" (did you mean "small"?)'],
    ['nodes/zzzzzz=3', 'there is no node pool "zzzzzz" (the pools are small)'],
    ['nodes.cpus=4', 'nodes.cpus=4: a node pool has no field "cpus" (did you mean "cpu"?)'],
    ['nodes/big.cpu=4', 'there is no node pool "big.cpu" (the pools are small)'],
    ['nodes=many', 'nodes=many: cluster.nodes[0].count: expected number, got "many"'],
    ['kubernetes=1.29', 'kubernetes=1.29: kubernetes: Kubernetes "1.29" is not simulated'],
    ['until=5', 'until=5: until: missing unit in duration "5" (did you mean 5s?)'],
    ['behavior[1].ready=5s', 'behavior has no item 1 (it has 1)'],
    ['behavior[0].redy=5s', 'behavior[0].redy=5s: behavior[0].redy: unknown field (did you mean "ready"?)'],
    [
      'controlPlane.kube-scheduler.kube-api-qsp=5',
      'has no flag "--kube-api-qsp" that matters here (did you mean "kube-api-qps"?)',
    ],
  ])('%s is refused', (setting, message) => {
    expect(errorOf(() => build([setting]))).toContain(message);
  });

  it('nodes must be clear', () => {
    const two = 'apiVersion: rollsim/v1alpha1\nkind: Scenario\ncluster: {nodes: [{name: a}, {}]}\n';
    expect(errorOf(() => build(['nodes=3'], two))).toBe(
      'nodes=3: there are 2 node pools (name one of them: nodes/a, nodes/node)',
    );
    const node = 'apiVersion: v1\nkind: Node\nmetadata: {name: a}\n';
    expect(errorOf(() => build(['nodes=3'], node))).toBe(
      'nodes=3: the input has 1 Node object: their number is given (use a pool, cluster.nodes in a Scenario, instead of them)',
    );
  });
});

const workload = (kind: string) => `
apiVersion: apps/v1
kind: ${kind}
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: app, image: 'db:1'}]}
`;

const OTHER_KINDS: Readonly<Record<string, string>> = {
  statefulset: workload('StatefulSet'),
  daemonset: workload('DaemonSet'),
  storageclass: 'apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: db}\nprovisioner: disks.test\n',
};

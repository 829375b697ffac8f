import { describe, expect, it } from 'vitest';
import { InputError } from '../api/errors.ts';
import { type BuildOptions, buildScenario } from './build.ts';

const HEAD = 'apiVersion: rollsim/v1alpha1\nkind: Scenario\n';
const HOUR = 3_600_000_000;

const deployment = (name: string, podSpec = '') => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: a}]${podSpec}}
`;

const other = (apiVersion: string, kind: string, name = 'x') =>
  `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}}\n`;

function build(text: string, options: BuildOptions = {}) {
  return buildScenario({ files: [{ file: 's.yaml', text }] }, options);
}

function errorOf(text: string, options: BuildOptions = {}): string {
  try {
    build(text, options);
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  throw new Error('was accepted');
}

describe('a Scenario', () => {
  it('has documented defaults', () => {
    const built = build(HEAD);
    expect(built).toMatchObject({
      name: 's',
      kubernetes: { text: '1.37', minor: 37 },
      seed: 1,
      objects: [],
      behavior: [],
      steps: [],
      untilMicros: HOUR,
      thresholds: [],
      notSimulated: [],
    });
    expect(built.pools).toMatchObject([{ name: 'node', count: 10 }]);
    expect(built.assumptions).toEqual(['10 nodes of 8 cpu, 32Gi, 110 pods, since the input has none (--nodes N)']);
  });

  it('is not needed', () => {
    expect(build(deployment('web'))).toMatchObject({ name: 's', objects: [{ kind: 'Deployment' }], seed: 1 });
  });

  it('says what is assumed only when it is', () => {
    expect(build(`${HEAD}cluster: {nodes: [{}]}\nbehavior: [{match: {image: a}}, {}]`).assumptions).toEqual([]);
    expect(build(`${HEAD}cluster: {nodes: []}\nbehavior: [{}]`)).toMatchObject({ assumptions: [], pools: [] });
  });

  it('assumes only the size of nodes whose number a flag gives', () => {
    const assumed = (options: BuildOptions) => build(`${HEAD}behavior: [{}]`, options).assumptions;
    const size = 'nodes of 8 cpu, 32Gi, 110 pods, since the input has none (cluster.nodes in a Scenario)';
    const pools = [{ count: 3, allocatable: { cpu: '2' } }];
    expect(assumed({ nodes: 4 })).toEqual([size]);
    expect(assumed({ settings: [{ path: 'nodes', value: 4, text: '4' }] })).toEqual([size]);
    expect(assumed({ settings: [{ path: 'cluster.nodes', value: pools, text: '[]' }] })).toEqual([]);
  });

  it('takes null for absent', () => {
    expect(build(`${HEAD}metadata:\ncluster:\n  nodes:\nbehavior:\nuntil:\n`).untilMicros).toBe(HOUR);
  });

  it.each([
    ['metadta: {}', 's.yaml:3:1: metadta: unknown field (did you mean "metadata"?)'],
    ['metadata: {name: 3}', 's.yaml:3:18: metadata.name: expected string, got 3 (quote it: "3")'],
    ['seed: -1', 's.yaml:3:7: seed: must be greater than or equal to 0'],
    ['seed: 1.5', 's.yaml:3:7: seed: expected integer, got 1.5'],
    ['behavior: {}', 's.yaml:3:1: behavior: expected list, got mapping'],
    ['until: 5', 's.yaml:3:8: until: missing unit in duration "5" (did you mean 5s?)'],
    ['until: [5s]', 's.yaml:3:1: until: expected a duration such as "90s", got ["5s"]'],
    ['kubernetes: "1.38"', 's.yaml:3:13: kubernetes: Kubernetes "1.38" is not simulated: the versions are 1.30'],
    ['kubernetes: 1.30', 's.yaml:3:13: kubernetes: Kubernetes 1.3 is not simulated (quote it: "1.30")'],
    ['thresholds: {a: ">=1"}', 's.yaml:3:17: thresholds.a: expected list, got ">=1"'],
    ['thresholds: {a: [">="]}', 's.yaml:3:18: thresholds.a[0]: ">=" is not a threshold'],
    ['resources: [3]', 's.yaml:3:13: resources[0]: expected string, got 3'],
  ])('with %s is refused', (field, message) => {
    expect(errorOf(HEAD + field)).toContain(message);
  });

  it.each([
    ['kind: Scenario', 's.yaml:1:1: apiVersion: Required value'],
    [
      'apiVersion: rollsim/v1\nkind: Scenario',
      's.yaml:1:13: apiVersion: Unsupported value: "rollsim/v1": supported values: "rollsim/v1alpha1"',
    ],
    ['apiVersion: rollsim/v1alpha1\nkind: Scenaro', 's.yaml:2:7: kind: unknown kind "Scenaro" (expected Scenario)'],
    [`${HEAD}---\n${HEAD}`, 's.yaml:5:7: kind: a second Scenario: the input may hold one (first at s.yaml:2:7)'],
  ])('must be one of this version: %j', (text, message) => {
    expect(errorOf(text)).toContain(message);
  });
});

describe('steps', () => {
  it('keep their order, text and place', () => {
    const built = build(`${HEAD}steps:
- {at: 90s, kubectl: "rollout restart deployment/web"}
- at: 1m
  kubectl: kubectl rollout undo deployment/web
`);
    expect(built.steps).toEqual([
      {
        kind: 'kubectl',
        at: 90_000_000,
        commandLine: 'rollout restart deployment/web',
        stdin: '',
        place: { file: 's.yaml', line: 4, column: 22, path: 'steps[0].kubectl' },
      },
      expect.objectContaining({ at: 60_000_000, commandLine: 'rollout undo deployment/web' }),
    ]);
    expect(built.untilMicros).toBe(90_000_000 + HOUR);
  });

  it('report what their manifests leave out', () => {
    const built = build(`${HEAD}steps:
- at: 1s
  kubectl: apply -f -
  stdin: |
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: a}
`);
    expect(built.steps[0]).toMatchObject({ commandLine: 'apply -f -', stdin: expect.stringContaining('ConfigMap') });
    expect(built.notSimulated).toEqual(['ConfigMap (1)']);
  });

  it.each([
    ['{at: 1s}', 's.yaml:4:3: steps[0].kubectl: Required value (a step runs a kubectl command line)'],
    ['{at: 1s, kubctl: get pods}', 's.yaml:4:12: steps[0].kubctl: unknown field (did you mean "kubectl"?)'],
    ['{kubectl: get pods}', 's.yaml:4:3: steps[0].at: Required value'],
    ['{at: soon, kubectl: get pods}', 's.yaml:4:8: steps[0].at: "soon" is not a duration'],
    [
      '{at: 1s, failNode: {zones: [a]}}',
      's.yaml:4:12: steps[0].failNode: expected a name, a list of names, {zone: NAME} or {pool: NAME}',
    ],
    [
      '{at: 1s, recoverNode: []}',
      's.yaml:4:12: steps[0].recoverNode: expected a name, a list of names, {zone: NAME} or {pool: NAME}',
    ],
    [
      '{at: 1s, failNode: node-3, recoverNode: node-3}',
      's.yaml:4:30: steps[0].recoverNode: a step does one thing, and this one has failNode already',
    ],
    [
      '{at: 1s, addNodes: {name: late}, kubectl: get pods}',
      's.yaml:4:12: steps[0].addNodes: a step does one thing, and this one has kubectl already',
    ],
    [
      '{at: 1s, addNodes: {name: late}, expect: x}',
      's.yaml:4:36: steps[0].expect: only a kubectl command has it, and this step has addNodes',
    ],
    ['{at: 1s, expect: x}', 's.yaml:4:3: steps[0].kubectl: Required value'],
    [
      '{at: 1s, kubectl: get pods, expect: "["}',
      's.yaml:4:39: steps[0].expect: "[" is not a regular expression: Unterminated character class',
    ],
    [
      '{at: 1s, kubectl: get pods, stdin: "kind: Pod"}',
      's.yaml:4:38: steps[0].stdin: kubectl get reads nothing from stdin (apply and create do, with -f -)',
    ],
    [
      '{at: 1s, addNodes: {name: late, taints: [{key: a, effect: NoSchedul}]}}',
      's.yaml:4:61: steps[0].addNodes.taints[0].effect: Unsupported value: "NoSchedul"',
    ],
    [
      '{at: 1s, addNodes: {count: 11}}',
      's.yaml:4:12: steps[0].addNodes.name: there is a node "node-0" already (choose another name)',
    ],
    ['{at: 1s, kubectl: " "}', 's.yaml:4:21: steps[0].kubectl: expected a kubectl command line'],
    ['{at: 1s, kubectl: rolout status}', 's.yaml:4:21: steps[0].kubectl: unknown verb "rolout"'],
  ])('%s is refused', (step, message) => {
    expect(errorOf(`${HEAD}steps:\n- ${step}\n`)).toContain(message);
  });

  it('may add nodes, under names that are free', () => {
    const nodes = `cluster: {nodes: [{name: a, count: 2}]}\n`;
    const add = (at: string, name: string) => `{at: ${at}, addNodes: {name: ${name}, count: 2, zones: [x, y]}}`;
    const built = build(`${HEAD}${nodes}steps: [${add('1s', 'b')}]\n`);
    expect(built.steps).toMatchObject([
      { kind: 'addNodes', at: 1e6, pool: { name: 'b', count: 2, zones: ['x', 'y'] } },
    ]);
    const twice = `${HEAD}${nodes}steps: [${add('1s', 'b')}, ${add('2s', 'b')}]\n`;
    expect(errorOf(twice)).toContain('steps[1].addNodes.name: there is a node "b-0" already');
    // What a command deletes may come back.
    const deleted = '{at: 1s, kubectl: delete node a-0 a-1}';
    expect(() => build(`${HEAD}${nodes}steps: [${deleted}, ${add('2s', 'a')}]\n`)).not.toThrow();
  });

  it('after the end are not dropped in silence', () => {
    const steps = 'steps: [{at: 5s, kubectl: get pods}, {at: 2m, kubectl: get pods}]\nuntil: 1m\nbehavior: [{}]\n';
    expect(build(`${HEAD}cluster: {nodes: [{}]}\n${steps}`).assumptions).toEqual([
      'steps[1] at 2m0s is not run: the run ends at 1m0s (until)',
    ]);
  });
});

describe('options', () => {
  it('add steps that wait for readiness, after the scenario', () => {
    const text = `${HEAD}steps: [{at: 1m, kubectl: get pods}]\n${deployment('web')}`;
    const built = build(text, { kubectl: ['kubectl get nodes', 'get pods'], restart: ['deploy/web'] });
    expect(built.steps.map((step) => [step.at, step.kind === 'kubectl' && step.commandLine])).toEqual([
      [60_000_000, 'get pods'],
      ['ready', 'get nodes'],
      ['ready', 'get pods'],
      ['ready', 'rollout restart deployment/web'],
    ]);
    expect(built.untilMicros).toBe(60_000_000 + 4 * HOUR);
  });

  it('restart in the namespace of the object', () => {
    const text = deployment('web').replace('name: web', 'name: web, namespace: shop');
    expect(build(text, { restart: ['deployment/web'] }).steps[0]).toMatchObject({
      commandLine: 'rollout restart deployment/web --namespace=shop',
    });
  });

  it('override the Scenario, and settings override them', () => {
    const text = `${HEAD}kubernetes: "1.31"\nuntil: 1m\ncluster: {nodes: [{name: a, count: 3}]}\n`;
    const options = { nodes: 5, kubernetes: '1.30', until: '2m' };
    const settings = [{ path: 'until', value: '3m', text: '3m' }];
    expect(build(text, { ...options, settings })).toMatchObject({
      pools: [{ name: 'a', count: 5 }],
      kubernetes: { text: '1.30' },
      untilMicros: 180_000_000,
    });
  });

  it.each([
    [{ nodes: -1 }, '--nodes -1: cluster.nodes[0].count: must be greater than or equal to 0'],
    [{ nodes: 1.5 }, '--nodes 1.5: cluster.nodes[0].count: expected integer, got 1.5'],
    [{ kubernetes: '1.99' }, '--kubernetes 1.99: kubernetes: Kubernetes "1.99" is not simulated'],
    [{ until: 'x' }, '--until x: until: "x" is not a duration'],
    [{ restart: ['deployment/wbe'] }, '--restart deployment/wbe: no deployment/wbe in the input (did you mean "web"?)'],
    [
      { restart: ['web'] },
      '--restart web: expected KIND/NAME or NAMESPACE/KIND/NAME, got "web" (as in deployment/web)',
    ],
    [{ kubectl: [' '] }, "--kubectl ' ': expected a kubectl command line"],
    [{ kubectl: ['rolout status'] }, `--kubectl 'rolout status': unknown verb "rolout"`],
  ])('%j is refused', (options, message) => {
    expect(errorOf(deployment('web'), options)).toContain(message);
  });

  it('--nodes must be clear', () => {
    expect(errorOf(`${HEAD}cluster: {nodes: [{name: a}, {name: b}]}`, { nodes: 3 })).toBe(
      '--nodes 3: there are 2 node pools (name one of them: nodes/a, nodes/b)',
    );
  });
});

describe('objects', () => {
  it('stand in the order of the input, without the Scenario', () => {
    const input = {
      files: [
        { file: 'b.yaml', text: deployment('b') + deployment('a') },
        { file: 's.yaml', text: HEAD },
        { file: 'a.json', text: '{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}}' },
      ],
    };
    const built = buildScenario(input, {});
    expect(built.objects.map(({ kind, meta }) => `${kind}/${meta.name}`)).toEqual([
      'Deployment/b',
      'Deployment/a',
      'Node/n',
    ]);
    expect(built.pools).toEqual([]);
    expect(built.name).toBe('b');
  });

  it.each([
    [
      deployment('web') + deployment('web'),
      's.yaml:13:18: metadata.name: deployment/web is defined twice (first at s.yaml:4:18)',
    ],
    [
      other('networking.k8s.io/v1', 'Ingress') + other('networking.k8s.io/v1', 'Ingress'),
      's.yaml:8:18: metadata.name: ingress/x is defined twice (first at s.yaml:4:18)',
    ],
    [
      deployment('a').replace('{name: a}', '{name: a, namespace: shop}') +
        deployment('a').replace('{name: a}', '{name: a, namespace: shop}'),
      'shop/deployment/a is defined twice',
    ],
  ])('must be different', (text, message) => {
    expect(errorOf(text)).toContain(message);
  });

  it('of one name in different namespaces, kinds or groups are different', () => {
    const shop = deployment('a').replace('{name: a}', '{name: a, namespace: shop}');
    const text = deployment('a') + shop + other('x.io/v1', 'Thing') + other('y.io/v1', 'Thing');
    expect(build(text).objects).toHaveLength(2);
  });

  it('and pools do not share nodes', () => {
    const text = `${HEAD}cluster: {nodes: [{count: 3}]}\n${other('v1', 'Node', 'node-2')}`;
    expect(errorOf(text)).toBe('s.yaml:3:19: cluster.nodes[0]: the input has a Node "node-2" already');
  });

  it.each([
    ['a: 1', 's.yaml:1:1: apiVersion: Required value (neither apiVersion nor kind: no Kubernetes manifest; '],
    ['apiVersion: v1\nkind: 3', 's.yaml:2:7: kind: expected string'],
    ['- 1', 's.yaml:1:1: expected a mapping with apiVersion and kind, got a list'],
    [other('apps/v1', 'Deploymnet'), 's.yaml:3:7: kind: unknown kind "Deploymnet" (did you mean "Deployment"?)'],
    [
      other('kustomize.config.k8s.io/v1beta1', 'Kustomization'),
      'a kustomization has to be rendered first (kubectl kustomize FOLDER)',
    ],
    [
      other('apps/v1beta1', 'Deployment'),
      's.yaml:2:13: apiVersion: expected "apps/v1" for kind Deployment, got "apps/v1beta1"',
    ],
  ])('%j is refused', (text, message) => {
    expect(errorOf(text)).toContain(message);
  });

  it.each([
    [
      'k/kustomization.yaml',
      'k/kustomization.yaml:1:1: apiVersion: Required value (render it first: kubectl kustomize FOLDER)',
    ],
    ['c/values.yaml', 'c/values.yaml:1:1: apiVersion: Required value (render it first: helm template CHART)'],
  ])('%s has to be rendered', (file, message) => {
    const act = () => buildScenario({ files: [{ file, text: 'resources: [a.yaml]' }] }, {});
    expect(act).toThrow(InputError);
    try {
      act();
    } catch (error) {
      expect((error as InputError).format()).toBe(message);
    }
  });
});

describe('what is not simulated', () => {
  const text =
    HEAD +
    deployment('a', ', hostIPC: true, volumes: [{name: v, hostPath: {path: /v}}]') +
    deployment('b', ', hostIPC: true') +
    other('networking.k8s.io/v1', 'Ingress', 'a') +
    other('networking.k8s.io/v1', 'Ingress', 'b') +
    other('monitoring.coreos.com/v1', 'ServiceMonitor');

  it('is listed with the number of objects, sorted', () => {
    expect(build(text).notSimulated).toEqual([
      'Deployment spec.template.spec.hostIPC (2)',
      'Deployment spec.template.spec.volumes.hostPath (1)',
      'Ingress (2)',
      'ServiceMonitor (1)',
    ]);
  });

  it('is an error with --strict, at the first of them', () => {
    expect(errorOf(text, { strict: true })).toBe(
      's.yaml:11:47: not simulated: Deployment spec.template.spec.hostIPC (2), ' +
        'Deployment spec.template.spec.volumes.hostPath (1), Ingress (2), ServiceMonitor (1)',
    );
    expect(build(HEAD + deployment('a'), { strict: true }).notSimulated).toEqual([]);
  });

  it('counts a field of several containers of one object once', () => {
    const containers = deployment('a').replace(
      '[{name: a, image: a}]',
      '[{name: a, image: a, tty: true}, {name: b, image: b, tty: true}]',
    );
    expect(build(containers).notSimulated).toEqual(['Deployment spec.template.spec.containers.tty (1)']);
    expect(errorOf(containers, { strict: true })).toContain('s.yaml:9:45: not simulated');
  });

  it('includes a simulated name in a group that is not Kubernetes', () => {
    expect(build(other('longhorn.io/v1beta2', 'Node')).notSimulated).toEqual(['Node (1)']);
  });
});

describe('building again', () => {
  it('gives equal scenarios, with and without other variants between', () => {
    const input = { files: [{ file: 's.yaml', text: HEAD + deployment('web') }] };
    const first = buildScenario(input, {});
    buildScenario(input, { settings: [{ path: 'deployment/web:replicas', value: 9, text: '9' }] });
    expect(buildScenario(input, {})).toEqual(first);
    expect(buildScenario(structuredClone(input), {})).toEqual(first);
  });
});

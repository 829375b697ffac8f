import { describe, expect, test } from 'vitest';
import { InputError } from '../../api/errors.ts';
import { DEFAULT_PLUGIN_ARGS } from '../../scheduler/pluginArgs.ts';
import { buildScenario } from '../build.ts';

const HEAD = 'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n';
const NODES = '---\napiVersion: rollsim/v1alpha1\nkind: Scenario\ncluster: {nodes: [{}]}\nbehavior: [{}]\n';

function build(text: string, scenario = NODES) {
  return buildScenario({ files: [{ file: 's.yaml', text: `${HEAD}${text}\n${scenario}` }] }, {});
}

function errorOf(text: string): string {
  try {
    build(text);
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  throw new Error('was accepted');
}

const profile = (text: string) => `profiles:\n- ${text}`;
const plugins = (text: string) => profile(`plugins: {${text}}`);
const args = (plugin: string, text: string) => profile(`pluginConfig: [{name: ${plugin}, args: {${text}}}]`);
const strategy = (text: string) => args('NodeResourcesFit', `scoringStrategy: {${text}}`);
const ratio = (shape: string) =>
  strategy(`type: RequestedToCapacityRatio, requestedToCapacityRatio: {shape: [${shape}]}`);

function readArgs(plugin: string, text: string): unknown {
  const { pluginArgs } = build(args(plugin, text)).scheduler.profiles[0]!;
  return pluginArgs[plugin as keyof typeof pluginArgs];
}

describe('a KubeSchedulerConfiguration', () => {
  test('that says nothing is the default', () => {
    const { scheduler, controlPlane, notSimulated } = build('');
    expect(scheduler).toEqual({
      profiles: [
        {
          schedulerName: 'default-scheduler',
          percentageOfNodesToScore: 0,
          plugins: {},
          pluginArgs: DEFAULT_PLUGIN_ARGS,
        },
      ],
      backoff: { initialMicros: 1_000_000, maxMicros: 10_000_000 },
    });
    expect(controlPlane.kubeScheduler).toEqual({ kubeApiQps: 50, kubeApiBurst: 100 });
    expect(notSimulated).toEqual([]);
    expect(buildScenario({ files: [{ file: 's.yaml', text: NODES }] }, {}).scheduler).toEqual(scheduler);
  });

  test('has profiles, each with its share of nodes to score', () => {
    const { profiles } = build(
      'percentageOfNodesToScore: 30\nprofiles: [{schedulerName: a}, {schedulerName: b, percentageOfNodesToScore: 0}]',
    ).scheduler;
    expect(profiles.map((one) => [one.schedulerName, one.percentageOfNodesToScore])).toEqual([
      ['a', 30],
      ['b', 0],
    ]);
    expect(build(profile('{percentageOfNodesToScore: 7}')).scheduler.profiles).toMatchObject([
      { schedulerName: 'default-scheduler', percentageOfNodesToScore: 7 },
    ]);
  });

  test('has plugins', () => {
    const text = plugins(
      'multiPoint: {disabled: [{name: "*"}], enabled: [{name: PrioritySort}, {name: DefaultBinder}]}, score: {enabled: [{name: NodeAffinity, weight: 4}]}',
    );
    expect(build(text).scheduler.profiles[0]!.plugins).toEqual({
      multiPoint: {
        enabled: [
          { name: 'PrioritySort', weight: 0 },
          { name: 'DefaultBinder', weight: 0 },
        ],
        disabled: ['*'],
      },
      score: { enabled: [{ name: 'NodeAffinity', weight: 4 }], disabled: [] },
    });
  });

  test('has back-offs', () => {
    expect(build('podInitialBackoffSeconds: 2\npodMaxBackoffSeconds: 3').scheduler.backoff).toEqual({
      initialMicros: 2_000_000,
      maxMicros: 3_000_000,
    });
  });

  test('sets the limits of the scheduler’s client', () => {
    const limits = (text: string, controlPlane = '') =>
      build(`clientConnection: {${text}}`, `${NODES}controlPlane: {${controlPlane}}`).controlPlane.kubeScheduler;
    expect(limits('qps: 12.5, burst: 7')).toEqual({ kubeApiQps: 12.5, kubeApiBurst: 7 });
    expect(limits('qps: 0, burst: 0')).toEqual({ kubeApiQps: 50, kubeApiBurst: 100 });
    expect(limits('qps: -1')).toEqual({ kubeApiQps: Number.POSITIVE_INFINITY, kubeApiBurst: Number.POSITIVE_INFINITY });
    const flags = 'kube-scheduler: {kube-api-qps: 5, kube-api-burst: 6}';
    expect(limits('qps: 20', flags)).toEqual({ kubeApiQps: 20, kubeApiBurst: 6 });
    expect(limits('', flags)).toEqual({ kubeApiQps: 5, kubeApiBurst: 6 });
    expect(limits('qps: 20', 'preset: unlimited')).toEqual({ kubeApiQps: 20, kubeApiBurst: 100 });
  });

  test('tells what of it is not simulated', () => {
    const text = `leaderElection: {leaderElect: true}
parallelism: 4
extenders: [{urlPrefix: "http://x"}]
clientConnection: {kubeconfig: /etc/kubernetes/scheduler.conf}
profiles:
- plugins: {permit: {enabled: [{name: GangScheduling}]}, filter: {disabled: [{name: DynamicResources}]}}
  pluginConfig: [{name: DynamicResources, args: {filterTimeout: 5s}}, {name: NodePorts, args: {}}]`;
    expect(build(text).notSimulated).toEqual([
      'KubeSchedulerConfiguration clientConnection.kubeconfig (1)',
      'KubeSchedulerConfiguration extenders (1)',
      'KubeSchedulerConfiguration leaderElection (1)',
      'KubeSchedulerConfiguration parallelism (1)',
      'KubeSchedulerConfiguration profiles.pluginConfig.DynamicResources (1)',
      'KubeSchedulerConfiguration profiles.pluginConfig.NodePorts (1)',
      'KubeSchedulerConfiguration profiles.plugins.permit.enabled.GangScheduling (1)',
    ]);
  });
});

describe('args', () => {
  test('may say what they are, and nothing more', () => {
    const type = 'apiVersion: kubescheduler.config.k8s.io/v1, kind: NodeResourcesFitArgs';
    expect(readArgs('NodeResourcesFit', type)).toEqual(DEFAULT_PLUGIN_ARGS.NodeResourcesFit);
  });

  test.each([
    [
      'DefaultPreemption',
      'minCandidateNodesPercentage: 0',
      { minCandidateNodesPercentage: 0, minCandidateNodesAbsolute: 100 },
    ],
    [
      'DefaultPreemption',
      'minCandidateNodesAbsolute: 7',
      { minCandidateNodesPercentage: 10, minCandidateNodesAbsolute: 7 },
    ],
    [
      'InterPodAffinity',
      'hardPodAffinityWeight: 0, ignorePreferredTermsOfExistingPods: true',
      { hardPodAffinityWeight: 0, ignorePreferredTermsOfExistingPods: true },
    ],
    [
      'NodeResourcesBalancedAllocation',
      'resources: [{name: cpu}, {name: a/b, weight: 1}]',
      {
        resources: [
          { name: 'cpu', weight: 1 },
          { name: 'a/b', weight: 1 },
        ],
      },
    ],
    ['VolumeBinding', 'bindTimeoutSeconds: 30', { bindTimeoutMicros: 30_000_000 }],
    ['PodTopologySpread', 'defaultingType: List', { defaultingType: 'List', defaultConstraints: [] }],
  ])('of %s: {%s}', (plugin, text, expected) => {
    expect(readArgs(plugin, text)).toEqual(expected);
  });

  test('of NodeResourcesFit', () => {
    expect(
      readArgs(
        'NodeResourcesFit',
        'ignoredResources: [a/b], ignoredResourceGroups: [c.io], scoringStrategy: {type: MostAllocated, resources: [{name: a/b, weight: 0}, {name: cpu, weight: 5}]}',
      ),
    ).toEqual({
      ignoredResources: ['a/b'],
      ignoredResourceGroups: ['c.io'],
      scoringStrategy: {
        type: 'MostAllocated',
        resources: [
          { name: 'a/b', weight: 1 },
          { name: 'cpu', weight: 5 },
        ],
      },
    });
    const { scoringStrategy } = build(ratio('{utilization: 0, score: 0}, {utilization: 50, score: 10}')).scheduler
      .profiles[0]!.pluginArgs.NodeResourcesFit;
    expect(scoringStrategy).toEqual({
      type: 'RequestedToCapacityRatio',
      resources: [
        { name: 'cpu', weight: 1 },
        { name: 'memory', weight: 1 },
      ],
      shape: [
        { utilization: 0, score: 0 },
        { utilization: 50, score: 10 },
      ],
    });
  });

  test('of PodTopologySpread and NodeAffinity', () => {
    const constraint = 'maxSkew: 2, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, minDomains: 3';
    expect(readArgs('PodTopologySpread', `defaultingType: List, defaultConstraints: [{${constraint}}]`)).toMatchObject({
      defaultConstraints: [{ maxSkew: 2, topologyKey: 'zone', minDomains: 3, nodeTaintsPolicy: 'Ignore' }],
    });
    const term = '{matchExpressions: [{key: a, operator: Exists}]}';
    const required = `requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [${term}]}`;
    expect(readArgs('NodeAffinity', `addedAffinity: {${required}}`)).toMatchObject({
      addedAffinity: { required: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }], preferred: [] },
    });
    expect(readArgs('NodeAffinity', '')).toEqual({ addedAffinity: undefined });
  });
});

describe('is refused, with its place:', () => {
  test('a second one, another version', () => {
    const text = `${HEAD}---\n${HEAD}`;
    const second = () => buildScenario({ files: [{ file: 's.yaml', text }] }, {});
    expect(second).toThrow('a second KubeSchedulerConfiguration: the input may hold one');
    const old = 'apiVersion: kubescheduler.config.k8s.io/v1beta3\nkind: KubeSchedulerConfiguration\n';
    expect(() => buildScenario({ files: [{ file: 's.yaml', text: old }] }, {})).toThrow(
      'expected "kubescheduler.config.k8s.io/v1" for kind KubeSchedulerConfiguration, got "kubescheduler.config.k8s.io/v1beta3"',
    );
  });

  test.each([
    [
      'percentageOfNodeToScore: 5',
      '3:1: percentageOfNodeToScore: unknown field (did you mean "percentageOfNodesToScore"?)',
    ],
    ['percentageOfNodesToScore: 101', '3:27: percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]'],
    [
      profile('percentageOfNodesToScore: -1'),
      '4:29: profiles[0].percentageOfNodesToScore: Invalid value: -1: not in valid range [0-100]',
    ],
    ['parallelism: 0', '3:14: parallelism: Invalid value: 0: should be an integer value greater than zero'],
    ['podInitialBackoffSeconds: 0', '3:27: podInitialBackoffSeconds: Invalid value: 0: must be greater than 0'],
    [
      'podMaxBackoffSeconds: 0',
      '3:23: podMaxBackoffSeconds: Invalid value: 0: must be greater than or equal to PodInitialBackoffSeconds',
    ],
    ['clientConnection: {burst: -1}', '3:27: clientConnection.burst: Invalid value: -1: must be non-negative'],
    ['clientConnection: {qps: "5"}', '3:25: clientConnection.qps: expected number, got "5"'],
    ['profiles: [{schedulerName: a}, {}]', '3:32: profiles[1].schedulerName: Required value'],
    [
      'profiles: [{schedulerName: a}, {schedulerName: a}]',
      '3:48: profiles[1].schedulerName: Duplicate value: "a" (profiles[0] has it)',
    ],
  ])('%s', (text, message) => {
    expect(errorOf(text)).toContain(`s.yaml:${message}`);
  });

  test.each([
    [
      'score: {enabled: [{name: NodeAfinity}]}',
      'plugins.score.enabled[0].name: ScorePlugin "NodeAfinity" does not exist (did you mean "NodeAffinity"?)',
    ],
    ['multiPoint: {enabled: [{name: Mine}]}', 'plugins.multiPoint.enabled[0].name: plugin "Mine" does not exist'],
    [
      'filter: {disabled: [{name: NodePort}]}',
      'plugins.filter.disabled[0].name: plugin "NodePort" does not exist (did you mean "NodePorts"?)',
    ],
    [
      'filter: {enabled: [{name: EBSLimits}]}',
      'plugins.filter.enabled[0].name: Invalid value: "EBSLimits": was invalid in version "kubescheduler.config.k8s.io/v1" (KubeSchedulerConfiguration is version "kubescheduler.config.k8s.io/v1")',
    ],
    [
      'score: {enabled: [{name: NodePorts}]}',
      'plugins.score.enabled[0].name: plugin "NodePorts" does not extend ScorePlugin plugin',
    ],
    [
      'score: {enabled: [{name: NodeAffinity}, {name: NodeAffinity}]}',
      'plugins.score.enabled[1].name: plugin "NodeAffinity" already registered as "ScorePlugin"',
    ],
    [
      'queueSort: {disabled: [{name: "*"}]}',
      'only one queue sort plugin required for profile with scheduler name "default-scheduler", but got 0',
    ],
    [
      'bind: {disabled: [{name: DefaultBinder}]}',
      'at least one bind plugin is needed for profile with scheduler name "default-scheduler"',
    ],
    ['scores: {}', 'plugins.scores: unknown field (did you mean "score"?)'],
  ])('plugins {%s}', (text, message) => {
    expect(errorOf(plugins(text))).toMatch(/^s\.yaml:4:\d+: profiles\[0\]/);
    expect(errorOf(plugins(text))).toContain(message);
  });

  test('another queueSort than that of the first profile', () => {
    const sort = 'plugins: {queueSort: {enabled: [{name: PrioritySort}]}}';
    const text = `profiles: [{schedulerName: a}, {schedulerName: b, ${sort}}]`;
    expect(errorOf(text)).toContain(
      'profiles[1].plugins.queueSort: Invalid value: {PrioritySort}: must be the same for all profiles',
    );
  });

  test.each([
    ['NodeResourceFit', '', 'name: plugin "NodeResourceFit" does not exist (did you mean "NodeResourcesFit"?)'],
    ['GCEPDLimits', '', 'name: Invalid value: "GCEPDLimits": was invalid in version'],
    [
      'NodeAffinity',
      'kind: NodeResourcesFitArgs',
      'args.kind: args for plugin NodeAffinity were not of type NodeAffinityArgs.kubescheduler.config.k8s.io, got NodeResourcesFitArgs.kubescheduler.config.k8s.io',
    ],
    [
      'NodeAffinity',
      'apiVersion: kubescheduler.config.k8s.io/v1beta2',
      'args.apiVersion: expected "kubescheduler.config.k8s.io/v1", got "kubescheduler.config.k8s.io/v1beta2"',
    ],
    ['NodeAffinity', 'addedAfinity: {}', 'args.addedAfinity: unknown field (did you mean "addedAffinity"?)'],
    [
      'NodeAffinity',
      'addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {}}',
      'args.addedAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
    ],
    [
      'DefaultPreemption',
      'minCandidateNodesPercentage: 101',
      'args.minCandidateNodesPercentage: Invalid value: 101: not in valid range [0, 100]',
    ],
    [
      'DefaultPreemption',
      'minCandidateNodesAbsolute: -1',
      'args.minCandidateNodesAbsolute: Invalid value: -1: not in valid range [0, inf)',
    ],
    [
      'DefaultPreemption',
      'minCandidateNodesAbsolute: 0, minCandidateNodesPercentage: 0',
      'args.minCandidateNodesPercentage: Invalid value: 0: cannot be zero at the same time as minCandidateNodesAbsolute',
    ],
    [
      'InterPodAffinity',
      'hardPodAffinityWeight: 101',
      'args.hardPodAffinityWeight: Invalid value: 101: not in valid range [0, 100]',
    ],
    [
      'VolumeBinding',
      'bindTimeoutSeconds: -1',
      'args.bindTimeoutSeconds: Invalid value: -1: invalid BindTimeoutSeconds, should not be a negative value',
    ],
    [
      'VolumeBinding',
      'shape: []',
      'args.shape: Invalid value: []: unexpected field `shape`, remove it or turn on the feature gate StorageCapacityScoring',
    ],
    [
      'NodeResourcesBalancedAllocation',
      'resources: [{name: cpu, weight: 2}]',
      'args.resources[0].weight: Invalid value: 2: must be 1',
    ],
    [
      'NodeResourcesBalancedAllocation',
      'resources: [{name: cpu}, {name: cpu}]',
      'args.resources[1].name: Duplicate value: "cpu"',
    ],
    ['NodeResourcesFit', 'ignoredResources: ["a b"]', 'args.ignoredResources[0]: Invalid value: "a b": '],
    [
      'NodeResourcesFit',
      'ignoredResourceGroups: [a/b]',
      "args.ignoredResourceGroups[0]: Invalid value: \"a/b\": resource group name can't contain '/'",
    ],
    [
      'PodTopologySpread',
      'defaultingType: Lists',
      'args.defaultingType: Unsupported value: "Lists": supported values: "List", "System" (did you mean "List"?)',
    ],
    [
      'PodTopologySpread',
      'defaultConstraints: [{}]',
      'args.defaultingType: Invalid value: "System": when .defaultConstraints are not empty',
    ],
    [
      'PodTopologySpread',
      'defaultingType: List, defaultConstraints: [{topologyKey: a}]',
      'args.defaultConstraints[0].maxSkew: Invalid value: 0: not in valid range (0, inf)',
    ],
    [
      'PodTopologySpread',
      'defaultingType: List, defaultConstraints: [{maxSkew: 1}]',
      'args.defaultConstraints[0].topologyKey: Required value: can not be empty',
    ],
    [
      'PodTopologySpread',
      'defaultingType: List, defaultConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: Maybe}]',
      'args.defaultConstraints[0].whenUnsatisfiable: Unsupported value: "Maybe"',
    ],
    [
      'PodTopologySpread',
      'defaultingType: List, defaultConstraints: [{maxSkew: 1, topologyKey: a, labelSelector: {}}]',
      'args.defaultConstraints[0].labelSelector: Forbidden: constraint must not define a selector, as they deduced for each pod',
    ],
  ])('args of %s {%s}', (plugin, text, message) => {
    expect(errorOf(args(plugin, text))).toMatch(/^s\.yaml:4:\d+: profiles\[0\]\.pluginConfig\[0\]\./);
    expect(errorOf(args(plugin, text))).toContain(`pluginConfig[0].${message}`);
  });

  test('args that stand twice', () => {
    const text = profile('pluginConfig: [{name: NodePorts}, {name: NodePorts}]');
    expect(errorOf(text)).toContain('profiles[0].pluginConfig[1]: Duplicate value: "NodePorts"');
  });

  test.each([
    [
      strategy('type: LeastUsed'),
      'type: Unsupported value: "LeastUsed": supported values: "LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"',
    ],
    [
      strategy('type: MostAllocated, resources: [{name: cpu, weight: 101}]'),
      'resources[0].weight: Invalid value: 101: resource weight of cpu not in valid range (0, 100]',
    ],
    [
      strategy('type: MostAllocated, requestedToCapacityRatio: {}'),
      'requestedToCapacityRatio: Forbidden: must be nil when type is not RequestedToCapacityRatio',
    ],
    [
      strategy('type: RequestedToCapacityRatio'),
      'requestedToCapacityRatio: Required value: must be specified when type is RequestedToCapacityRatio',
    ],
    [ratio(''), 'requestedToCapacityRatio.shape: Required value: at least one point must be specified'],
    [
      ratio('{utilization: 5}, {utilization: 5}'),
      'requestedToCapacityRatio.shape[1].utilization: Invalid value: 5: values must be sorted in increasing order',
    ],
    [
      ratio('{utilization: 101}'),
      'requestedToCapacityRatio.shape[0].utilization: Invalid value: 101: not in valid range [0, 100]',
    ],
    [ratio('{score: 11}'), 'requestedToCapacityRatio.shape[0].score: Invalid value: 11: not in valid range [0, 10]'],
  ])('%s', (text, message) => {
    expect(errorOf(text)).toContain(`args.scoringStrategy.${message}`);
  });
});

import { describe, expect, test } from 'vitest';
import type { AnyPlugin, ExtensionPoint } from '../framework.ts';
import { DEFAULT_PLUGIN_ARGS, type PluginArgs } from '../pluginArgs.ts';
import { Profile } from '../profile.ts';
import { DEFAULT_PLUGINS } from '../registry.ts';
import { TestCluster } from '../testing.ts';
import { DEFAULT_CONFIGURATION, type PluginSets, type ProfileConfiguration } from './configuration.ts';
import { pointsOf, SIMULATED_PLUGINS } from './extensionPoints.ts';
import { profilesOf } from './profiles.ts';

const [DEFAULT_PROFILE] = DEFAULT_CONFIGURATION.profiles as [ProfileConfiguration];

function configured(...profiles: Partial<ProfileConfiguration>[]) {
  return profilesOf({
    ...DEFAULT_CONFIGURATION,
    profiles: profiles.map((profile) => ({ ...DEFAULT_PROFILE, ...profile })),
  });
}

function profileWith(plugins: PluginSets): Profile {
  return new Profile(configured({ plugins })[0]!.plugins, new TestCluster().handle());
}

const namesOf = (plugins: readonly AnyPlugin[]) => plugins.map(({ name }) => name);

/** What shows that a plugin implements a point. PreFilter may be a preparation of its own, PreScore goes with Score. */
const METHODS: readonly (readonly [ExtensionPoint, keyof AnyPlugin])[] = [
  ['preEnqueue', 'preEnqueue'],
  ['queueSort', 'less'],
  ['filter', 'filter'],
  ['postFilter', 'postFilter'],
  ['score', 'score'],
  ['reserve', 'reserve'],
  ['preBind', 'preBind'],
  ['bind', 'bind'],
];

describe('the table of extension points', () => {
  const handle = new TestCluster().handle();

  test.each(DEFAULT_PLUGINS)('has those of $name', ({ name, create }) => {
    const plugin = create(handle);
    expect(plugin.name).toBe(name);
    const implemented = METHODS.filter(([, method]) => plugin[method] !== undefined).map(([point]) => point);
    expect(pointsOf(name)).toEqual(expect.arrayContaining(implemented));
    if (plugin.preFilter !== undefined) expect(pointsOf(name)).toContain('filter');
  });

  test('has all plugins, in upstream’s order', () => {
    expect(namesOf(DEFAULT_PLUGINS as readonly AnyPlugin[])).toEqual(
      SIMULATED_PLUGINS.filter((name) => DEFAULT_PLUGINS.some((plugin) => plugin.name === name)),
    );
  });
});

test.each(DEFAULT_PLUGINS)('$name is made with its own args', ({ name, create }) => {
  const asked: string[] = [];
  const get = (args: PluginArgs, plugin: keyof PluginArgs) => {
    asked.push(plugin);
    return args[plugin];
  };
  create(new TestCluster().handle(), new Proxy(DEFAULT_PLUGIN_ARGS, { get } as ProxyHandler<PluginArgs>));
  expect(asked).toEqual(Object.hasOwn(DEFAULT_PLUGIN_ARGS, name) ? [name] : []);
});

describe('a profile', () => {
  test('without a word is the default one', () => {
    const profile = profileWith({});
    const plain = new Profile(DEFAULT_PLUGINS, new TestCluster().handle());
    expect(namesOf(profile.plugins)).toEqual(namesOf(plain.plugins));
    expect(namesOf(profile.filters)).toEqual(namesOf(plain.filters));
    expect(namesOf(profile.preFilters).sort()).toEqual(namesOf(plain.preFilters).sort());
    expect(profile.scores.map(({ plugin, weight }) => [plugin.name, weight])).toEqual(
      plain.scores.map(({ plugin, weight }) => [plugin.name, weight]),
    );
  });

  test('has a plugin at some points only', () => {
    const set = { enabled: [], disabled: ['NodeResourcesFit'] };
    const profile = profileWith({ score: set });
    expect(namesOf(profile.filters)).toContain('NodeResourcesFit');
    expect(profile.scores.map(({ plugin }) => plugin.name)).not.toContain('NodeResourcesFit');
  });

  test('prepares whoever filters, even if PreFilter is disabled', () => {
    const profile = profileWith({ preFilter: { enabled: [], disabled: ['*'] } });
    expect(namesOf(profile.preFilters)).toEqual(expect.arrayContaining(['NodeResourcesFit', 'TaintToleration']));
  });

  test('leaves out plugins that have no point left', () => {
    const profile = profileWith({ multiPoint: { enabled: [], disabled: ['NodePorts'] } });
    expect(namesOf(profile.plugins)).not.toContain('NodePorts');
  });
});

test('pods are placed by the profile that they name', () => {
  const { NodeResourcesFit } = DEFAULT_PLUGIN_ARGS;
  const packing = {
    ...DEFAULT_PLUGIN_ARGS,
    NodeResourcesFit: {
      ...NodeResourcesFit,
      scoringStrategy: { ...NodeResourcesFit.scoringStrategy, type: 'MostAllocated' as const },
    },
  };
  const score = { enabled: [{ name: 'NodeResourcesFit', weight: 1 }], disabled: ['*'] };
  const cluster = new TestCluster();
  cluster.scheduler({
    profiles: configured({ plugins: { score } }, { schedulerName: 'packer', plugins: { score }, pluginArgs: packing }),
  });
  for (const name of ['a', 'b']) cluster.createNode(name);
  cluster.createPod('resident', { requests: { cpu: '2', memory: '2Gi' }, spec: { nodeName: 'a' } });
  const requests = { cpu: '1', memory: '1Gi' };
  const pods = [
    cluster.createPod('spread', { requests }),
    cluster.createPod('packed', { requests, spec: { schedulerName: 'packer' } }),
    cluster.createPod('nobodys', { requests, spec: { schedulerName: 'nobody' } }),
  ];
  cluster.kernel.run();
  expect(pods.map((pod) => cluster.nodeOf(pod))).toEqual(['b', 'a', '']);
});

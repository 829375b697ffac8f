import { describe, expect, test } from 'vitest';
import type { ExtensionPoint } from '../framework.ts';
import { DEFAULT_PLUGINS } from '../registry.ts';
import type { PluginSet, PluginSets } from './configuration.ts';
import { mergePlugins } from './mergePlugins.ts';

/** `A A=2 -B`: enables A, A with weight 2, disables B. */
function set(text: string): PluginSet {
  const words = text.split(' ').filter((word) => word !== '');
  return {
    enabled: words
      .filter((word) => !word.startsWith('-'))
      .map((word) => ({ name: word.split('=')[0]!, weight: Number(word.split('=')[1] ?? 0) })),
    disabled: words.filter((word) => word.startsWith('-')).map((word) => word.slice(1)),
  };
}

const DEFAULTS = set('PrioritySort NodeName TaintToleration=3 NodeAffinity=2 NodePorts DefaultBinder').enabled;

function merge(sets: Record<string, string>) {
  const parsed: PluginSets = Object.fromEntries(Object.entries(sets).map(([point, text]) => [point, set(text)]));
  const { byPoint, weights } = mergePlugins(DEFAULTS, parsed);
  return {
    at: (point: ExtensionPoint) => byPoint.get(point)!.join(' '),
    weights: Object.fromEntries(weights),
  };
}

describe('without a word', () => {
  test('the defaults are at the points that they implement, in their order and with their weights', () => {
    const { at, weights } = merge({});
    expect(at('filter')).toBe('NodeName TaintToleration NodeAffinity NodePorts');
    expect(at('preFilter')).toBe('NodeAffinity NodePorts');
    expect(at('queueSort')).toBe('PrioritySort');
    expect(at('permit')).toBe('');
    expect(weights).toEqual({ TaintToleration: 3, NodeAffinity: 2 });
  });

  test('upstream’s default weights', () => {
    const { weights } = mergePlugins(DEFAULT_PLUGINS, {});
    expect(Object.fromEntries(weights)).toMatchObject({
      TaintToleration: 3,
      NodeAffinity: 2,
      NodeResourcesFit: 1,
      PodTopologySpread: 2,
      InterPodAffinity: 2,
      NodeResourcesBalancedAllocation: 1,
    });
  });
});

describe('at one extension point', () => {
  test('a plugin can be disabled', () => {
    const { at } = merge({ score: '-TaintToleration' });
    expect([at('score'), at('filter')]).toEqual(['NodeAffinity', 'NodeName TaintToleration NodeAffinity NodePorts']);
  });

  test('all can be disabled, and some enabled again, in another order', () => {
    const { at, weights } = merge({ score: '-* NodeAffinity=7 TaintToleration' });
    expect(at('score')).toBe('NodeAffinity TaintToleration');
    // No weight is a weight of 1, not the default one.
    expect(weights).toEqual({ NodeAffinity: 7, TaintToleration: 1 });
  });

  test('a default plugin that it names comes first, others come last', () => {
    const { at, weights } = merge({ score: 'ImageLocality=5 NodeAffinity=9' });
    expect(at('score')).toBe('NodeAffinity TaintToleration ImageLocality');
    expect(weights).toEqual({ NodeAffinity: 9, TaintToleration: 3, ImageLocality: 5 });
  });

  test('what it enables wins over what it disables', () => {
    expect(merge({ filter: '-NodeName NodeName' }).at('filter')).toBe(
      'TaintToleration NodeAffinity NodePorts NodeName',
    );
  });
});

describe('at all points', () => {
  test('a plugin can be disabled', () => {
    const { at } = merge({ multiPoint: '-NodeAffinity' });
    expect([at('filter'), at('score')]).toEqual(['NodeName TaintToleration NodePorts', 'TaintToleration']);
  });

  test('a default plugin that is named stays in its place, and loses its weight', () => {
    const { at, weights } = merge({ multiPoint: 'TaintToleration ImageLocality=4' });
    expect(at('score')).toBe('TaintToleration NodeAffinity ImageLocality');
    expect(weights).toEqual({ TaintToleration: 1, NodeAffinity: 2, ImageLocality: 4 });
  });

  test('all can be disabled: the enabled ones alone are left', () => {
    const { at } = merge({ multiPoint: '-* DefaultBinder PrioritySort NodePorts', score: 'NodeAffinity' });
    expect([at('filter'), at('score'), at('bind')]).toEqual(['NodePorts', 'NodeAffinity', 'DefaultBinder']);
  });

  test('a point may still disable one of them', () => {
    const { at } = merge({ multiPoint: 'ImageLocality NodeResourcesFit', score: '-ImageLocality' });
    expect([at('score'), at('filter')]).toEqual([
      'TaintToleration NodeAffinity NodeResourcesFit',
      'NodeName TaintToleration NodeAffinity NodePorts NodeResourcesFit',
    ]);
  });

  test('the weight of a point wins', () => {
    const { weights } = merge({ multiPoint: 'NodeAffinity=5', score: 'NodeAffinity=8' });
    expect(weights.NodeAffinity).toBe(8);
  });
});

test('plugins that are not simulated take no part', () => {
  const { at } = merge({ multiPoint: 'DynamicResources', filter: 'DynamicResources' });
  expect(at('filter')).toBe('NodeName TaintToleration NodeAffinity NodePorts');
});

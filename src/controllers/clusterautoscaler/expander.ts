import type { RandomStream } from '../../kernel/randomStreams.ts';
import type { Option } from './estimator.ts';
import type { Expander } from './nodeGroup.ts';

/**
 * Picks the group that grows. `least-waste` keeps the options that leave the least of the new nodes idle; of those that are
 * left, chance picks the group. Its zones that are left are answered together, to share the nodes out.
 *
 * @param options at least one
 * @param stream asked only when several groups are left
 */
export function choose(options: readonly Option[], expander: Expander, stream: () => RandomStream): readonly Option[] {
  const least = Math.min(...options.map(({ waste }) => waste));
  const left = expander === 'random' ? options : options.filter(({ waste }) => waste === least);
  const groups = [...new Set(left.map(({ group }) => group))];
  const picked = groups.length === 1 ? groups[0]! : groups[stream().integer(groups.length)]!;
  const [first, ...others] = left.filter(({ group }) => group === picked);
  const isAlike = ({ nodeCount, pods }: Option) => nodeCount === first!.nodeCount && pods.length === first!.pods.length;
  return [first!, ...others.filter(isAlike)];
}

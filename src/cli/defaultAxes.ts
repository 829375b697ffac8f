import { type Axis, parseVary } from '../scenario/index.ts';
import type { Scenario } from '../scenario/types.ts';
import { UsageError } from './failure.ts';

/** Corners and middle of what people set. Kubernetes refuses 0 with 0; the sweep says so. */
const DEFAULT_VALUES = ['maxSurge=0,1,25%,50%,100%', 'maxUnavailable=0,1,25%,50%'];

/**
 * What a sweep varies when nobody says: how many pods more and how many less, of the Deployment that the steps are about.
 *
 * @throws UsageError when that is not exactly one.
 */
export function defaultAxes(scenario: Pick<Scenario, 'objects' | 'steps'>): Axis[] {
  const deployments = scenario.objects.filter(({ kind }) => kind === 'Deployment');
  const commands = scenario.steps.map(({ commandLine }) => commandLine);
  const isNamed = (name: string): boolean => commands.some((command) => mentions(command, name));
  const [only, ...others] = deployments.length > 1 ? deployments.filter((one) => isNamed(one.meta.name)) : deployments;
  if (only === undefined || others.length > 0) {
    throw new UsageError('--vary: say what to vary, such as --vary deployment/web:maxSurge=0,1,25%');
  }
  const { name, namespace } = only.meta;
  const prefix = namespace === 'default' ? '' : `${namespace}/`;
  return DEFAULT_VALUES.map((values) => parseVary(`${prefix}deployment/${name}:${values}`));
}

/** `set image deployment/web …`, `rollout restart deploy web`, … */
function mentions(command: string, name: string): boolean {
  const words = command.split(/\s+/);
  return words.some((word, index) => {
    const match = /^(?:deploy|deployments?)(?:\.apps)?(?:\/(.+))?$/.exec(word);
    return match !== null && (match[1] ?? words[index + 1]) === name;
  });
}

import type { Manifest } from '../api/types.ts';
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
  const commands = scenario.steps.flatMap((step) => (step.kind === 'kubectl' ? [step.commandLine] : []));
  const isNamed = (name: string): boolean => commands.some((command) => mentions(command, name));
  const [only, ...others] = deployments.length > 1 ? deployments.filter((one) => isNamed(one.meta.name)) : deployments;
  if (only === undefined || others.length > 0) throw new UsageError(adviceFor(deployments, others.length > 0));
  return DEFAULT_VALUES.map((values) => parseVary(`${referenceTo(only)}:${values}`));
}

/** Why there is no default, and what to type. */
function adviceFor(deployments: readonly Manifest[], areSeveralNamed: boolean): string {
  const [first] = deployments;
  if (first === undefined) return 'say what to vary: the input has no Deployment (--vary nodes=10,20)';
  const steps = areSeveralNamed ? 'the steps name more than one of them' : 'no step names one of them';
  const example = `--restart ${referenceTo(first)} --vary ${referenceTo(first)}:maxSurge=0,1,25%`;
  return `say what to vary: the input has ${deployments.length} Deployments, and ${steps}; as in ${example}`;
}

function referenceTo({ meta: { name, namespace } }: Manifest): string {
  return `${namespace === 'default' ? '' : `${namespace}/`}deployment/${name}`;
}

/** `set image deployment/web …`, `rollout restart deploy web`, … */
function mentions(command: string, name: string): boolean {
  const words = command.split(/\s+/);
  return words.some((word, index) => {
    const match = /^(?:deploy|deployments?)(?:\.apps)?(?:\/(.+))?$/.exec(word);
    return match !== null && (match[1] ?? words[index + 1]) === name;
  });
}

import { referenceTo } from '../api/reference.ts';
import type { Manifest } from '../api/types.ts';
import { type Axis, parseVary } from '../scenario/index.ts';
import { kindOfWord } from '../scenario/reference.ts';
import type { Scenario } from '../scenario/types.ts';
import { UsageError } from './failure.ts';

/** Corners and middle of what people set. Kubernetes refuses 0 with 0; the sweep says so. */
const DEFAULT_VALUES: Readonly<Partial<Record<Manifest['kind'], readonly string[]>>> = {
  Deployment: ['maxSurge=0,1,25%,50%,100%', 'maxUnavailable=0,1,25%,50%'],
  // Fewer than one at a time cannot be, and so cannot a pod more than there are ordinals.
  StatefulSet: ['podManagementPolicy=OrderedReady,Parallel', 'maxUnavailable=1,2,25%,50%'],
  // Without surge: with it, maxUnavailable has to be 0.
  DaemonSet: ['maxUnavailable=1,10%,25%,50%,100%'],
};

/** Commands that other settings of a strategy make a difference to; the rest asks, or scales. */
const ROLLS_OUT = /^(set|patch|apply|rollout\s+(restart|undo|resume))\b/;

/**
 * What a sweep varies when nobody says: how many pods more and how many less, of the workload that the steps are about.
 *
 * @throws UsageError when that is not exactly one.
 */
export function defaultAxes(scenario: Pick<Scenario, 'objects' | 'steps'>): Axis[] {
  const workloads = scenario.objects.filter(({ kind }) => DEFAULT_VALUES[kind] !== undefined);
  const commands = scenario.steps.flatMap((step) => (step.kind === 'kubectl' ? [step.commandLine] : []));
  const namedIn = (texts: readonly string[]) =>
    workloads.filter((workload) => texts.some((text) => mentions(text, workload)));
  const rolledOut = namedIn(commands.filter((command) => ROLLS_OUT.test(command)));
  const named = rolledOut.length > 0 ? rolledOut : namedIn(commands);
  const deployments = workloads.filter(({ kind }) => kind === 'Deployment');
  // What runs beside the only Deployment is there for it.
  const meant = named.length > 0 ? named : deployments.length === 1 ? deployments : workloads;
  const [only, ...others] = meant;
  if (only === undefined || others.length > 0) throw new UsageError(adviceFor(workloads, named.length > 0));
  return DEFAULT_VALUES[only.kind]!.map((values) => parseVary(`${referenceTo(only.kind, only.meta)}:${values}`));
}

/** Why there is no default, and what to type. */
function adviceFor(workloads: readonly Manifest[], areSeveralNamed: boolean): string {
  const [first] = workloads;
  if (first === undefined)
    return 'say what to vary: the input has no Deployment, StatefulSet or DaemonSet (--vary nodes=10,20)';
  const steps = areSeveralNamed ? 'the steps name more than one of them' : 'no step names one of them';
  const example = `--restart ${referenceTo(first.kind, first.meta)} --vary ${referenceTo(first.kind, first.meta)}:${exampleFor(first)}`;
  return `say what to vary: the input has ${describe(workloads)}, and ${steps}; as in ${example}`;
}

function exampleFor({ kind }: Manifest): string {
  return kind === 'Deployment' ? 'maxSurge=0,1,25%' : 'maxUnavailable=1,25%';
}

function describe(workloads: readonly Manifest[]): string {
  const kinds = new Set(workloads.map(({ kind }) => kind));
  const noun = kinds.size === 1 ? `${workloads[0]!.kind}s` : 'workloads';
  return `${workloads.length} ${noun}`;
}

/** `set image deployment/web …`, `rollout restart deploy web`, … */
function mentions(command: string, { kind, meta }: Manifest): boolean {
  const words = command.split(/\s+/);
  return words.some((word, index) => {
    const [type = '', name] = word.split('/');
    return kindOfWord(type) === kind.toLowerCase() && (name ?? words[index + 1]) === meta.name;
  });
}

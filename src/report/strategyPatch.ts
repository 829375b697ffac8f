import { stringify } from 'yaml';

/** Where the settings of a strategy are in the object. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  deployment: {
    maxSurge: 'spec.strategy.rollingUpdate.maxSurge',
    maxUnavailable: 'spec.strategy.rollingUpdate.maxUnavailable',
    replicas: 'spec.replicas',
    minReadySeconds: 'spec.minReadySeconds',
    progressDeadlineSeconds: 'spec.progressDeadlineSeconds',
  },
  statefulset: {
    maxUnavailable: 'spec.updateStrategy.rollingUpdate.maxUnavailable',
    partition: 'spec.updateStrategy.rollingUpdate.partition',
    replicas: 'spec.replicas',
    minReadySeconds: 'spec.minReadySeconds',
  },
  daemonset: {
    maxSurge: 'spec.updateStrategy.rollingUpdate.maxSurge',
    maxUnavailable: 'spec.updateStrategy.rollingUpdate.maxUnavailable',
    minReadySeconds: 'spec.minReadySeconds',
  },
};

/** Fields of an object. */
interface Fields {
  [name: string]: Fields | string | number;
}

/** What to do to get a setting. */
export interface StrategyPatch {
  /** `kubectl patch …`; undefined where none of the settings is one of the workload's strategy. */
  readonly command: string | undefined;
  /** The same fields as YAML, to paste into the manifest. */
  readonly yaml: string;
  /** Settings that a patch of the workload does not make. */
  readonly rest: readonly (readonly [path: string, text: string])[];
}

/**
 * @param workload `deployment/web`, or `shop/deployment/web`
 * @param settings by path, as `--vary` has them
 */
export function strategyPatch(workload: string, settings: Readonly<Record<string, string>>): StrategyPatch {
  const words = workload.split('/');
  const [kind, name] = words.slice(-2) as [string, string];
  const namespace = words.length > 2 ? `-n ${words[0]} ` : '';
  const patch: Fields = {};
  const rest: (readonly [string, string])[] = [];
  for (const [path, text] of Object.entries(settings)) {
    const [target, field] = path.split(':');
    const place = field !== undefined && target!.endsWith(`/${name}`) ? FIELDS[kind]?.[field] : undefined;
    if (place === undefined) rest.push([path, text]);
    else set(patch, place.split('.'), /^\d+$/.test(text) ? Number(text) : text);
  }
  if (Object.keys(patch).length === 0) return { command: undefined, yaml: '', rest };
  return {
    command: `kubectl ${namespace}patch ${kind} ${name} -p '${JSON.stringify(patch)}'`,
    yaml: stringify(patch),
    rest,
  };
}

function set(object: Fields, [first, ...rest]: readonly string[], value: string | number): void {
  if (rest.length === 0) object[first!] = value;
  else set((object[first!] ??= {}) as Fields, rest, value);
}

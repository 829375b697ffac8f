import { formatIdentity, isSchedulerConfiguration, parseReference } from '../scenario/reference.ts';

/**
 * Short names for axes: `maxSurge` for `deployment/web:maxSurge`, `ready` for `behavior[0].ready`; the whole path where two
 * would be called the same.
 */
export function axisNames(paths: readonly string[]): string[] {
  const short = paths.map(shortName);
  return paths.map((path, index) => (short.filter((name) => name === short[index]).length > 1 ? path : short[index]!));
}

/** The workloads that axes name, as results write them: `deployment/web` of `deploy/web:maxSurge`. */
export function axisWorkloads(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const { target } = split(path);
    return target === undefined || isSchedulerConfiguration(target)
      ? []
      : [formatIdentity(parseReference(target, path))];
  });
}

/** The last field of a path; all of it where that is not a plain word, as in `metadata.labels[app.kubernetes.io/name]`. */
function shortName(path: string): string {
  const { field } = split(path);
  return /(?:^|\.)([A-Za-z][\w/-]*)$/.exec(field)?.[1] ?? field;
}

function split(path: string): { target: string | undefined; field: string } {
  const colon = /^[^[\]]*?:/.exec(path)?.[0];
  if (colon === undefined) return { target: undefined, field: path };
  return { target: colon.slice(0, -1), field: path.slice(colon.length) };
}

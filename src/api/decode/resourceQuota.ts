/** `v1` ResourceQuota. */
import { simulatedApiVersions } from '../kinds.ts';
import { labelKeyProblem } from '../names.ts';
import type { FieldPath } from '../path.ts';
import { parseCpuMilli, parseQuantity, parseWhole } from '../quantity.ts';
import type { JsonObject, ResourceQuotaManifest } from '../types.ts';
import { type DecodeContext, failAt, parseAt } from './context.ts';
import { objectAt, readMeta, refuse } from './read.ts';

const OBJECTS =
  'pods services replicationcontrollers resourcequotas secrets configmaps persistentvolumeclaims services.nodeports services.loadbalancers'.split(
    ' ',
  );
const AMOUNTS =
  'cpu memory ephemeral-storage storage requests.cpu requests.memory requests.ephemeral-storage requests.storage limits.cpu limits.memory limits.ephemeral-storage'.split(
    ' ',
  );
const CPU: ReadonlySet<string> = new Set(['cpu', 'requests.cpu', 'limits.cpu']);
/** Of objects that no simulated component makes, and that no manifest can bring in. */
const NEVER_USED: ReadonlySet<string> = new Set([
  'secrets',
  'configmaps',
  'services.nodeports',
  'services.loadbalancers',
]);

/**
 * @param document of checked shape; it has no defaults.
 * @throws InputError for a resource that a quota cannot limit, and for a bad, negative or fractional quantity.
 */
export function readResourceQuota(context: DecodeContext, document: JsonObject): ResourceQuotaManifest {
  const meta = readMeta(context, document, true);
  const limits = objectAt(objectAt(document, 'spec'), 'hard');
  const hard = new Map<string, number>();
  for (const name of Object.keys(limits).sort()) {
    const path = ['spec', 'hard', name];
    refuse(context, path, name, resourceNameProblem(name));
    hard.set(name, readLimit(context, path, name, limits[name] as string | number));
    if (isNeverUsed(name)) context.notSimulated('ResourceQuota', `spec.hard[${name}]`);
  }
  return { kind: 'ResourceQuota', meta, spec: { hard }, manifest: document };
}

/** `count/jobs.batch`, `gold.storageclass.storage.k8s.io/requests.storage`, `requests.nvidia.com/gpu` or a standard name. */
function resourceNameProblem(name: string): string | undefined {
  const problem = labelKeyProblem(name);
  if (problem !== undefined || name.includes('/')) return problem;
  if (OBJECTS.includes(name) || AMOUNTS.includes(name) || /^(requests\.)?hugepages-/.test(name)) return undefined;
  return 'must be a standard resource type or fully qualified';
}

function readLimit(context: DecodeContext, path: FieldPath, name: string, quantity: string | number): number {
  const limit = parseAt(context, path, () => (CPU.has(name) ? parseCpuMilli(quantity) : parseWhole(quantity)));
  const shown = JSON.stringify(quantity);
  if (limit < 0) failAt(context, path, `Invalid value: ${shown}: must be greater than or equal to 0`);
  if (isWhole(name) && parseQuantity(quantity) !== limit) {
    failAt(context, path, `Invalid value: ${shown}: must be an integer`);
  }
  return limit;
}

/** Objects and pieces of extended resources, of which there are no halves. */
function isWhole(name: string): boolean {
  return OBJECTS.includes(name) || (name.includes('/') && !name.endsWith('/requests.storage'));
}

function isNeverUsed(name: string): boolean {
  if (!name.startsWith('count/')) return NEVER_USED.has(name);
  const [plural] = name.slice('count/'.length).split('.');
  return !Object.keys(simulatedApiVersions).some((kind) => pluralOf(kind) === plural);
}

function pluralOf(kind: string): string {
  return `${kind.toLowerCase()}${kind.endsWith('s') ? 'es' : 's'}`;
}

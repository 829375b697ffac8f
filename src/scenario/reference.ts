/** How flags name objects of the input: `deployment/web`, `shop/deployment/web`. */
import { isJsonObject } from '../api/canonical.ts';
import type { SourceDocument } from '../api/document.ts';
import { InputError } from '../api/errors.ts';
import { knownKinds } from '../api/kinds.ts';
import { didYouMean } from '../api/nearest.ts';
import { referenceTo } from '../api/reference.ts';
import type { JsonValue } from '../api/types.ts';

/** A reference to an object: `deployment/web`, `shop/deployment/web`. */
export interface ObjectReference {
  /** Undefined: any namespace. */
  readonly namespace: string | undefined;
  /** In lower case and singular. */
  readonly kind: string;
  readonly name: string;
}

/** Whether a path's target is the scheduler's configuration, of which there is one, without a name. */
export function isSchedulerConfiguration(target: string): boolean {
  return target.toLowerCase() === 'kubeschedulerconfiguration';
}

/**
 * Reads `KIND/NAME` or `NAMESPACE/KIND/NAME`, with kubectl's short kinds.
 *
 * @throws InputError naming the flag's text.
 */
export function parseReference(text: string, flag: string): ObjectReference {
  const parts = text.split('/');
  const [name, word, namespace] = parts.reverse();
  if (!name || !word || parts.length > 3 || namespace === '') {
    const message = `expected KIND/NAME or NAMESPACE/KIND/NAME, got ${JSON.stringify(text)}`;
    throw new InputError(message, { file: flag }, 'as in deployment/web');
  }
  return { namespace, kind: kindOfWord(word), name };
}

/**
 * The index of the object that a reference names.
 *
 * @throws InputError when there is none, or several in different namespaces.
 */
export function findObject(documents: readonly SourceDocument[], reference: ObjectReference, flag: string): number {
  const identities = documents.map(({ value }) => identityOf(value));
  const found = [...identities.keys()].filter((index) => isSame(identities[index], reference));
  if (found.length === 1) return found[0]!;
  const { kind, name } = reference;
  if (found.length > 1) {
    const list = found.map((index) => formatIdentity(identities[index]!)).join(', ');
    throw new InputError(`${kind}/${name} stands more than once in the input`, { file: flag }, `one of ${list}`);
  }
  throw new InputError(`no ${formatIdentity(reference)} in the input`, { file: flag }, hintFor(reference, identities));
}

/** `deployment/web` in the namespace `default` or in none, else `shop/deployment/web`. */
export function formatIdentity({ namespace, kind, name }: ObjectReference): string {
  return referenceTo(kind, { namespace: namespace ?? '', name });
}

/** What names the object that a document holds; undefined for what is no object with a name. */
export function identityOf(value: JsonValue): (ObjectReference & { readonly namespace: string }) | undefined {
  if (!isJsonObject(value) || typeof value.kind !== 'string' || !isJsonObject(value.metadata)) return undefined;
  const { name, namespace } = value.metadata;
  if (typeof name !== 'string') return undefined;
  const fallback = value.kind === 'Node' ? '' : 'default';
  return {
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : fallback,
    kind: value.kind.toLowerCase(),
    name,
  };
}

const SHORT_KINDS: Readonly<Record<string, string>> = {
  cj: 'cronjob',
  cm: 'configmap',
  deploy: 'deployment',
  ds: 'daemonset',
  hpa: 'horizontalpodautoscaler',
  limits: 'limitrange',
  no: 'node',
  ns: 'namespace',
  pc: 'priorityclass',
  pdb: 'poddisruptionbudget',
  po: 'pod',
  pv: 'persistentvolume',
  pvc: 'persistentvolumeclaim',
  quota: 'resourcequota',
  rc: 'replicationcontroller',
  rs: 'replicaset',
  sc: 'storageclass',
  sts: 'statefulset',
  svc: 'service',
};

const LOWER_KINDS: ReadonlySet<string> = new Set([...knownKinds].map((kind) => kind.toLowerCase()));

/** The kind in lower case and singular that kubectl understands by `deploy`, `Deployments` or `deployments.apps`. */
export function kindOfWord(text: string): string {
  const lower = text.toLowerCase().split('.', 1)[0]!;
  if (Object.hasOwn(SHORT_KINDS, lower)) return SHORT_KINDS[lower]!;
  const singulars = [lower, lower.replace(/s$/, ''), lower.replace(/es$/, '')];
  return singulars.find((word) => LOWER_KINDS.has(word)) ?? lower;
}

function isSame(identity: ObjectReference | undefined, wanted: ObjectReference): boolean {
  if (identity === undefined || identity.kind !== wanted.kind || identity.name !== wanted.name) return false;
  return wanted.namespace === undefined || identity.namespace === wanted.namespace;
}

function hintFor(wanted: ObjectReference, identities: readonly (ObjectReference | undefined)[]): string | undefined {
  const known = identities.filter((identity) => identity !== undefined && identity.kind !== 'scenario');
  const texts = [...new Set(known.map((identity) => formatIdentity(identity!)))];
  const sameName = known.find((identity) => identity!.name === wanted.name && identity!.kind === wanted.kind);
  if (sameName !== undefined) return `did you mean ${JSON.stringify(formatIdentity(sameName))}?`;
  const sameKind = known.filter((identity) => identity!.kind === wanted.kind).map((identity) => identity!.name);
  return didYouMean(wanted.name, sameKind) ?? didYouMean(formatIdentity(wanted), texts);
}

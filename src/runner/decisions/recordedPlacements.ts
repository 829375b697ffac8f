import { InputError } from '../../api/errors.ts';

/** A pod that the recording shows being bound. */
export interface RecordedBinding {
  /** As the recording calls the pod. */
  readonly pod: string;
  readonly node: string;
  /** Seconds from the recording's start. */
  readonly t: number;
  /** 1-based line of the file. */
  readonly line: number;
  /** Line from which on the pod is about to go, and from which on it is gone; infinity if it stays. */
  readonly stopLine: number;
  readonly goneLine: number;
}

/** Characters of the suffixes and hashes that Kubernetes generates. */
const GENERATED = 'bcdfghjklmnpqrstvwxz2456789';
const GENERATED_NAME = new RegExp(`^(.+)-[${GENERATED}]{5}$`);
const TEMPLATE_HASH = new RegExp(`^(.+)-[${GENERATED}]{1,10}$`);

/** What of a pod's life matters here. */
const EVENTS: ReadonlySet<string> = new Set(['created', 'bound', 'terminating', 'deleted']);

interface PodLine {
  readonly name: string;
  readonly event: string;
  readonly owner: string | undefined;
  readonly node: string | undefined;
  readonly t: number;
}

/**
 * Where a recording has bound which pod, by the names under which a run may ask for them.
 *
 * The log's own names (`ReplicaSet/web@1#0`, `db-0`) are taken as they are. Of a real cluster's pods the generated part
 * of the name is different in every cluster, so they also count as the how manieth of their owner: `web-6d4cf56db6-x7x2z`
 * is `web@1#0` if no pod of another ReplicaSet of `web`, and none of this one, comes before it.
 */
export class RecordedPlacements {
  readonly file: string;
  readonly bindings: readonly RecordedBinding[];
  private readonly byName: ReadonlyMap<string, readonly RecordedBinding[]>;
  private readonly byOwner: ReadonlyMap<string, readonly RecordedBinding[]>;
  private readonly created: ReadonlyMap<string, number>;
  private readonly names: ReadonlyMap<string, readonly string[]>;

  constructor(file: string, index: RecordingIndex) {
    this.file = file;
    this.bindings = index.bindings;
    this.byName = index.byName;
    this.byOwner = index.byOwner;
    this.created = index.created;
    this.names = index.namesOf;
  }

  /** Everything that the pod of this name in the recording may be called in a run. */
  namesOf(pod: string): readonly string[] {
    return this.names.get(pod) ?? [pod];
  }

  /** Bindings of pods of this name, one after the other. */
  of(name: string): readonly RecordedBinding[] {
    return this.byName.get(name) ?? [];
  }

  /** Bindings of all pods of an owner: `DaemonSet/agent`, or `agent` alone. */
  ofOwner(owner: string): readonly RecordedBinding[] {
    return this.byOwner.get(owner) ?? [];
  }

  /** How many pods of this name the recording shows, bound or not. */
  countOf(name: string): number {
    return Math.max(this.created.get(name) ?? 0, this.of(name).length);
  }

  /** A complaint about a line, as every other one about input. */
  error(line: number, message: string, hint?: string): InputError {
    return new InputError(message, { file: this.file, line }, hint);
  }
}

/**
 * Reads an event log: JSON lines, of which those about pods count.
 *
 * @throws InputError for a line that is no JSON object, or a binding without the pod's name or its node
 */
export function readPlacements(file: string, text: string): RecordedPlacements {
  const index = new RecordingIndex();
  text.split('\n').forEach((content, at) => {
    if (content.trim() === '') return;
    const line = at + 1;
    const pod = podLineOf(parseLine(content, file, line), file, line);
    if (pod !== undefined) index.add(pod, line);
  });
  if (index.bindings.length === 0) {
    throw new InputError('no pod is bound to a node in this recording', { file, line: 1 });
  }
  return new RecordedPlacements(file, index);
}

function parseLine(content: string, file: string, line: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw new InputError('not JSON: a recording has one JSON object a line', { file, line });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError('not a JSON object', { file, line });
  }
  return value as Record<string, unknown>;
}

function podLineOf(value: Record<string, unknown>, file: string, line: number): PodLine | undefined {
  const { kind, event, name, node, owner, t } = value;
  if (kind !== 'Pod' || typeof event !== 'string' || !EVENTS.has(event)) return undefined;
  if (typeof name !== 'string' || name === '') throw new InputError(`a pod is ${event} without a name`, { file, line });
  if (event === 'bound' && (typeof node !== 'string' || node === '')) {
    throw new InputError(`the recording does not say to which node pod "${name}" is bound`, { file, line });
  }
  return {
    name,
    event,
    owner: typeof owner === 'string' ? owner : undefined,
    node: typeof node === 'string' ? node : undefined,
    t: typeof t === 'number' ? t : 0,
  };
}

/** A binding whose pod may still go. */
type Binding = { -readonly [Field in keyof RecordedBinding]: RecordedBinding[Field] };

/** Collects the lines of a recording. */
class RecordingIndex {
  readonly bindings: Binding[] = [];
  readonly byName = new Map<string, Binding[]>();
  readonly byOwner = new Map<string, Binding[]>();
  readonly created = new Map<string, number>();
  /** All names of a pod, by the one in the recording. */
  readonly namesOf = new Map<string, readonly string[]>();
  private readonly ownersOf = new Map<string, readonly string[]>();
  /** Pods met so far, by owner. */
  private readonly podsOf = new Map<string, number>();
  /** ReplicaSets met so far, by the name of what may be their Deployment. */
  private readonly replicaSetsOf = new Map<string, string[]>();

  add({ name, event, owner, node, t }: PodLine, line: number): void {
    if (!this.namesOf.has(name)) this.meet(name, owner);
    const names = this.namesOf.get(name)!;
    if (event === 'created') {
      for (const one of names) this.created.set(one, (this.created.get(one) ?? 0) + 1);
      return;
    }
    const last = this.byName.get(name)?.at(-1);
    if (event === 'terminating' || event === 'deleted') {
      if (last === undefined) return;
      last.stopLine = Math.min(last.stopLine, line);
      if (event === 'deleted') last.goneLine = Math.min(last.goneLine, line);
      return;
    }
    const stays = Number.POSITIVE_INFINITY;
    const binding = { pod: name, node: node!, t, line, stopLine: stays, goneLine: stays };
    this.bindings.push(binding);
    for (const one of names) push(this.byName, one, binding);
    for (const one of this.ownersOf.get(name)!) push(this.byOwner, one, binding);
  }

  /** A pod of this name is seen for the first time. */
  private meet(name: string, owner: string | undefined): void {
    const hash = name.lastIndexOf('#');
    if (hash !== -1) {
      const own = name.slice(0, hash);
      const bare = withoutKind(own);
      this.namesOf.set(name, bare === own ? [name] : [name, withoutKind(name)]);
      this.ownersOf.set(name, bare === own ? [own] : [own, bare]);
      return;
    }
    const base = owner === undefined ? GENERATED_NAME.exec(name)?.[1] : generatorOf(owner);
    const owners = base === undefined ? [] : this.ownerNames(base);
    this.ownersOf.set(name, owners);
    this.namesOf.set(name, [name, ...owners.map((one) => `${one}#${this.count(one)}`)]);
  }

  /** An owner's own name, and the one that it has in logs if it is a Deployment's ReplicaSet. */
  private ownerNames(base: string): string[] {
    const deployment = TEMPLATE_HASH.exec(base)?.[1];
    if (deployment === undefined) return [base];
    const known = this.replicaSetsOf.get(deployment) ?? [];
    if (!known.includes(base)) known.push(base);
    this.replicaSetsOf.set(deployment, known);
    return [base, `${deployment}@${known.indexOf(base) + 1}`];
  }

  private count(owner: string): number {
    const count = this.podsOf.get(owner) ?? 0;
    this.podsOf.set(owner, count + 1);
    return count;
  }
}

/** The owner's name, if its pods' names are generated. */
function generatorOf(owner: string): string | undefined {
  return owner.startsWith('StatefulSet/') ? undefined : withoutKind(owner);
}

/** `ReplicaSet/web@1` → `web@1`, `StatefulSet/shop/db` → `shop/db`. */
export function withoutKind(name: string): string {
  return name.replace(/^[A-Z][A-Za-z]*\//, '');
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

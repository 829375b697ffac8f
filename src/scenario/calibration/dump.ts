/** Pods, events and owners out of a dump: only what tells of delays, whatever else stands there. */
import { z } from 'zod';
import { isJsonObject } from '../../api/canonical.ts';
import { type Instant, parseRfc3339 } from '../../api/dateTime.ts';
import type { SourceDocument } from '../../api/document.ts';
import { InputError } from '../../api/errors.ts';
import { type FieldPath, formatPath } from '../../api/path.ts';
import type { JsonObject, JsonValue } from '../../api/types.ts';

/** What the API server leaves out, and what it writes as null, is the same. */
function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined);
}

function listOf<Schema extends z.ZodType>(schema: Schema) {
  return z
    .array(schema)
    .nullish()
    .transform((list) => list ?? []);
}

function objectOf<Shape extends z.core.$ZodShape>(shape: Shape) {
  return z.object(shape).nullish();
}

const text = optional(z.string());
const wholeNumber = optional(z.number());

const time = optional(
  z.string().transform((written, context): Instant => {
    try {
      return parseRfc3339(written);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  }),
);

const probe = optional(
  z.object({
    initialDelaySeconds: wholeNumber,
    periodSeconds: wholeNumber,
    timeoutSeconds: wholeNumber,
    successThreshold: wholeNumber,
    failureThreshold: wholeNumber,
  }),
);

const container = z.object({
  name: z.string(),
  image: text,
  restartPolicy: text,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: objectOf({
    postStart: optional(z.unknown()),
    preStop: objectOf({ sleep: objectOf({ seconds: wholeNumber }) }),
  }),
});

const ended = optional(z.object({ startedAt: time, finishedAt: time, exitCode: wholeNumber }));

const containerStatus = z.object({
  name: z.string(),
  restartCount: wholeNumber,
  state: objectOf({ running: objectOf({ startedAt: time }), terminated: ended }),
  lastState: objectOf({ terminated: ended }),
});

const owners = listOf(z.object({ kind: z.string(), name: z.string(), uid: text, controller: optional(z.boolean()) }));

const metadata = objectOf({
  name: text,
  namespace: text,
  uid: text,
  labels: z.record(z.string(), z.string()).nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
  ownerReferences: owners,
  creationTimestamp: time,
  deletionTimestamp: time,
  deletionGracePeriodSeconds: wholeNumber,
});

const podShape = z.object({
  metadata,
  spec: objectOf({
    nodeName: text,
    restartPolicy: text,
    containers: listOf(container),
    initContainers: listOf(container),
    readinessGates: listOf(z.unknown()),
  }),
  status: objectOf({
    phase: text,
    reason: text,
    conditions: listOf(z.object({ type: z.string(), status: text, lastTransitionTime: time })),
    containerStatuses: listOf(containerStatus),
    initContainerStatuses: listOf(containerStatus),
  }),
});

const involved = objectOf({ kind: text, name: text, namespace: text, uid: text, fieldPath: text });

const eventShape = z.object({
  metadata,
  involvedObject: involved,
  regarding: involved,
  reason: text,
  message: text,
  note: text,
  eventTime: time,
  firstTimestamp: time,
  deprecatedFirstTimestamp: time,
  source: objectOf({ host: text }),
  deprecatedSource: objectOf({ host: text }),
});

export type DumpedPod = z.infer<typeof podShape>;
export type DumpedContainer = z.infer<typeof container>;
export type DumpedContainerStatus = z.infer<typeof containerStatus>;
export type DumpedEnd = NonNullable<z.infer<typeof ended>>;
export type DumpedEvent = z.infer<typeof eventShape>;

/** The controller of an object. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
  readonly uid: string | undefined;
}

export interface Dump {
  /** In the order of the input; a pod that was watched stands there several times. */
  readonly pods: readonly DumpedPod[];
  readonly events: readonly DumpedEvent[];
  /** Who owns a ReplicaSet or Job, by its uid. */
  readonly owners: ReadonlyMap<string, Owner>;
}

/**
 * Reads pods, events of both API groups, and the owners of ReplicaSets and Jobs. Other objects are passed over.
 *
 * @throws InputError at a field whose value is none that an API server writes.
 */
export function readDump(documents: readonly SourceDocument[]): Dump {
  const pods: DumpedPod[] = [];
  const events: DumpedEvent[] = [];
  const owners = new Map<string, Owner>();
  for (const document of documents.map(withoutWatch)) {
    const kind = isJsonObject(document.value) ? document.value.kind : undefined;
    if (kind === 'Pod') pods.push(read(document, podShape));
    else if (kind === 'Event') events.push(read(document, eventShape));
    else if (kind === 'ReplicaSet' || kind === 'Job') addOwner(owners, document);
  }
  return { pods, events, owners };
}

/** Whose controller an object says it is. */
export function controllerOf({ metadata: meta }: Pick<DumpedPod, 'metadata'>): Owner | undefined {
  const owner = meta?.ownerReferences.find(({ controller }) => controller === true);
  return owner && { kind: owner.kind, name: owner.name, uid: owner.uid };
}

function addOwner(owners: Map<string, Owner>, document: SourceDocument): void {
  const object = read(document, z.object({ metadata }));
  const owner = controllerOf(object);
  if (owner !== undefined && object.metadata?.uid !== undefined) owners.set(object.metadata.uid, owner);
}

/** `kubectl get --output-watch-events` wraps each object into what happened to it. */
function withoutWatch(document: SourceDocument): SourceDocument {
  const { value, file } = document;
  if (!isJsonObject(value) || value.kind !== undefined || typeof value.type !== 'string') return document;
  if (!isJsonObject(value.object)) return document;
  return { value: value.object, file, placeOf: (path, part) => document.placeOf(['object', ...path], part) };
}

function read<Schema extends z.ZodType>(document: SourceDocument, schema: Schema): z.infer<Schema> {
  const result = schema.safeParse(document.value);
  if (result.success) return result.data;
  const issue = deepest(result.error.issues[0]!);
  const path = issue.path as FieldPath;
  const place = document.placeOf(path);
  const message = messageOf(issue, document.value as JsonObject);
  throw new InputError(message, { ...place, path: place.path ?? formatPath(path) });
}

type Issue = z.core.$ZodIssue;

function deepest(issue: Issue): Issue {
  return issue.code === 'invalid_union' ? (issue.errors.at(-1)?.[0] ?? issue) : issue;
}

function messageOf(issue: Issue, document: JsonObject): string {
  if (issue.code !== 'invalid_type') return issue.message;
  let found: JsonValue | undefined = document;
  for (const step of issue.path) found = (found as Record<PropertyKey, JsonValue> | undefined)?.[step];
  const wanted = issue.expected === 'record' || issue.expected === 'object' ? 'mapping' : issue.expected;
  return found === undefined ? 'Required value' : `expected ${wanted}, got ${JSON.stringify(found).slice(0, 40)}`;
}

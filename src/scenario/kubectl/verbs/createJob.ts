import { decodeObject } from '../../../api/decode/decode.ts';
import { InputError } from '../../../api/errors.ts';
import type { JsonObject, Manifest } from '../../../api/types.ts';
import { call, type Process } from '../../../cluster/process.ts';
import { kinds } from '../kinds.ts';
import { printedName } from '../objects.ts';
import { CommandFailure, type Session } from '../session.ts';
import { parseTargets, resolveTargets, type TargetRequest } from '../targets.ts';
import { UsageError } from '../usageError.ts';
import type { Verb, VerbInput } from '../verb.ts';
import { createObject } from '../writes.ts';

/** `kubectl create job NAME --image=IMAGE [-- COMMAND …]`, or `--from=cronjob/NAME`. */
export const createJob: Verb = {
  name: 'create job',
  flags: [{ name: 'image' }, { name: 'from' }],
  parse(input) {
    const [name, ...command] = input.args;
    if (name === undefined) throw new UsageError('exactly one NAME is required, got 0');
    const image = input.flags.text('image') ?? '';
    const from = input.flags.text('from') ?? '';
    if ((image === '') === (from === '')) throw new UsageError('either --image or --from must be specified');
    if (from === '') return createNew(input, jobFromImage(name, image, command));
    if (command.length > 0) throw new UsageError('cannot specify --from and command');
    const refusal = () => 'from must be an existing cronjob';
    const request = parseTargets([from], input.flags, { command: 'create job', kinds: [kinds.CronJob], refusal });
    if (request.named.length !== 1) throw new UsageError('from must be an existing cronjob');
    return (session) => createFromCronJob(session, name, request);
  },
  // A Job of a CronJob has that one's template, and rules for it.
  foresee(input) {
    const [name = '', ...command] = input.args;
    const image = input.flags.text('image') ?? '';
    return image === '' ? {} : { objects: [newObject(input, jobFromImage(name, image, command))] };
  },
};

/** A command that creates the object of a document. */
export function createNew(input: VerbInput, document: JsonObject): (session: Session) => Process<void> {
  const manifest = newObject(input, document);
  return (session) => post(session, manifest);
}

/** @throws UsageError for what the API server would refuse. */
export function newObject({ flags }: VerbInput, document: JsonObject): Manifest {
  return decode(document, flags.text('namespace'));
}

/** @throws UsageError for what the API server would refuse. */
function decode(document: JsonObject, namespace: string | undefined): Manifest {
  try {
    return decodeObject(document, { defaultNamespace: namespace ?? 'default' });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new UsageError(`${error.place?.path ?? ''}: ${error.message}`);
  }
}

function* post(session: Session, manifest: Manifest, ownerUid = -1): Process<void> {
  const kind = kinds[manifest.kind];
  const { error } = yield call(() => createObject(session.cluster, manifest, ownerUid));
  if (error === undefined) session.print(`${printedName({ kind, name: manifest.meta.name })} created`);
  else session.fail(new CommandFailure(`failed to create ${kind.singular}: ${error.message}`));
}

function jobFromImage(name: string, image: string, command: readonly string[]): JsonObject {
  const container: JsonObject = { name, image, ...(command.length > 0 && { command: [...command] }) };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { template: { spec: { containers: [container], restartPolicy: 'Never' } } },
  };
}

/** The Job belongs to the CronJob, whose controller has not heard of it. */
function* createFromCronJob(session: Session, name: string, request: TargetRequest): Process<void> {
  for (const target of resolveTargets(session, request)) {
    const cronJob = session.cluster.tables.CronJob.get(target.key)!;
    const { labels, annotations, manifest } = cronJob.spec.jobTemplate;
    const metadata = {
      name,
      namespace: target.namespace,
      labels: { ...labels },
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...annotations },
    };
    const document = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: manifest };
    const job = session.attempt(() => decodeLate(document));
    if (job !== undefined) yield* post(session, job, cronJob.uid);
  }
}

/** @throws CommandFailure, as the command line itself was right. */
function decodeLate(document: JsonObject): Manifest {
  try {
    return decode(document, undefined);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new CommandFailure(`failed to create job: ${error.message}`);
  }
}

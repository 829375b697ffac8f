import { decodeObject } from '../../../api/decode/decode.ts';
import { InputError } from '../../../api/errors.ts';
import type { JsonObject } from '../../../api/types.ts';
import type { GivenObject } from '../manifests.ts';
import { UsageError } from '../usageError.ts';
import type { Verb, VerbInput } from '../verb.ts';
import { createObjects } from './create.ts';

const MOST_REPLICAS = 2147483647;

/** `kubectl create deployment NAME --image=IMAGE [--replicas=N] [--port=P] [-- COMMAND …]`, labelled `app=NAME`. */
export const createDeployment: Verb = {
  name: 'create deployment',
  flags: [{ name: 'image' }, { name: 'replicas', short: 'r' }, { name: 'port' }],
  parse(input) {
    const given = givenDeployment(input);
    return (session) => createObjects(session, [given]);
  },
  foresee: (input) => ({ objects: [givenDeployment(input).manifest] }),
};

/** @throws UsageError for what the API server would refuse. */
function givenDeployment(input: VerbInput): GivenObject {
  const source = deploymentFrom(input);
  try {
    return { manifest: decodeObject(source, { defaultNamespace: input.flags.text('namespace') ?? 'default' }), source };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new UsageError(`${error.place?.path ?? ''}: ${error.message}`);
  }
}

function deploymentFrom({ args, flags }: VerbInput): JsonObject {
  const [name, ...command] = args;
  if (name === undefined) throw new UsageError('exactly one NAME is required, got 0');
  const images = flags.texts('image').flatMap((text) => text.split(','));
  if (images.length === 0) throw new UsageError('required flag(s) "image" not set');
  if (images.length > 1 && command.length > 0) {
    throw new UsageError('cannot specify multiple --image options and command');
  }
  const replicas = flags.integer('replicas') ?? 1;
  if (replicas > MOST_REPLICAS) throw new UsageError(`invalid argument "${replicas}" for "--replicas"`);
  const port = flags.integer('port');
  const containers = images.map((image): JsonObject => {
    const container: JsonObject = { name: containerName(image), image };
    if (command.length > 0) container.command = [...command];
    if (port !== undefined) container.ports = [{ containerPort: port }];
    return container;
  });
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas,
      selector: { matchLabels: { ...labels } },
      template: { metadata: { labels: { ...labels } }, spec: { containers } },
    },
  };
}

/** The image's last path segment, without digest and tag, in lower case. */
function containerName(image: string): string {
  const path = image.split('@', 1)[0]!;
  const segment = path.slice(path.lastIndexOf('/') + 1).split(':', 1)[0]!;
  return segment.toLowerCase().replaceAll(/[_.]/g, '-');
}

import { stringAt } from '../../../api/decode/read.ts';
import type { JsonObject } from '../../../api/types.ts';
import { editObject } from '../edit.ts';
import { allFlag, selectorFlag } from '../flags.ts';
import { documentOf, exists, printedName, type Target } from '../objects.ts';
import { containersIn, TEMPLATE_KINDS } from '../podTemplate.ts';
import { CommandFailure, type Session } from '../session.ts';
import { parseTargets, resolveTargets, type TargetRequest } from '../targets.ts';
import { UsageError } from '../usageError.ts';
import type { Verb, VerbInput } from '../verb.ts';

/** `kubectl set image deployment/web app=web:v2 …`; `*=` stands for every container. Prints nothing when nothing changes. */
export const setImage: Verb = {
  name: 'set image',
  flags: [allFlag, selectorFlag],
  parse(input) {
    const { images, request } = parseArguments(input);
    return function* (session) {
      for (const target of resolveTargets(session, request)) {
        noteUnknownContainers(session, target, images);
        const outcome = yield* editObject(session, target, (document) => setImages(document, images));
        if (outcome === 'changed') session.print(`${printedName(target)} image updated`);
      }
    };
  },
  foresee(input) {
    const { images, request } = parseArguments(input);
    return { images: { request, byContainer: images } };
  },
};

function parseArguments({ args, flags }: VerbInput): {
  readonly images: ReadonlyMap<string, string>;
  readonly request: TargetRequest;
} {
  const images = parseImages(args.filter((arg) => arg.includes('=')));
  const objects = args.filter((arg) => !arg.includes('='));
  const request = parseTargets(objects, flags, { command: 'set image', kinds: TEMPLATE_KINDS });
  if (images.size === 0) throw new UsageError('at least one image update is required');
  return { images, request };
}

function parseImages(args: readonly string[]): ReadonlyMap<string, string> {
  const images = new Map<string, string>();
  for (const arg of args) {
    const at = arg.indexOf('=');
    const name = arg.slice(0, at);
    const image = arg.slice(at + 1);
    if (name === '' || image === '') throw new UsageError(`expected CONTAINER=IMAGE, got ${JSON.stringify(arg)}`);
    images.set(name, image);
  }
  if (images.has('*') && images.size > 1) {
    throw new UsageError(
      'all containers are already specified by *, but saw more than one container_name=container_image pairs',
    );
  }
  return images;
}

/** As kubectl has it, the containers that do exist are updated all the same. */
function noteUnknownContainers(session: Session, target: Target, images: ReadonlyMap<string, string>): void {
  if (!exists(session.cluster, target)) return;
  const names = allContainers(documentOf(session.cluster, target)).map((container) => container.name);
  for (const name of images.keys()) {
    if (name === '*' || names.includes(name)) continue;
    session.fail(new CommandFailure(`unable to find container named "${name}"`));
  }
}

function setImages(document: JsonObject, images: ReadonlyMap<string, string>): JsonObject {
  for (const container of allContainers(document)) {
    const image = images.get(stringAt(container, 'name')) ?? images.get('*');
    if (image !== undefined) container.image = image;
  }
  return document;
}

function allContainers(document: JsonObject): JsonObject[] {
  return [...containersIn(document, 'initContainers'), ...containersIn(document, 'containers')];
}

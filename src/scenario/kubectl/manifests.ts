/** Manifests on a command's standard input, for `-f -`. */
import { cloneJson, isJsonObject } from '../../api/canonical.ts';
import { decodeManifest } from '../../api/decode/decode.ts';
import { objectOf, readDocuments, type SourceDocument } from '../../api/document.ts';
import { InputError, type SourcePlace } from '../../api/errors.ts';
import { isSimulatedKind, knownKinds } from '../../api/kinds.ts';
import type { JsonObject, Manifest } from '../../api/types.ts';
import type { Flags } from './flags.ts';
import { UsageError } from './usageError.ts';
import type { VerbInput } from './verb.ts';

/** An object to apply or create. */
export interface GivenObject {
  readonly manifest: Manifest;
  /** The document as it was written, without defaults; undefined where only the manifest is known. */
  readonly source: JsonObject | undefined;
}

/**
 * Reads the objects that `-f -` brings. Kinds that are not simulated are reported and left out.
 *
 * @throws UsageError for another `-f`, nothing on stdin, and whatever is wrong with a document.
 */
export function givenObjects({ flags, stdin, notSimulated }: VerbInput, command: string): GivenObject[] {
  requireStdin(flags, stdin, command);
  const namespace = flags.text('namespace');
  try {
    return readDocuments(stdin, 'stdin').flatMap((document) => readObject(document, namespace, notSimulated));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new UsageError(`${describePlace(error.place)}${error.message}`, error.hint, 'stdin');
  }
}

function requireStdin(flags: Flags, stdin: string, command: string): void {
  const files = flags.texts('filename');
  if (files.length === 0) throw new UsageError(`kubectl ${command} needs -f -, with the manifests in the step's stdin`);
  const other = files.find((file) => file !== '-');
  if (other !== undefined) {
    throw new UsageError(
      `kubectl ${command} -f ${other}: steps read no files`,
      "use -f - with the step's stdin; files for the start belong under resources:",
    );
  }
  if (stdin.trim() === '') throw new UsageError(`kubectl ${command} -f - needs manifests in the step's stdin`);
}

function readObject(
  document: SourceDocument,
  namespace: string | undefined,
  notSimulated: VerbInput['notSimulated'],
): GivenObject[] {
  const source = objectOf(document);
  const { kind } = source;
  if (typeof kind === 'string' && !isSimulatedKind(kind) && knownKinds.has(kind)) {
    notSimulated(kind, '');
    return [];
  }
  refuseOtherNamespace(document, source, namespace);
  const context = {
    place: document.placeOf,
    defaultNamespace: namespace ?? 'default',
    notSimulated,
  };
  return [{ manifest: decodeManifest(source, context), source }];
}

function refuseOtherNamespace(document: SourceDocument, source: JsonObject, namespace: string | undefined): void {
  const own = isJsonObject(source.metadata) ? source.metadata.namespace : undefined;
  if (namespace === undefined || own === undefined || own === namespace) return;
  throw new InputError(
    `the namespace from the provided object ${JSON.stringify(own)} does not match the namespace "${namespace}"`,
    document.placeOf(['metadata', 'namespace']),
  );
}

/** Lines of stdin are not lines of the scenario file. */
function describePlace(place: SourcePlace | undefined): string {
  if (place === undefined) return '';
  const line = place.line === undefined ? '' : `line ${place.line}: `;
  return `${line}${place.path ? `${place.path}: ` : ''}`;
}

/** What `kubectl apply` remembers of an object: the document as it was written, with its namespace. */
export function appliedConfiguration({ manifest, source }: GivenObject): JsonObject {
  const document = cloneJson(source ?? manifest.manifest);
  const metadata: JsonObject = isJsonObject(document.metadata) ? document.metadata : {};
  if (!isJsonObject(metadata.annotations)) metadata.annotations = {};
  if (manifest.meta.namespace !== '') metadata.namespace = manifest.meta.namespace;
  document.metadata = metadata;
  delete document.status;
  return document;
}

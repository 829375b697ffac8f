import { allFlag, fieldSelectorFlag, selectorFlag } from '../flags.ts';
import { type ResourceKind, readableKinds } from '../kinds.ts';
import { printedName, type Target } from '../objects.ts';
import { printJson, printYaml } from '../printers/documents.ts';
import { objectTable } from '../printers/tables.ts';
import { immediate, type Session } from '../session.ts';
import { parseTargets, resolveTargets, type TargetRequest } from '../targets.ts';
import { UsageError } from '../usageError.ts';
import type { Verb } from '../verb.ts';

const FORMATS = ['', 'wide', 'name', 'yaml', 'json'] as const;
type Format = (typeof FORMATS)[number];

interface Options {
  readonly format: Format;
  readonly showsNamespace: boolean;
  readonly showsHeader: boolean;
  readonly showsLabels: boolean;
}

/** `kubectl get deployments|rs|pods|nodes [NAME …] [-l SELECTOR] [-o wide|name|yaml|json]`. */
export const get: Verb = {
  name: 'get',
  flags: [
    { name: 'output', short: 'o' },
    { name: 'all-namespaces', short: 'A', isSwitch: true },
    { name: 'no-headers', isSwitch: true },
    { name: 'show-labels', isSwitch: true },
    { name: 'ignore-not-found', isSwitch: true },
    allFlag,
    selectorFlag,
    fieldSelectorFlag,
  ],
  parse({ args, flags }) {
    const text = flags.text('output') ?? '';
    const format = FORMATS.find((known) => known === text);
    if (format === undefined) throw new UsageError(`output format ${JSON.stringify(text)} is not supported yet`);
    const request = parseTargets(args, flags, {
      command: 'get',
      kinds: readableKinds,
      allowsBareType: true,
    });
    const options: Options = {
      format,
      showsNamespace: request.allNamespaces,
      showsHeader: !flags.isOn('no-headers'),
      showsLabels: flags.isOn('show-labels'),
    };
    const ignoresMissing = flags.isOn('ignore-not-found');
    return immediate((session) => {
      show(session, request, resolveTargets(session, request, ignoresMissing), options);
    });
  },
};

function show(session: Session, request: TargetRequest, targets: readonly Target[], options: Options): void {
  if (options.format === 'name') {
    for (const target of targets) session.print(printedName(target));
  } else if (options.format === 'yaml' || options.format === 'json') {
    showDocuments(session, request, targets, options.format);
  } else {
    showTables(session, request, targets, options);
  }
}

function showDocuments(
  session: Session,
  request: TargetRequest,
  targets: readonly Target[],
  format: 'yaml' | 'json',
): void {
  const isList = request.named.length !== 1;
  if (targets.length === 0 && !isList) return;
  const print = format === 'yaml' ? printYaml : printJson;
  session.print(print(session.cluster, targets, isList));
}

function showTables(session: Session, request: TargetRequest, targets: readonly Target[], options: Options): void {
  const found = readableKinds.filter((kind) => targets.some((target) => target.kind === kind));
  if (found.length === 0) {
    if (request.named.length === 0) session.print(nothingFound(session, request));
    return;
  }
  const tables = found.map((kind: ResourceKind) => {
    const own = targets.filter((target) => target.kind === kind);
    const shown = { ...options, isWide: options.format === 'wide', showsKind: found.length > 1 };
    return objectTable(session.cluster, kind, own, shown);
  });
  session.print(tables.join('\n\n'));
}

function nothingFound(session: Session, request: TargetRequest): string {
  const isNamespaced = request.listed.some((kind) => kind.isNamespaced);
  if (!isNamespaced || request.allNamespaces) return 'No resources found';
  return `No resources found in ${request.namespace ?? session.defaultNamespace} namespace.`;
}

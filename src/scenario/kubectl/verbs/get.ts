import { allFlag, fieldSelectorFlag, selectorFlag } from '../flags.ts';
import { type ResourceKind, readableKinds } from '../kinds.ts';
import { printedName, type Target } from '../objects.ts';
import { listOrObject, printJson, printYaml } from '../printers/documents.ts';
import { objectTable } from '../printers/tables.ts';
import {
  type CustomColumn,
  type JsonPathTemplate,
  parseCustomColumns,
  parseTemplate,
  printCustomColumns,
  printTemplate,
} from '../printers/templates.ts';
import { immediate, type Session } from '../session.ts';
import { parseTargets, resolveTargets, type TargetRequest } from '../targets.ts';
import { UsageError } from '../usageError.ts';
import type { Verb } from '../verb.ts';

type Format =
  | { readonly kind: '' | 'wide' | 'name' | 'yaml' | 'json' }
  | { readonly kind: 'jsonpath'; readonly template: JsonPathTemplate }
  | { readonly kind: 'custom-columns'; readonly columns: readonly CustomColumn[] };

const SIMPLE_FORMATS = ['', 'wide', 'name', 'yaml', 'json'] as const;

interface Options {
  readonly format: Format;
  readonly showsNamespace: boolean;
  readonly showsHeader: boolean;
  readonly showsLabels: boolean;
}

/** `kubectl get TYPE [NAME …] [-l SELECTOR] [-o wide|name|yaml|json|jsonpath=…|custom-columns=…]`. */
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
    const format = parseFormat(flags.text('output') ?? '');
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

function parseFormat(text: string): Format {
  const simple = SIMPLE_FORMATS.find((known) => known === text);
  if (simple !== undefined) return { kind: simple };
  const [, name, rest = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === 'jsonpath') return { kind: name, template: parseTemplate(rest) };
  if (name === 'custom-columns') return { kind: name, columns: parseCustomColumns(rest) };
  throw new UsageError(`output format ${JSON.stringify(text)} is not supported yet`);
}

function show(session: Session, request: TargetRequest, targets: readonly Target[], options: Options): void {
  const { kind } = options.format;
  if (kind === 'name') {
    for (const target of targets) session.print(printedName(target));
  } else if (kind === '' || kind === 'wide') {
    showTables(session, request, targets, options);
  } else {
    showDocuments(session, request, targets, options);
  }
}

function showDocuments(
  session: Session,
  request: TargetRequest,
  targets: readonly Target[],
  { format, showsHeader }: Options,
): void {
  const isList = request.named.length !== 1;
  if (targets.length === 0 && !isList) return;
  const document = listOrObject(session.cluster, targets, isList);
  if (format.kind === 'jsonpath') session.print(printTemplate(format.template, document));
  else if (format.kind === 'custom-columns') session.print(printCustomColumns(format.columns, document, showsHeader));
  else session.print(format.kind === 'yaml' ? printYaml(document) : printJson(document));
}

function showTables(session: Session, request: TargetRequest, targets: readonly Target[], options: Options): void {
  const asked = new Set([...request.named.map(({ kind }) => kind), ...request.listed]);
  const found = [...asked].filter((kind) => targets.some((target) => target.kind === kind));
  if (found.length === 0) {
    if (request.named.length === 0) session.print(nothingFound(session, request));
    return;
  }
  const tables = found.map((kind: ResourceKind) => {
    const own = targets.filter((target) => target.kind === kind);
    const shown = { ...options, isWide: options.format.kind === 'wide', showsKind: found.length > 1 };
    return objectTable(session.cluster, kind, own, shown);
  });
  session.print(tables.join('\n\n'));
}

function nothingFound(session: Session, request: TargetRequest): string {
  const isNamespaced = request.listed.some((kind) => kind.isNamespaced);
  if (!isNamespaced || request.allNamespaces) return 'No resources found';
  return `No resources found in ${request.namespace ?? session.defaultNamespace} namespace.`;
}

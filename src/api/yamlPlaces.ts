/** Where fields stand in a document of the `yaml` package. */
import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import type { SourcePlace } from './errors.ts';
import { type FieldPath, formatPath } from './path.ts';

/** Whether a place is where the field's name stands or where its value stands. */
export type PlacePart = 'key' | 'value';

/** Where a field stands; without line and column in a document that has no content. */
export function placeIn(
  document: Document,
  lineCounter: LineCounter,
  file: string,
  path: FieldPath,
  part: PlacePart,
): SourcePlace {
  const offset = offsetOf(document, path, part);
  if (offset === undefined) return { file, path: formatPath(path) };
  const { line, col } = lineCounter.linePos(offset);
  return { file, line, column: col, path: formatPath(path) };
}

function offsetOf(document: Document, path: FieldPath, part: PlacePart): number | undefined {
  let node: Node | null = document.contents;
  let best = node?.range?.[0];
  for (const [depth, step] of path.entries()) {
    const found = findChild(resolveAlias(node, document), step);
    if (found === undefined) break;
    const isLast = depth === path.length - 1;
    const wantsValue = isLast && part === 'value' && (isScalar(found.value) || isAlias(found.value));
    const offset: number | undefined = wantsValue ? found.value?.range?.[0] : found.key?.range?.[0];
    best = offset ?? found.value?.range?.[0] ?? best;
    node = found.value;
  }
  return best;
}

function resolveAlias(node: Node | null, document: Document): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

interface Child {
  readonly key: Node | undefined;
  readonly value: Node | null;
}

function findChild(node: Node | null, step: string | number): Child | undefined {
  if (isSeq(node) && typeof step === 'number') {
    const item = node.items[step] as Node | undefined;
    return item === undefined ? undefined : { key: undefined, value: item };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((candidate) => isScalar(candidate.key) && String(candidate.key.value) === step);
  return pair === undefined ? undefined : { key: pair.key as Node, value: pair.value as Node | null };
}

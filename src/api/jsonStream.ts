/**
 * JSON values one behind the other: JSON lines, or what `kubectl get -w -o json` prints. Neither JSON nor YAML reads such a
 * text as a whole.
 */

/** Where one value of the text begins, and where it ends. */
export interface JsonSlice {
  readonly start: number;
  readonly end: number;
}

/** What a scan looks at; everything between is skipped at the speed of the regular expression. */
const MARKS = /["{}[\]]/g;
const STRING = /"(?:[^"\\]|\\[\s\S])*"/y;

/**
 * The mappings and lists that a text is made of; undefined when it is not made of those alone, or they are not closed. What
 * is inside of them is not checked.
 */
export function splitJsonStream(text: string): JsonSlice[] | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const slices: JsonSlice[] = [];
  let depth = 0;
  let start = 0;
  MARKS.lastIndex = 0;
  for (let match = MARKS.exec(text); match !== null; match = MARKS.exec(text)) {
    const { index } = match;
    const [mark] = match;
    if (depth === 0) {
      const before = text.slice(slices.at(-1)?.end ?? 0, index);
      if ((mark !== '{' && mark !== '[') || before.trim() !== '') return undefined;
      start = index;
    }
    if (mark === '"') {
      const end = endOfString(text, index);
      if (end === undefined) return undefined;
      MARKS.lastIndex = end;
    } else {
      depth += mark === '{' || mark === '[' ? 1 : -1;
      if (depth === 0) slices.push({ start, end: index + 1 });
    }
  }
  const rest = text.slice(slices.at(-1)?.end ?? 0);
  return depth === 0 && rest.trim() === '' ? slices : undefined;
}

function endOfString(text: string, start: number): number | undefined {
  STRING.lastIndex = start;
  return STRING.exec(text) === null ? undefined : STRING.lastIndex;
}

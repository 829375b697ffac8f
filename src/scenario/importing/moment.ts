/** When a dump was taken, as far as it tells. */
import { isJsonObject } from '../../api/canonical.ts';
import { parseRfc3339 } from '../../api/dateTime.ts';
import { objectAt, objectsAt, stringAt } from '../../api/decode/read.ts';
import type { JsonObject, JsonValue } from '../../api/types.ts';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** The latest time that any object has, in microseconds since 1970; undefined without any. */
export function latestTime(documents: readonly JsonObject[]): number | undefined {
  let latest = '';
  const note = (text: string) => {
    // Nearly all are of one form, which sorts as text.
    if (TIME.test(text) && text > latest) latest = text;
  };
  for (const document of documents) {
    const metadata = objectAt(document, 'metadata');
    note(stringAt(metadata, 'creationTimestamp'));
    for (const field of objectsAt(metadata, 'managedFields')) note(stringAt(field, 'time'));
    visit(document.status, note);
  }
  return latest === '' ? undefined : parseRfc3339(latest).epochMicros;
}

function visit(value: JsonValue | undefined, note: (text: string) => void): void {
  if (typeof value === 'string') note(value);
  else if (Array.isArray(value)) for (const item of value) visit(item, note);
  else if (isJsonObject(value)) for (const item of Object.values(value)) visit(item, note);
}

/** Scenarios that hold nothing but `behavior`, such as `rollsim calibrate` writes, are parts of the Scenario beside them. */
import { isJsonObject } from '../api/canonical.ts';
import type { SourceDocument } from '../api/document.ts';
import type { FieldPath } from '../api/path.ts';
import type { JsonObject, JsonValue } from '../api/types.ts';
import { SCENARIO_API_VERSION, SCENARIO_KIND } from './schema.ts';

/** What a Scenario has that holds nothing but behavior. */
export const BEHAVIOR_ALONE: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'behavior']);

/** Whether a document only tells how pods behave: it makes no scenario of its own of a file. */
function isBehaviorAlone(value: JsonValue): boolean {
  return (
    isScenario(value) && Array.isArray(value.behavior) && Object.keys(value).every((key) => BEHAVIOR_ALONE.has(key))
  );
}

/**
 * The documents with the rules of all that hold nothing but behavior in one Scenario, in the order of the input: the first
 * rule that matches counts, so an earlier file goes before a later one. Other Scenarios are left as they are, to be refused
 * if there are several.
 */
export function joinBehavior(documents: readonly SourceDocument[]): readonly SourceDocument[] {
  const parts = documents.filter(({ value }) => isBehaviorAlone(value));
  const others = documents.filter(({ value }) => isScenario(value) && !isBehaviorAlone(value));
  if (parts.length === 0 || parts.length + others.length < 2) return documents;
  const main = others[0] ?? parts[0]!;
  const joined = withRules(
    main,
    documents.filter((document) => document === main || parts.includes(document)),
  );
  return documents.flatMap((document) => {
    if (document === main) return [joined];
    return parts.includes(document) ? [] : [document];
  });
}

function isScenario(value: JsonValue): value is JsonObject {
  return isJsonObject(value) && value.kind === SCENARIO_KIND && value.apiVersion === SCENARIO_API_VERSION;
}

/** The main document with all rules; each keeps its place in its own file. */
function withRules(main: SourceDocument, sources: readonly SourceDocument[]): SourceDocument {
  const rules = sources.flatMap((source) => rulesOf(source).map((rule, index) => ({ source, rule, index })));
  // Behavior that is no list is refused when the Scenario is checked.
  if (!isReadable(main)) return main;
  return {
    value: { ...(main.value as JsonObject), behavior: rules.map(({ rule }) => rule) },
    file: main.file,
    placeOf: (path, part) => {
      const [field, index] = path;
      const entry = field === 'behavior' && typeof index === 'number' ? rules[index] : undefined;
      if (entry === undefined) return main.placeOf(path, part);
      const ownPath: FieldPath = ['behavior', entry.index, ...path.slice(2)];
      return entry.source.placeOf(ownPath, part);
    },
  };
}

function rulesOf({ value }: SourceDocument): readonly JsonValue[] {
  const behavior = (value as JsonObject).behavior;
  return Array.isArray(behavior) ? behavior : [];
}

function isReadable({ value }: SourceDocument): boolean {
  const { behavior } = value as JsonObject;
  return behavior === undefined || behavior === null || Array.isArray(behavior);
}

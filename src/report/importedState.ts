/** What `rollsim import` made: a scenario that `run` takes. */
import { stringify } from 'yaml';
import type { ImportedState } from '../scenario/importing/index.ts';

/** A stream of documents, the Scenario first. */
export function renderImportedYaml({ scenario, objects }: ImportedState): string {
  // YAML 1.1, as Kubernetes reads it: there `yes` and `0644` are no strings.
  const options = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false } as const;
  return [scenario, ...objects].map((document) => stringify(document, options)).join('---\n');
}

/** A List of the same with an object a line: for large clusters, as it is written and read many times as fast. */
export function renderImportedJson({ scenario, objects }: ImportedState): string {
  const items = [scenario, ...objects].map((document) => JSON.stringify(document)).join(',\n');
  return `{"apiVersion":"v1","kind":"List","items":[\n${items}\n]}\n`;
}

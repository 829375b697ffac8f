import { stringify } from 'yaml';

/** The whole result. Long texts stay on one line, and repeated objects are written out, so that any reader takes it. */
export function renderYaml(result: object): string {
  return stringify(result, { lineWidth: 0, aliasDuplicateObjects: false });
}

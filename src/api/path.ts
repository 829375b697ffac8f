/** Where a field stands inside a document: keys of mappings and indices of lists. */
export type FieldPath = readonly (string | number)[];

/** As upstream's `field.Path` prints it: `spec.containers[0].name`, `metadata.labels[example.com/team]`. */
export function formatPath(path: FieldPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number' || !/^[$A-Za-z0-9_-]+$/.test(step)) text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** As `kubectl explain` names a field, without indices: `spec.containers.env`. */
export function explainPath(path: FieldPath): string {
  return path.filter((step) => typeof step === 'string').join('.');
}

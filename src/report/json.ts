/** The whole result, indented; one document. */
export function renderJson(result: object): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}

/** `deployment/web`, as people refer to an object; with its namespace in front where that is not `default`. */
export function referenceTo(
  kind: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): string {
  const reference = `${kind.toLowerCase()}/${name}`;
  return namespace === 'default' || namespace === '' ? reference : `${namespace}/${reference}`;
}

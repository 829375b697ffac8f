/** The typed arrays that tables are made of. */
export type Column = Int32Array | Uint32Array | Uint8Array | Uint16Array | Float64Array;

/** A copy of a column with room for more rows; the new ones are zero. */
export function widened<A extends Column>(column: A, capacity: number): A {
  const wider = new (column.constructor as new (length: number) => A)(capacity);
  wider.set(column as never);
  return wider;
}

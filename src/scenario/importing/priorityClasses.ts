import { objectAt, stringAt } from '../../api/decode/read.ts';
import { SYSTEM_PRIORITY_CLASSES } from '../../api/priorityClasses.ts';
import type { JsonObject } from '../../api/types.ts';

/** PriorityClasses that pods or templates name and the dump lacks, with the priority that pods have of them, else 0. */
export function missingPriorityClasses(objects: readonly JsonObject[]): JsonObject[] {
  const known = new Set(SYSTEM_PRIORITY_CLASSES.map(({ name }) => name));
  for (const document of objects) {
    if (document.kind === 'PriorityClass') known.add(stringAt(objectAt(document, 'metadata'), 'name'));
  }
  const values = new Map<string, number>();
  for (const document of objects) {
    const spec = objectAt(document, 'spec');
    const podSpec = document.kind === 'Pod' ? spec : objectAt(objectAt(spec, 'template'), 'spec');
    const name = stringAt(podSpec, 'priorityClassName');
    if (name === '' || known.has(name)) continue;
    const value = podSpec.priority;
    if (typeof value === 'number') values.set(name, value);
    else if (!values.has(name)) values.set(name, 0);
  }
  return [...values].map(([name, value]) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name, uid: `priorityclass-${name}` },
    value,
  }));
}

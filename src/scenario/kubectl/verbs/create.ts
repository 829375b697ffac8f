import type { Process } from '../../../cluster/process.ts';
import { fileFlag } from '../flags.ts';
import { kinds } from '../kinds.ts';
import { type GivenObject, givenObjects } from '../manifests.ts';
import { printedName } from '../objects.ts';
import type { Session } from '../session.ts';
import { UsageError } from '../usageError.ts';
import type { Verb } from '../verb.ts';
import { postObject } from '../writes.ts';

/** `kubectl create -f -`. */
export const create: Verb = {
  name: 'create',
  flags: [fileFlag],
  parse(input) {
    const [first] = input.args;
    if (first !== undefined) throw new UsageError(`kubectl create ${first} is not supported yet`);
    const objects = givenObjects(input, 'create');
    return (session) => createObjects(session, objects);
  },
  foresee: (input) => ({ objects: givenObjects(input, 'create').map(({ manifest }) => manifest) }),
};

/** Creates objects one after the other, one request each. */
export function* createObjects(session: Session, objects: readonly GivenObject[]): Process<void> {
  for (const { manifest } of objects) {
    const isDone = yield* session.request(() => postObject(session.cluster, manifest));
    if (isDone) session.print(`${printedName({ kind: kinds[manifest.kind], name: manifest.meta.name })} created`);
  }
}

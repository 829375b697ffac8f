import { isJsonObject } from '../../../api/canonical.ts';
import { editObject } from '../edit.ts';
import { allFlag, selectorFlag } from '../flags.ts';
import { kinds } from '../kinds.ts';
import { objectIn, printedName } from '../objects.ts';
import { CommandFailure } from '../session.ts';
import { parseTargets, resolveTargets } from '../targets.ts';
import { UsageError } from '../usageError.ts';
import type { Verb } from '../verb.ts';

const SCALABLE_KINDS = [kinds.Deployment, kinds.ReplicaSet, kinds.ReplicationController, kinds.StatefulSet];

/** `kubectl scale deployment/web --replicas=N [--current-replicas=M]`: writes the scale subresource. */
export const scale: Verb = {
  name: 'scale',
  flags: [{ name: 'replicas' }, { name: 'current-replicas' }, allFlag, selectorFlag],
  parse({ args, flags }) {
    const replicas = flags.integer('replicas');
    if (replicas === undefined || replicas < 0) {
      throw new UsageError('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
    }
    const current = flags.integer('current-replicas') ?? -1;
    const request = parseTargets(args, flags, { command: 'scale', kinds: SCALABLE_KINDS });
    return function* (session) {
      for (const target of resolveTargets(session, request)) {
        const outcome = yield* editObject(session, target, (document) => {
          const spec = objectIn(document, 'spec');
          if (current !== -1 && spec.replicas !== current) {
            throw new CommandFailure(`Expected replicas to be ${current}, was ${String(spec.replicas)}`);
          }
          return { ...document, spec: { ...(isJsonObject(document.spec) ? document.spec : {}), replicas } };
        });
        // Also when the size was that already.
        if (outcome !== 'failed') session.print(`${printedName(target)} scaled`);
      }
    };
  },
};

/** What `kubectl cordon`, `kubectl uncordon` and `kubectl drain` share: `spec.unschedulable` of nodes. */
import { isJsonObject } from '../../api/canonical.ts';
import type { Process } from '../../cluster/process.ts';
import { editObject } from './edit.ts';
import type { Flags } from './flags.ts';
import { selectorFlag } from './flags.ts';
import { kinds } from './kinds.ts';
import { objectIn, printedName, type Target } from './objects.ts';
import type { Session } from './session.ts';
import { parseTargets, resolveTargets, type TargetRequest } from './targets.ts';
import { UsageError } from './usageError.ts';
import type { Verb } from './verb.ts';

export type Cordoning = 'cordon' | 'uncordon';

export function cordoningVerb(name: Cordoning): Verb {
  return {
    name,
    flags: [selectorFlag],
    parse({ args, flags }) {
      const request = parseNodes(name, args, flags);
      return function* (session) {
        for (const target of resolveTargets(session, request)) yield* cordonOrUncordon(session, target, name);
      };
    },
  };
}

/**
 * Reads the names of nodes, or a selector.
 *
 * @throws UsageError for neither or both.
 */
export function parseNodes(command: string, args: readonly string[], flags: Flags): TargetRequest {
  const hasSelector = flags.text('selector') !== undefined;
  if (args.length === 0 && !hasSelector) throw new UsageError(`you must name a node: ${command} NODE`);
  if (args.length > 0 && hasSelector) {
    throw new UsageError('cannot specify both a node name and a --selector option');
  }
  const names = hasSelector ? ['nodes'] : args.map((arg) => (arg.includes('/') ? arg : `node/${arg}`));
  return parseTargets(names, flags, { command, kinds: [kinds.Node] });
}

/** Sets or clears `spec.unschedulable` of a node, and prints what kubectl does. */
export function* cordonOrUncordon(session: Session, target: Target, name: Cordoning): Process<void> {
  const outcome = yield* editObject(session, target, (document) => {
    if (name === 'cordon') objectIn(document, 'spec').unschedulable = true;
    else if (isJsonObject(document.spec)) delete document.spec.unschedulable;
    return document;
  });
  if (outcome === 'failed') return;
  session.print(`${printedName(target)} ${outcome === 'unchanged' ? 'already ' : ''}${name}ed`);
}

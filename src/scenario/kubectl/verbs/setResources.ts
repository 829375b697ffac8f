import { stringAt } from '../../../api/decode/read.ts';
import { parseQuantity } from '../../../api/quantity.ts';
import type { JsonObject } from '../../../api/types.ts';
import { editObject } from '../edit.ts';
import { allFlag, containersFlag, selectorFlag } from '../flags.ts';
import { objectIn, printedName } from '../objects.ts';
import { containersIn, matchesWildcard, TEMPLATE_KINDS } from '../podTemplate.ts';
import { CommandFailure } from '../session.ts';
import { parseTargets, resolveTargets } from '../targets.ts';
import { UsageError } from '../usageError.ts';
import type { Verb } from '../verb.ts';

/** `kubectl set resources deployment/web [-c CONTAINER] --requests=cpu=1,memory=1Gi --limits=…`. */
export const setResources: Verb = {
  name: 'set resources',
  flags: [allFlag, selectorFlag, containersFlag, { name: 'requests' }, { name: 'limits' }],
  parse({ args, flags }) {
    const request = parseTargets(args, flags, {
      command: 'set resources',
      kinds: TEMPLATE_KINDS,
    });
    const requests = parseAmounts(flags.text('requests'));
    const limits = parseAmounts(flags.text('limits'));
    if (requests === undefined && limits === undefined) {
      throw new UsageError('you must specify an update to requests or limits (in the form of --requests/--limits)');
    }
    const pattern = flags.text('containers') ?? '*';
    return function* (session) {
      for (const target of resolveTargets(session, request)) {
        const outcome = yield* editObject(session, target, (document) => {
          const chosen = chosenContainers(document, pattern);
          if (chosen.length === 0) throw new CommandFailure(`unable to find container named ${pattern}`);
          for (const container of chosen) {
            const resources = objectIn(container, 'resources');
            if (requests !== undefined) Object.assign(objectIn(resources, 'requests'), requests);
            if (limits !== undefined) Object.assign(objectIn(resources, 'limits'), limits);
          }
          return document;
        });
        if (outcome === 'changed') session.print(`${printedName(target)} resource requirements updated`);
      }
    };
  },
};

function chosenContainers(document: JsonObject, pattern: string): JsonObject[] {
  return containersIn(document, 'containers').filter((container) =>
    matchesWildcard(pattern, stringAt(container, 'name')),
  );
}

function parseAmounts(text: string | undefined): JsonObject | undefined {
  if (text === undefined || text === '') return undefined;
  const amounts: JsonObject = {};
  for (const part of text.split(',')) {
    const match = /^([^=]+)=([^=]+)$/.exec(part.trim());
    if (match === null) throw new UsageError(`Invalid argument syntax ${part}, expected <resource>=<value>`);
    try {
      parseQuantity(match[2]!);
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
    amounts[match[1]!] = match[2]!;
  }
  return amounts;
}

/** What `kubectl rollout pause` and `kubectl rollout resume` share: both set `spec.paused`, and refuse what is so already. */

import { kinds } from './kinds.ts';
import { objectIn } from './objects.ts';
import { editTargets, notSupported, parseRolloutTargets, refusal, rolloutFlags } from './rollout.ts';
import type { Verb } from './verb.ts';

export interface Pausing {
  readonly name: string;
  /** What `spec.paused` is afterwards. */
  readonly paused: boolean;
  /** Why a Deployment is refused that is so already. */
  readonly alreadySo: string;
  /** What is not supported of other kinds: `pausing`. */
  readonly doing: string;
  /** What is printed behind a changed one. */
  readonly done: string;
}

export function pausingVerb({ name, paused, alreadySo, doing, done }: Pausing): Verb {
  return {
    name,
    flags: rolloutFlags,
    parse({ args, flags }) {
      const request = parseRolloutTargets(name, args, flags, notSupported(doing), [kinds.Deployment]);
      return (session) =>
        editTargets(
          session,
          request,
          (_, target) => (document) => {
            const spec = objectIn(document, 'spec');
            if ((spec.paused === true) === paused) throw refusal(target, alreadySo);
            if (paused) spec.paused = true;
            else delete spec.paused;
            return document;
          },
          done,
        );
    },
  };
}

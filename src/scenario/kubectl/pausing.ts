/** What `kubectl rollout pause` and `kubectl rollout resume` share: both set `spec.paused`, and refuse what is so already. */
import { objectIn } from './objects.ts';
import { editDeployments, parseRolloutTargets, refusal, rolloutFlags } from './rollout.ts';
import type { Verb } from './verb.ts';

export interface Pausing {
  readonly name: string;
  /** What `spec.paused` is afterwards. */
  readonly paused: boolean;
  /** Why a Deployment is refused that is so already. */
  readonly alreadySo: string;
  /** What is printed behind a changed one. */
  readonly done: string;
}

export function pausingVerb({ name, paused, alreadySo, done }: Pausing): Verb {
  return {
    name,
    flags: rolloutFlags,
    parse({ args, flags }) {
      const request = parseRolloutTargets(name, args, flags);
      return (session) =>
        editDeployments(
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

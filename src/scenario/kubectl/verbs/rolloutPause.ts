import { objectIn } from '../objects.ts';
import { editDeployments, parseRolloutTargets, refusal, rolloutFlags } from '../rollout.ts';
import type { Verb } from '../verb.ts';

/** `kubectl rollout pause deployment/web`. */
export const rolloutPause: Verb = {
  name: 'rollout pause',
  flags: rolloutFlags,
  parse({ args, flags }) {
    const request = parseRolloutTargets('rollout pause', args, flags);
    return (session) => {
      return editDeployments(
        session,
        request,
        (_, target) => (document) => {
          const spec = objectIn(document, 'spec');
          if (spec.paused === true) throw refusal(target, 'is already paused');
          spec.paused = true;
          return document;
        },
        'paused',
      );
    };
  },
};

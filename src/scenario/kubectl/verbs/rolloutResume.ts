import { objectIn } from '../objects.ts';
import { editDeployments, parseRolloutTargets, refusal, rolloutFlags } from '../rollout.ts';
import type { Verb } from '../verb.ts';

/** `kubectl rollout resume deployment/web`. */
export const rolloutResume: Verb = {
  name: 'rollout resume',
  flags: rolloutFlags,
  parse({ args, flags }) {
    const request = parseRolloutTargets('rollout resume', args, flags);
    return (session) => {
      return editDeployments(
        session,
        request,
        (_, target) => (document) => {
          const spec = objectIn(document, 'spec');
          if (spec.paused !== true) throw refusal(target, 'is not paused');
          delete spec.paused;
          return document;
        },
        'resumed',
      );
    };
  },
};

import { objectIn } from '../objects.ts';
import { templateIn } from '../podTemplate.ts';
import { editTargets, notSupported, parseRolloutTargets, refusal, rolloutFlags } from '../rollout.ts';
import { CommandFailure } from '../session.ts';
import { timestamp } from '../timestamps.ts';
import type { Verb } from '../verb.ts';

const RESTARTED_AT_ANNOTATION = 'kubectl.kubernetes.io/restartedAt';

/** `kubectl rollout restart deployment/web|statefulset/db|daemonset/agent`: the time, in whole seconds, goes into the template's annotations. */
export const rolloutRestart: Verb = {
  name: 'rollout restart',
  flags: rolloutFlags,
  parse({ args, flags }) {
    const request = parseRolloutTargets('rollout restart', args, flags, notSupported('restarting'));
    return (session) => {
      const now = timestamp(session.kernel.nowMicros);
      return editTargets(
        session,
        request,
        (_, target) => (document) => {
          if (objectIn(document, 'spec').paused === true) {
            throw refusal(target, "can't restart paused deployment (run rollout resume first)");
          }
          const annotations = objectIn(objectIn(templateIn(document), 'metadata'), 'annotations');
          if (annotations[RESTARTED_AT_ANNOTATION] === now) {
            throw new CommandFailure(
              `failed to create patch for ${target.name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
            );
          }
          annotations[RESTARTED_AT_ANNOTATION] = now;
          return document;
        },
        'restarted',
      );
    };
  },
};

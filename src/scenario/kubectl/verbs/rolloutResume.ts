import { pausingVerb } from '../pausing.ts';

/** `kubectl rollout resume deployment/web`. */
export const rolloutResume = pausingVerb({
  name: 'rollout resume',
  paused: false,
  alreadySo: 'is not paused',
  doing: 'resuming',
  done: 'resumed',
});

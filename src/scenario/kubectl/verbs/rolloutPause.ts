import { pausingVerb } from '../pausing.ts';

/** `kubectl rollout pause deployment/web`. */
export const rolloutPause = pausingVerb({
  name: 'rollout pause',
  paused: true,
  alreadySo: 'is already paused',
  doing: 'pausing',
  done: 'paused',
});

import { cordoningVerb } from '../cordoning.ts';

/** `kubectl uncordon NODE …|-l SELECTOR`. */
export const uncordon = cordoningVerb('uncordon');

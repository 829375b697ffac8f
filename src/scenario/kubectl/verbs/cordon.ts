import { cordoningVerb } from '../cordoning.ts';

/** `kubectl cordon NODE …|-l SELECTOR`. */
export const cordon = cordoningVerb('cordon');

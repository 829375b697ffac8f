/** `state` of a Scenario. */
import { z } from 'zod';

export const stateSchema = z
  .strictObject({ at: z.string().describe('The moment that they tell of, such as 2026-11-25T06:00:00Z.') })
  .describe('Objects with a uid were there before the run, as their status says (rollsim import).');

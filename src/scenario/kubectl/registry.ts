/** All commands that steps may use, and what is said of those that they may not. */
import { didYouMean } from '../../api/nearest.ts';
import { UsageError } from './usageError.ts';
import type { Verb } from './verb.ts';
import { annotate } from './verbs/annotate.ts';
import { apply } from './verbs/apply.ts';
import { autoscale } from './verbs/autoscale.ts';
import { cordon } from './verbs/cordon.ts';
import { create } from './verbs/create.ts';
import { createCronJob } from './verbs/createCronJob.ts';
import { createDeployment } from './verbs/createDeployment.ts';
import { createJob } from './verbs/createJob.ts';
import { createPriorityClass } from './verbs/createPriorityClass.ts';
import { deleteVerb } from './verbs/delete.ts';
import { drain } from './verbs/drain.ts';
import { get } from './verbs/get.ts';
import { label } from './verbs/label.ts';
import { patch } from './verbs/patch.ts';
import { rolloutHistory } from './verbs/rolloutHistory.ts';
import { rolloutPause } from './verbs/rolloutPause.ts';
import { rolloutRestart } from './verbs/rolloutRestart.ts';
import { rolloutResume } from './verbs/rolloutResume.ts';
import { rolloutStatus } from './verbs/rolloutStatus.ts';
import { rolloutUndo } from './verbs/rolloutUndo.ts';
import { scale } from './verbs/scale.ts';
import { setEnv } from './verbs/setEnv.ts';
import { setImage } from './verbs/setImage.ts';
import { setResources } from './verbs/setResources.ts';
import { taint } from './verbs/taint.ts';
import { uncordon } from './verbs/uncordon.ts';
import { wait } from './verbs/wait.ts';

/** A new verb is one file and one line here. */
const verbs: readonly Verb[] = [
  annotate,
  apply,
  autoscale,
  cordon,
  create,
  createCronJob,
  createDeployment,
  createJob,
  createPriorityClass,
  deleteVerb,
  drain,
  get,
  label,
  patch,
  rolloutHistory,
  rolloutPause,
  rolloutRestart,
  rolloutResume,
  rolloutStatus,
  rolloutUndo,
  scale,
  setEnv,
  setImage,
  setResources,
  taint,
  uncordon,
  wait,
];

/** Real commands that a later version may play. */
const NOT_YET: ReadonlySet<string> = new Set('diff edit expose replace run'.split(' '));

/** Real commands that change nothing that the simulation knows. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(
  `alpha api-resources api-versions attach auth certificate cluster-info completion config cp debug describe events exec
  explain help kustomize logs options plugin port-forward proxy top version`.split(/\s+/),
);

/** Real subcommands that are not supported. */
const REAL_SUBCOMMANDS: Readonly<Record<string, readonly string[]>> = {
  set: ['selector', 'serviceaccount', 'subject'],
};

/**
 * The verb at the beginning of a command line, and the words behind it.
 *
 * @throws UsageError for a verb or subcommand that does not exist or is not supported.
 */
export function findVerb(words: readonly string[]): { readonly verb: Verb; readonly rest: readonly string[] } {
  const [first, second] = words;
  if (first === undefined) throw new UsageError('no kubectl command');
  const withSubcommand = verbs.find((verb) => verb.name === `${first} ${second}`);
  if (withSubcommand !== undefined) return { verb: withSubcommand, rest: words.slice(2) };
  const verb = verbs.find((candidate) => candidate.name === first);
  if (verb !== undefined) return { verb, rest: words.slice(1) };
  const subcommands = verbs.flatMap(({ name }) => (name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : []));
  if (subcommands.length > 0) throw unknownSubcommand(first, second, subcommands);
  throw unknownVerb(first);
}

function unknownSubcommand(verb: string, found: string | undefined, known: readonly string[]): UsageError {
  if (found === undefined || found.startsWith('-')) {
    return new UsageError(`kubectl ${verb} needs a subcommand: ${known.join(', ')}`);
  }
  if (REAL_SUBCOMMANDS[verb]?.includes(found)) return new UsageError(`kubectl ${verb} ${found} is not supported yet`);
  return new UsageError(`unknown subcommand ${JSON.stringify(found)} of kubectl ${verb}`, didYouMean(found, known));
}

function unknownVerb(word: string): UsageError {
  if (NOT_YET.has(word)) return new UsageError(`kubectl ${word} is not supported yet`);
  if (WITHOUT_EFFECT.has(word)) return new UsageError(`kubectl ${word} has no effect in a simulation`);
  const known = new Set(verbs.map((verb) => verb.name.split(' ', 1)[0]!));
  return new UsageError(`unknown verb ${JSON.stringify(word)}`, didYouMean(word, known));
}

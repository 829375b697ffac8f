import { type CapacityProbe, type CapacityResult, isHeld } from '../runner/capacity/capacity.ts';
import type { ReportOptions } from './options.ts';
import { renderTextTable, type TextColumn } from './textTable.ts';
import { counted, formatColumn, formatSeconds, NOTHING } from './units.ts';

const WORDS = {
  nodes: { best: 'the fewest', what: 'nodes', beyond: 'Fewer' },
  quota: { best: 'the smallest', what: 'quota', beyond: 'Less' },
  'max-surge': { best: 'the largest', what: 'maxSurge', beyond: 'More' },
} as const;

/** How many lines of evidence a run gets. */
const MOST_REASONS = 4;

/** A row for each size that was played, the answer, and what stalls on the other side of it. */
export function renderCapacityTable(result: CapacityResult, options: ReportOptions): string {
  const { probes } = result;
  const columns: TextColumn[] = [
    { heading: result.path, align: 'right', cells: probes.map(({ text }) => text) },
    { heading: 'HOLDS', align: 'right', cells: probes.map(heldText) },
    {
      heading: 'LONGEST',
      align: 'right',
      cells: formatColumn(
        'seconds',
        probes.map(({ durationSecondsMax }) => durationSecondsMax),
      ),
    },
    {
      heading: 'PODS MAX',
      align: 'right',
      cells: probes.map(({ podsMax }) => (podsMax === 0 ? NOTHING : String(podsMax))),
    },
    { heading: 'FIRST REASON', align: 'left', cells: probes.map(firstReason) },
  ];
  const table = renderTextTable(columns, options);
  return options.headers ? `${table}\n${capacitySentences(result).join('\n')}\n` : table;
}

function heldText({ runs, failures, refused }: CapacityProbe): string {
  return refused === '' ? `${runs - failures.length}/${runs}` : 'refused';
}

function firstReason({ failures, refused }: CapacityProbe): string {
  return refused === '' ? (failures[0]?.reasons[0] ?? NOTHING) : refused;
}

/** The answer and the evidence, in sentences. */
function capacitySentences(result: CapacityResult): string[] {
  const { question, edge, probes, exceptions, isEndOfRange } = result;
  const { best, what, beyond } = WORDS[question];
  if (edge === null) return noneHolds(result);
  const worse = probes.filter((probe) => !isHeld(probe) && isBeyond(result, probe));
  const nearest = question === 'max-surge' ? worse[0] : worse.at(-1);
  return [
    `${edge.text} is ${best} ${what} (${result.path}) for which nothing stalls in ${runText(result)}.`,
    ...(isEndOfRange ? [`${beyond} was not looked at: it is the end of the range.`] : []),
    ...(nearest === undefined ? [] : evidence(nearest)),
    ...(exceptions.length > 0
      ? [`Not monotonic: ${exceptions.join(', ')} came out the other way round; look at the sizes around it.`]
      : []),
  ];
}

function noneHolds(result: CapacityResult): string[] {
  const { question, probes } = result;
  const last = question === 'max-surge' ? probes[0] : probes.at(-1);
  if (last === undefined) return ['Nothing was played.'];
  const cause = question === 'nodes' ? tooSmall(last) : undefined;
  return [`${NONE[question]} ${last.text} was the last that was played.`, ...(cause ?? []), ...evidence(last)];
}

const NONE = {
  nodes: 'More nodes of this size do not help:',
  quota: 'A larger quota does not help:',
  'max-surge': 'Less surge does not help:',
} as const;

/** The scheduler says of every single node that it has too little of something, however many there are. */
function tooSmall({ failures }: CapacityProbe): string[] | undefined {
  const reasons = failures.flatMap((failure) => failure.reasons);
  for (const reason of reasons) {
    const [, subject, nodes, count, resource] =
      /^(.*?): \d+ pods? fits? no node: 0\/(\d+) nodes are available: (\d+) (?:Insufficient|Too many) (\S+?)\./.exec(
        reason,
      ) ?? [];
    if (nodes !== undefined && nodes === count)
      return [`No single node has enough ${resource} for a pod of ${subject}.`];
  }
  return undefined;
}

function isBeyond({ question, edge }: CapacityResult, { size }: CapacityProbe): boolean {
  return question === 'max-surge' ? size > edge!.size : size < edge!.size;
}

function evidence({ text, failures, runs, refused }: CapacityProbe): string[] {
  const [first] = failures;
  if (first === undefined) return refused === '' ? [] : [`With ${text}: ${refused}`];
  const where = first.zone === '' ? '' : ` without zone ${first.zone}`;
  const shown = first.reasons.slice(0, MOST_REASONS);
  return [
    `With ${text}, ${failures.length} of ${counted(runs, 'run')} ${failures.length === 1 ? 'does' : 'do'} not hold. Seed ${first.seed}${where}:`,
    ...shown.map((reason) => `  ${reason}`),
  ];
}

function runText({ seeds, zones, withinSeconds }: CapacityResult): string {
  const lost = zones.length === 0 ? '' : `, also when zone ${zones.join(' or ')} is lost`;
  const limit = withinSeconds === null ? '' : `, and each rollout completes within ${formatSeconds(withinSeconds)}`;
  return `${counted(seeds.length, 'seed')}${lost}${limit}`;
}

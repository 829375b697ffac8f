import type { NodeScores } from '../metrics/decisions.ts';
import type { ReportOptions } from './options.ts';
import { renderTextTable, type TextColumn } from './textTable.ts';
import { formatNumber } from './units.ts';

/** Nodes with their scores, a row each. */
export interface ScoreTable {
  /** Columns in front: what sets a node apart. */
  readonly marks: readonly TextColumn[];
  readonly nodes: readonly NodeScores[];
  /** By plugin; a weight of 1 or none is not shown. */
  readonly weights: Readonly<Record<string, number>>;
  /** Between whose scores a plugin must differ to have a column: those of `nodes`, if left out. */
  readonly among?: readonly NodeScores[];
}

/** A column for each plugin that does not give all nodes the same, or for each of a single node; the others in a sentence. */
export function renderScoreTable(table: ScoreTable, options: ReportOptions): string {
  const { marks, nodes, weights, among = nodes } = table;
  const plugins = Object.keys(nodes[0]?.scores ?? {});
  const isSame = (plugin: string) =>
    among.length > 1 && among.every(({ scores }) => scores[plugin] === among[0]!.scores[plugin]);
  const columns = [
    ...marks,
    { heading: 'NODE', align: 'left', cells: nodes.map(({ node }) => node) } as const,
    { heading: 'TOTAL', align: 'right', cells: nodes.map(({ total }) => formatNumber(total)) } as const,
    ...plugins
      .filter((plugin) => !isSame(plugin))
      .map((plugin): TextColumn => {
        const cells = nodes.map(({ scores }) => formatNumber(scores[plugin]!));
        return { heading: weighted(plugin, weights), align: 'right', cells };
      }),
  ];
  const same = plugins.filter(isSame).map((plugin) => `${plugin} ${formatNumber(nodes[0]!.scores[plugin]!)}`);
  const sentence = same.length === 0 ? '' : `The same for all: ${same.join(', ')}.\n`;
  return `${renderTextTable(columns, options)}${options.headers ? sentence : ''}`;
}

function weighted(plugin: string, weights: Readonly<Record<string, number>>): string {
  const weight = weights[plugin] ?? 1;
  return weight === 1 ? plugin : `${plugin}×${weight}`;
}

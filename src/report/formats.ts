/**
 * Reports: a result object in, text out. One file a format, and a line in each of the two registries here. Nothing in this
 * folder writes to a file or a terminal, knows a flag of the command line, or reads a clock.
 */
import type { CapacityResult } from '../runner/capacity/capacity.ts';
import type { Comparison } from '../runner/comparison/compareResults.ts';
import type { RunReport } from '../runner/runReport.ts';
import type { SweepResult } from '../runner/sweepResult.ts';
import type { VersionComparison } from '../runner/versionComparison.ts';
import { renderCapacityTable } from './capacity.ts';
import { renderComparisonCsv, renderComparisonTable, renderComparisonWide } from './comparison.ts';
import { renderRunCsv, renderSweepCsv, renderVersionsCsv } from './csv.ts';
import { renderJson } from './json.ts';
import type { ReportOptions } from './options.ts';
import { type RecommendationReport, renderRecommendation } from './recommendation.ts';
import { renderRunTable, renderRunWide } from './runTable.ts';
import { renderSweepTable, renderSweepWide } from './sweepTable.ts';
import { renderVersionsTable, renderVersionsWide } from './versionsTable.ts';
import { renderYaml } from './yaml.ts';

/** What `-o` takes. */
export type FormatName = 'table' | 'wide' | 'json' | 'yaml' | 'csv';

export const runFormats: Readonly<Record<FormatName, (report: RunReport, options: ReportOptions) => string>> = {
  table: renderRunTable,
  wide: renderRunWide,
  json: renderJson,
  yaml: renderYaml,
  csv: renderRunCsv,
};

export const versionFormats: Readonly<
  Record<FormatName, (comparison: VersionComparison, options: ReportOptions) => string>
> = {
  table: renderVersionsTable,
  wide: renderVersionsWide,
  json: renderJson,
  yaml: renderYaml,
  csv: renderVersionsCsv,
};

export const sweepFormats: Readonly<Record<FormatName, (result: SweepResult, options: ReportOptions) => string>> = {
  table: renderSweepTable,
  wide: renderSweepWide,
  json: renderJson,
  yaml: renderYaml,
  csv: renderSweepCsv,
};

export const comparisonFormats: Readonly<
  Record<FormatName, (comparison: Comparison, options: ReportOptions) => string>
> = {
  table: renderComparisonTable,
  wide: renderComparisonWide,
  json: renderJson,
  yaml: renderYaml,
  csv: renderComparisonCsv,
};

/** What `-o` of a recommendation takes. */
export type RecommendationFormat = 'table' | 'json' | 'yaml';

export const recommendationFormats: Readonly<
  Record<RecommendationFormat, (report: RecommendationReport, options: ReportOptions) => string>
> = { table: renderRecommendation, json: renderJson, yaml: renderYaml };

export const capacityFormats: Readonly<
  Record<'table' | 'json' | 'yaml', (result: CapacityResult, options: ReportOptions) => string>
> = {
  table: renderCapacityTable,
  json: renderJson,
  yaml: renderYaml,
};

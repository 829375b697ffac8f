import { axisWorkloads } from '../report/axisNames.ts';
import type { RecommendationReport } from '../report/recommendation.ts';
import { recommend } from '../runner/decide/recommendation.ts';
import type { SweepResult } from '../runner/sweepResult.ts';
import { UsageError } from './failure.ts';

/** Share of the desired pods that a recommendation keeps available where nobody says. */
export const DEFAULT_AVAILABILITY = 0.75;

/**
 * The setting of a sweep to choose.
 *
 * @throws UsageError where it is not clear of which workload.
 */
export function recommendationOf(
  result: SweepResult,
  flags: { readonly availability: number; readonly headroom: number },
): RecommendationReport {
  const { variants: _, kind: __, ...provenance } = result;
  const { availability, headroom } = flags;
  const workload = workloadOf(result);
  return {
    ...provenance,
    kind: 'recommendation',
    recommendation: recommend(result, workload, { availability, headroom }),
  };
}

/** The workload that the axes name, or the only one that rolls out. */
function workloadOf({ axes, variants }: SweepResult): string {
  const workloads = [...new Set(variants.flatMap(({ rows }) => rows.map(({ workload }) => workload)))];
  const named = axisWorkloads(axes.map(({ path }) => path));
  const meant = workloads.filter((workload) =>
    named.some((name) => workload === name || workload.endsWith(`/${name}`)),
  );
  const [only, ...others] = meant.length > 0 ? meant : workloads;
  if (only === undefined) throw new UsageError('nothing rolls out in this scenario (--restart deployment/NAME)');
  if (others.length === 0) return only;
  throw new UsageError(`several workloads roll out: ${workloads.join(', ')}; say which with an axis of it (--vary)`);
}

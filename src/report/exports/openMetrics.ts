import type { LogEntry, PodLine } from '../../metrics/log/logLine.ts';
import type { RunRecording } from './recording.ts';

type Labels = Readonly<Record<string, string>>;

interface Series {
  /** By time, seconds; a later value of the same moment replaces an earlier one. */
  readonly points: Map<number, number>;
  last: number;
}

interface Family {
  readonly help: string;
  /** OpenMetrics wants the name to end with it; empty for none. */
  readonly unit: string;
  readonly series: Map<string, Series>;
}

/**
 * OpenMetrics text of one run: gauges over virtual time under the names of kube-state-metrics, and figures of the rollouts
 * under rollsim's own. Times are seconds since the run began, taken for seconds since 1970.
 */
export function renderOpenMetrics(recording: RunRecording): string {
  const families = new Families();
  const pods = new PodGauges(families);
  for (const line of recording.lines) {
    addLine(families, line);
    if (line.kind === 'Pod') pods.add(line);
  }
  addTimelines(families, recording);
  addRollouts(families, recording);
  return families.text();
}

class Families {
  private readonly byName = new Map<string, Family>();

  add(name: string, help: string, labels: Labels, seconds: number, value: number, unit = ''): void {
    let family = this.byName.get(name);
    if (family === undefined) this.byName.set(name, (family = { help, unit, series: new Map() }));
    const key = labelText(labels);
    const series = family.series.get(key);
    if (series === undefined) family.series.set(key, { points: new Map([[seconds, value]]), last: value });
    else if (series.last !== value) {
      series.points.set(seconds, value);
      series.last = value;
    }
  }

  text(): string {
    const lines = [...this.byName].flatMap(([name, { help, unit, series }]) => [
      `# TYPE ${name} gauge`,
      ...(unit === '' ? [] : [`# UNIT ${name} ${unit}`]),
      `# HELP ${name} ${escapeText(help)}`,
      ...[...series].flatMap(([labels, { points }]) =>
        [...points].map(([seconds, value]) => `${name}${labels} ${value} ${seconds}`),
      ),
    ]);
    return `${[...lines, '# EOF'].join('\n')}\n`;
  }
}

/** A value of an object's status, and what kube-state-metrics calls it. */
type Gauge<Line> = readonly [name: string, help: string, read: (line: Line) => number | undefined];

type LineOf<Kind extends LogEntry['kind']> = Extract<LogEntry, { kind: Kind }>;

type Gauges = {
  readonly [Kind in LogEntry['kind']]?: { readonly label: string; readonly gauges: readonly Gauge<LineOf<Kind>>[] };
};

const GAUGES: Gauges = {
  Deployment: {
    label: 'deployment',
    gauges: [
      ['kube_deployment_spec_replicas', 'Number of desired pods for a deployment.', ({ spec }) => spec],
      ['kube_deployment_status_replicas', 'The number of replicas per deployment.', ({ replicas }) => replicas],
      ['kube_deployment_status_replicas_ready', 'The number of ready replicas.', ({ ready }) => ready],
      ['kube_deployment_status_replicas_available', 'The number of available replicas.', ({ available }) => available],
      [
        'kube_deployment_status_replicas_unavailable',
        'The number of unavailable replicas.',
        (line) => line.unavailable,
      ],
      ['kube_deployment_status_replicas_updated', 'The number of updated replicas.', ({ updated }) => updated],
    ],
  },
  StatefulSet: {
    label: 'statefulset',
    gauges: [
      ['kube_statefulset_replicas', 'Number of desired pods for a StatefulSet.', ({ spec }) => spec],
      ['kube_statefulset_status_replicas', 'The number of replicas per StatefulSet.', ({ replicas }) => replicas],
      ['kube_statefulset_status_replicas_ready', 'The number of ready replicas.', ({ ready }) => ready],
      ['kube_statefulset_status_replicas_available', 'The number of available replicas.', ({ available }) => available],
      ['kube_statefulset_status_replicas_current', 'The number of current replicas.', ({ current }) => current],
      ['kube_statefulset_status_replicas_updated', 'The number of updated replicas.', ({ updated }) => updated],
    ],
  },
  DaemonSet: {
    label: 'daemonset',
    gauges: [
      ['kube_daemonset_status_desired_number_scheduled', 'Nodes that should run the pod.', ({ desired }) => desired],
      [
        'kube_daemonset_status_current_number_scheduled',
        'Nodes that run the pod and should.',
        ({ current }) => current,
      ],
      ['kube_daemonset_status_number_available', 'Nodes with an available pod.', ({ available }) => available],
      ['kube_daemonset_status_number_unavailable', 'Nodes without an available pod.', (line) => line.unavailable],
      ['kube_daemonset_status_updated_number_scheduled', 'Nodes with an updated pod.', ({ updated }) => updated],
    ],
  },
  Job: {
    label: 'job_name',
    gauges: [
      ['kube_job_status_active', 'The number of actively running pods.', ({ active }) => active],
      ['kube_job_status_succeeded', 'The number of pods that succeeded.', ({ succeeded }) => succeeded],
      ['kube_job_status_failed', 'The number of pods that failed.', ({ failed }) => failed],
    ],
  },
  HorizontalPodAutoscaler: {
    label: 'horizontalpodautoscaler',
    gauges: [
      ['kube_horizontalpodautoscaler_status_current_replicas', 'Current number of replicas.', ({ current }) => current],
      ['kube_horizontalpodautoscaler_status_desired_replicas', 'Desired number of replicas.', ({ desired }) => desired],
    ],
  },
};

function addLine(families: Families, line: LogEntry): void {
  const known = GAUGES[line.kind] as { label: string; gauges: readonly Gauge<LogEntry>[] } | undefined;
  if (known === undefined || ('deleted' in line && line.deleted === true)) return;
  for (const [name, help, read] of known.gauges) {
    const value = read(line);
    if (value !== undefined) families.add(name, help, objectLabels(line.name, known.label), line.t, value);
  }
}

/** `shop/web` → the namespace and the name of an object. */
function objectLabels(name: string, label: string): Labels {
  const at = name.indexOf('/');
  return at < 0
    ? { namespace: 'default', [label]: name }
    : { namespace: name.slice(0, at), [label]: name.slice(at + 1) };
}

/** Sums over all pods of what kube-state-metrics has by pod: thousands of pods would be as many series. */
class PodGauges {
  private readonly families: Families;
  private readonly bound = new Set<string>();
  private readonly ready = new Set<string>();
  private readonly present = new Set<string>();

  constructor(families: Families) {
    this.families = families;
  }

  add({ t, name, event }: PodLine): void {
    if (event === 'created') this.present.add(name);
    if (event === 'bound') this.bound.add(name);
    if (event === 'ready') this.ready.add(name);
    if (event === 'unready' || event === 'deleted') this.ready.delete(name);
    if (event === 'deleted') {
      this.present.delete(name);
      this.bound.delete(name);
    }
    const write = (metric: string, help: string, condition: string, value: number): void =>
      this.families.add(metric, help, { condition }, t, value);
    const scheduled = 'Pods by the condition PodScheduled, all together.';
    write('kube_pod_status_scheduled', scheduled, 'true', this.bound.size);
    write('kube_pod_status_scheduled', scheduled, 'false', this.present.size - this.bound.size);
    const isReady = 'Pods by the condition Ready, all together.';
    write('kube_pod_status_ready', isReady, 'true', this.ready.size);
    write('kube_pod_status_ready', isReady, 'false', this.present.size - this.ready.size);
  }
}

const STATES = ['pending', 'starting', 'ready', 'available', 'terminating'] as const;

function addTimelines(families: Families, { result }: RunRecording): void {
  const help = 'Pods of a workload by revision and state; each is in one state.';
  for (const { workload, seconds, revisions } of result.timelines ?? []) {
    for (const revision of revisions) {
      for (const state of STATES) {
        const labels = { workload, revision: revision.name, state };
        seconds.forEach((at, index) => {
          families.add('rollsim_pods', help, labels, at, revision[state][index] ?? 0);
        });
      }
    }
  }
}

function addRollouts(families: Families, { result }: RunRecording): void {
  for (const rollout of result.rollouts) {
    const { workload, revision, cause, startSeconds, durationSeconds, criticalPathSeconds } = rollout;
    const at = startSeconds + (durationSeconds ?? result.simulatedSeconds - startSeconds);
    const labels = { workload, revision, cause };
    const add = (name: string, help: string, value: number, unit = '', more: Labels = {}): void =>
      families.add(name, help, { ...labels, ...more }, round(at), value, unit);
    add('rollsim_rollout_complete', 'Whether the rollout completed: 1, or 0.', durationSeconds === null ? 0 : 1);
    if (durationSeconds !== null) {
      add('rollsim_rollout_duration_seconds', 'Template change to completion.', durationSeconds, 'seconds');
    }
    add('rollsim_rollout_available_min', 'Fewest available pods during the rollout.', rollout.availableMin);
    add('rollsim_rollout_pods_max', 'Most pods at once during the rollout.', rollout.podsMaxWithTerminating);
    for (const [phase, seconds] of Object.entries(criticalPathSeconds ?? {})) {
      const help = 'What the rollout waited for, by phase.';
      add('rollsim_rollout_critical_path_seconds', help, seconds, 'seconds', { phase });
    }
  }
}

/** To the microsecond: sums of such times are not. */
function round(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeText(value).replaceAll('"', '\\"')}"`);
  return `{${pairs.join(',')}}`;
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

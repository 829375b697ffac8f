import type { LogEntry, PodLine } from '../../metrics/log/logLine.ts';
import type { RunRecording } from './recording.ts';

/** An event of the Trace Event Format; times are microseconds of virtual time. */
interface TraceEvent {
  readonly name: string;
  /** `X`: a span; `i`: a moment; `C`: values of counters; `M`: what a process or thread is called. */
  readonly ph: 'X' | 'i' | 'C' | 'M';
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly cat?: string;
  /** How far a moment reaches: its thread. */
  readonly s?: 't';
  readonly args?: Readonly<Record<string, unknown>>;
}

const ROLLOUTS = 'rollouts and what they wait for';
const STEPS = 'steps';
const CONTROL_PLANE = 'control plane';
const BARE_PODS = 'pods without a controller';

/**
 * The course of one run as a trace that ui.perfetto.dev and chrome://tracing open: a track for each rollout and its critical
 * path, counters of each Deployment, a track for each pod with its states, and a moment for each Event.
 */
export function renderTrace({ result, lines }: RunRecording): string {
  const trace = new Trace();
  addRollouts(trace, { result, lines });
  for (const line of lines) addLine(trace, line);
  addPods(trace, lines, result.simulatedSeconds);
  const { scenario, kubernetes, seed } = result;
  const otherData = { tool: 'rollsim', scenario, kubernetes, seed };
  return `${JSON.stringify({ displayTimeUnit: 'ms', otherData, traceEvents: trace.events })}\n`;
}

/** Numbers processes and threads in the order in which they are first named. */
class Trace {
  readonly events: TraceEvent[] = [];
  private readonly processes = new Map<string, { readonly pid: number; readonly threads: Map<string, number> }>();

  span(process: string, thread: string, name: string, from: number, to: number, args?: TraceEvent['args']): void {
    const ts = micros(from);
    const dur = Math.max(0, micros(to) - ts);
    this.events.push({ name, ph: 'X', ts, dur, cat: process, ...this.track(process, thread), ...(args && { args }) });
  }

  moment(process: string, thread: string, name: string, at: number, args: TraceEvent['args']): void {
    const place = this.track(process, thread);
    this.events.push({ name, ph: 'i', ts: micros(at), s: 't', cat: process, ...place, ...(args && { args }) });
  }

  counter(process: string, name: string, at: number, args: Readonly<Record<string, number>>): void {
    const { pid } = this.track(process, '');
    this.events.push({ name, ph: 'C', ts: micros(at), pid, tid: 0, args });
  }

  private track(process: string, thread: string): { readonly pid: number; readonly tid: number } {
    let known = this.processes.get(process);
    if (known === undefined) {
      known = { pid: this.processes.size + 1, threads: new Map() };
      this.processes.set(process, known);
      this.label('process_name', known.pid, 0, process);
    }
    const { pid, threads } = known;
    if (thread === '') return { pid, tid: 0 };
    let tid = threads.get(thread);
    if (tid === undefined) {
      tid = threads.size + 1;
      threads.set(thread, tid);
      this.label('thread_name', pid, tid, thread);
    }
    return { pid, tid };
  }

  private label(what: string, pid: number, tid: number, name: string): void {
    this.events.push({ name: what, ph: 'M', ts: 0, pid, tid, args: { name } });
  }
}

/** A span for each rollout, and below it, on a track of their own, the links of its critical path. */
function addRollouts(trace: Trace, { result }: RunRecording): void {
  for (const { workload, revision, cause, outcome, startSeconds, durationSeconds } of result.rollouts) {
    const end = durationSeconds === null ? result.simulatedSeconds : startSeconds + durationSeconds;
    const name = `revision ${revision}: ${outcome}`;
    // Rollouts of one workload that replace each other overlap, and a track has room for one.
    trace.span(ROLLOUTS, `${workload} revision ${revision}`, name, startSeconds, end, { cause });
  }
  for (const { workload, chain, startSeconds } of result.rolloutExplanations ?? []) {
    const track = `${workload} from ${startSeconds} s: critical path`;
    for (const { phase, subject, detail, fromSeconds, toSeconds } of chain) {
      trace.span(ROLLOUTS, track, phase, fromSeconds, toSeconds, { subject, detail });
    }
  }
}

function addLine(trace: Trace, line: LogEntry): void {
  switch (line.kind) {
    case 'Deployment': {
      const { ready, available, updated, replicas } = line;
      trace.counter(ROLLOUTS, `deployment/${line.name}`, line.t, { available, ready, updated, replicas });
      return;
    }
    case 'Event': {
      const { reason, message, name } = line;
      trace.moment(CONTROL_PLANE, reason === 'FailedScheduling' ? 'scheduler' : `${name} controller`, reason, line.t, {
        message,
      });
      return;
    }
    case 'Step':
      if ('run' in line) trace.span(STEPS, 'kubectl', line.run, line.began, line.t, { out: line.out });
      else trace.moment(STEPS, 'nodes', line.failNode === '' ? 'comes back' : 'falls silent', line.t, { ...line });
      return;
    default:
  }
}

/** What a pod is from an event on. */
const STATES: Readonly<Record<PodLine['event'], string>> = {
  created: 'pending',
  bound: 'starting',
  ready: 'ready',
  unready: 'not ready',
  terminating: 'terminating',
  deleted: '',
};

interface PodTrack {
  readonly process: string;
  state: string;
  since: number;
  node: string;
}

function addPods(trace: Trace, lines: readonly LogEntry[], endSeconds: number): void {
  const pods = new Map<string, PodTrack>();
  const close = (name: string, pod: PodTrack, at: number): void => {
    if (pod.state !== '') {
      trace.span(pod.process, name, pod.state, pod.since, at, pod.node === '' ? undefined : { node: pod.node });
    }
  };
  for (const line of lines) {
    if (line.kind !== 'Pod') continue;
    const known = pods.get(line.name);
    const process = known?.process ?? `pods of ${line.owner ?? ''}`.replace(/^pods of $/, BARE_PODS);
    const pod = known ?? { process, state: '', since: line.t, node: '' };
    // A pod that goes is no longer what its readiness says.
    if (pod.state === 'terminating' && line.event !== 'deleted') continue;
    close(line.name, pod, line.t);
    if (line.event === 'deleted') {
      pods.delete(line.name);
      continue;
    }
    pods.set(line.name, { process, state: STATES[line.event], since: line.t, node: line.node ?? pod.node });
  }
  for (const [name, pod] of pods) close(name, pod, Math.max(endSeconds, pod.since));
}

function micros(seconds: number): number {
  return Math.round(seconds * 1e6);
}

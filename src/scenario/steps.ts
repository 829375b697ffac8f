import { InputError } from '../api/errors.ts';
import type { JsonObject, Manifest } from '../api/types.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { isActiveAndReady } from '../cluster/podTable.ts';
import type { Process, ProcessRunner } from '../cluster/process.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { createPodSeries } from './createPods.ts';
import {
  ChangeFeed,
  type GivenObject,
  type KubectlContext,
  type KubectlOutcome,
  runApply,
  runKubectl,
} from './kubectl/index.ts';
import { formatSelection, selectNodes } from './nodeSelection.ts';
import { joinNodes } from './nodes.ts';
import type { AddNodesStep, CreatePodsStep, KubectlStep, NodeOutageStep, NodePool, PodSeries, Step } from './types.ts';

/** Nodes that have joined. */
export interface PlayedJoin {
  readonly pool: NodePool;
  readonly beganMicros: Micros;
  readonly endedMicros: Micros;
}

/** Pods that have been created. */
export interface PlayedSeries {
  readonly series: PodSeries;
  readonly created: number;
  readonly beganMicros: Micros;
  readonly endedMicros: Micros;
  /** The first refusal; empty when there was none. */
  readonly error: string;
}

/** Nodes that fell silent or came back. */
export interface PlayedOutage {
  readonly kind: NodeOutageStep['kind'];
  /** Names, without those of which it was true already. */
  readonly nodes: readonly string[];
  readonly atMicros: Micros;
}

/** The machines that nodes are, with their kubelets, by the nodes' rows. */
export interface NodeMachines {
  /** The kubelet falls silent; false when it cannot, or is so already. */
  failNode(row: number): boolean;
  /** The kubelet is back; false when it was never away. */
  recoverNode(row: number): boolean;
}

/** A kubectl step that has ended. */
export interface PlayedStep {
  /** Without a leading `kubectl`; `apply -f -` for the scenario's own objects. */
  readonly commandLine: string;
  readonly beganMicros: Micros;
  readonly endedMicros: Micros;
  readonly out: string;
  /** Empty when it succeeded. */
  readonly error: string;
  /** Whether it answered as the scenario expects; undefined where it expects nothing. */
  readonly held: boolean | undefined;
}

/** What a step comes to, whatever its sort. */
export interface StepOutcome extends KubectlOutcome {
  /** Of pods, where the step creates some. */
  readonly created?: number;
}

export interface StepPlayerOptions {
  readonly kernel: Kernel;
  readonly cluster: Cluster;
  /** For this player alone. */
  readonly runner: ProcessRunner<StepOutcome>;
  readonly steps: readonly Step[];
  /** A command before its first write. Read anew for each, as the next: it may be drawn. */
  readonly kubectlMicros: Micros;
  /** `kubectl apply` before its first write; by default `kubectlMicros`. */
  readonly kubectlApplyMicros?: Micros;
  /** From a command's last answer to the next command. */
  readonly kubectlExitMicros?: Micros;
  /** Applied at the start, in order. Nodes are passed over: they exist already. */
  readonly initialObjects: readonly Manifest[];
  /** How initial objects were written, without defaults: what `apply` later takes as applied last. */
  readonly sources?: ReadonlyMap<Manifest, JsonObject>;
  /** Whether a step with `at: ready` may start. */
  readonly isReady: () => boolean;
  readonly onStep: (step: PlayedStep) => void;
  readonly onJoin?: (join: PlayedJoin) => void;
  readonly onSeries?: (series: PlayedSeries) => void;
  /** Left out where no step fails a node. */
  readonly machines?: NodeMachines;
  readonly onOutage?: (outage: PlayedOutage) => void;
  /** A step that no scenario can mean, such as one that names an object that does not exist. No further step is played. */
  readonly onError: (error: InputError) => void;
  readonly onWarning?: (warning: string) => void;
}

const INITIAL_COMMAND = 'apply -f -';
const DEFAULT_NAMESPACE = 'default';

/**
 * The operator at the keyboard: applies the scenario's objects when the simulation begins, then takes one step after the
 * other, each at its time or when the one before has ended.
 *
 * A step that kubectl refuses is no error of the run: its words are in the result.
 */
export class StepPlayer {
  private readonly options: StepPlayerOptions;
  private readonly changes: ChangeFeed;
  private readonly begin: HandlerId;
  private nextStep = 0;
  private freeFromMicros: Micros = 0;
  private waitsForReady = false;
  private isStopped = false;

  constructor(options: StepPlayerOptions) {
    const { kernel, cluster } = options;
    this.options = options;
    this.changes = new ChangeFeed(cluster);
    this.begin = kernel.register('steps/begin', (index) => this.beginStep(index));
    for (const table of Object.values(cluster.tables)) table.listen(() => this.checkReady());
    cluster.listenPods((pod, before, after) => {
      // Pods of a controller show in its status.
      if (cluster.pods.owner[pod] === -1 && isActiveAndReady(before) !== isActiveAndReady(after)) this.checkReady();
    });
    kernel.schedule(0, this.begin, -1);
  }

  /** Starts a step that waits until everything is ready, if that is now so. */
  checkReady(): void {
    if (this.waitsForReady && this.options.isReady()) this.startWaitingStep();
  }

  /**
   * To be called when no events are left: ends a command that would wait for ever, or starts a step that waits for
   * everything to be ready. False when there is nothing left to do.
   */
  onQuiet(): boolean {
    if (this.isStopped) return false;
    if (this.changes.giveUp()) return true;
    if (!this.waitsForReady) return false;
    if (!this.options.isReady()) {
      const commandLine = describe(this.options.steps[this.nextStep]!);
      const seconds = this.options.kernel.nowMicros / MICROS_PER_SECOND;
      this.options.onWarning?.(
        `the step "${commandLine}" ran at ${seconds}s although not everything was ready: nothing more would have happened`,
      );
    }
    this.startWaitingStep();
    return true;
  }

  /** @param index of the step, -1 for the initial apply. */
  private beginStep(index: number): void {
    if (index >= 0) this.play(index);
    else this.applyInitialObjects();
  }

  private applyInitialObjects(): void {
    const { initialObjects, sources } = this.options;
    const objects = initialObjects
      .filter((manifest) => manifest.kind !== 'Node')
      .map((manifest): GivenObject => ({ manifest, source: sources?.get(manifest) }));
    if (objects.length === 0) this.planNext();
    else this.run(INITIAL_COMMAND, undefined, runApply(objects, this.context()));
  }

  /** Waits for the time, or the readiness, of the next step. */
  private planNext(): void {
    const { steps, kernel } = this.options;
    const step = steps[this.nextStep];
    if (step === undefined || this.isStopped) return;
    if (step.at !== 'ready') {
      kernel.scheduleAt(Math.max(step.at, kernel.nowMicros, this.freeFromMicros), this.begin, this.nextStep);
      return;
    }
    this.waitsForReady = true;
    this.checkReady();
  }

  private startWaitingStep(): void {
    this.waitsForReady = false;
    this.play(this.nextStep);
  }

  private play(index: number): void {
    const step = this.options.steps[index]!;
    this.nextStep = index + 1;
    if (step.kind === 'kubectl') this.runStep(step);
    else if (step.kind === 'addNodes') this.addNodes(step);
    else if (step.kind === 'createPods') this.createPods(step);
    else this.playOutage(step);
  }

  private runStep(step: KubectlStep): void {
    this.run(step.commandLine, step, runKubectl(step.commandLine, step.stdin, this.context()));
  }

  private addNodes({ pool, place }: AddNodesStep): void {
    const { kernel, runner, cluster, onJoin, onError } = this.options;
    const beganMicros = kernel.nowMicros;
    runner.start(joining(cluster, pool), ({ error }) => {
      if (error !== '') {
        this.isStopped = true;
        onError(new InputError(error, place));
        return;
      }
      onJoin?.({ pool, beganMicros, endedMicros: kernel.nowMicros });
      this.planNext();
    });
  }

  /** A step that is about no node at all can only be meant otherwise. */
  private playOutage({ kind, nodes: selection, place }: NodeOutageStep): void {
    const { cluster, kernel, machines, onOutage, onError } = this.options;
    const { names, present } = cluster.nodes;
    const rows = selectNodes(cluster, selection).filter((row) => kind === 'recoverNode' || present[row] !== 0);
    const isMissing = selection.kind === 'names' && rows.length < new Set(selection.names).size;
    if (rows.length === 0 || isMissing) {
      this.isStopped = true;
      onError(new InputError(`${kind}: not all of these nodes are there: ${formatSelection(selection)}`, place));
      return;
    }
    const done = rows.filter((row) => machines?.[kind](row));
    onOutage?.({ kind, nodes: done.map((row) => names[row]!), atMicros: kernel.nowMicros });
    this.planNext();
  }

  /** Pods that come one after the other come while the next steps are taken. */
  private createPods({ series, place }: CreatePodsStep): void {
    const { kernel, runner, cluster, onSeries, onError } = this.options;
    const beganMicros = kernel.nowMicros;
    const isBackground = series.everyMicros !== undefined;
    runner.start(creating(cluster, series), ({ error, isBadScenario, created }) => {
      if (isBadScenario) {
        this.isStopped = true;
        onError(new InputError(error, place));
        return;
      }
      onSeries?.({ series, created: created!, beganMicros, endedMicros: kernel.nowMicros, error });
      if (!isBackground) this.planNext();
    });
    if (isBackground) this.planNext();
  }

  private run(commandLine: string, step: KubectlStep | undefined, process: Process<KubectlOutcome>): void {
    const { kernel, runner } = this.options;
    const beganMicros = kernel.nowMicros;
    // A command begins with a sleep: it has not ended when `start` returns, and waits for changes only later.
    const slot = runner.start(process, (outcome) => {
      this.changes.connect(undefined);
      this.end(outcome, { commandLine, beganMicros, step });
    });
    this.changes.connect(() => runner.wake(slot));
  }

  private end(
    outcome: KubectlOutcome,
    played: { commandLine: string; beganMicros: Micros; step: KubectlStep | undefined },
  ): void {
    const { out, error } = outcome;
    const { commandLine, beganMicros, step } = played;
    const endedMicros = this.options.kernel.nowMicros;
    this.freeFromMicros = endedMicros + (this.options.kubectlExitMicros ?? 0);
    const held = step === undefined ? undefined : isHeld(step, outcome);
    this.options.onStep({ commandLine, beganMicros, endedMicros, out, error, held });
    // Where an answer is expected, a missing object is an answer like another.
    if (outcome.isBadScenario && held === undefined) {
      this.isStopped = true;
      this.options.onError(new InputError(error, step?.place));
      return;
    }
    this.planNext();
  }

  private context(): KubectlContext {
    const { cluster, kernel, kubectlMicros, kubectlApplyMicros } = this.options;
    return { cluster, kernel, kubectlMicros, kubectlApplyMicros, namespace: DEFAULT_NAMESPACE, changes: this.changes };
  }
}

function describe(step: Step): string {
  if (step.kind === 'kubectl') return step.commandLine;
  if (step.kind === 'addNodes') return `addNodes ${step.pool.name}`;
  return step.kind === 'createPods' ? `createPods ${step.series.name}` : `${step.kind} ${formatSelection(step.nodes)}`;
}

/** A name that is taken can only be meant otherwise. */
function* joining(cluster: Cluster, pool: NodePool): Process<KubectlOutcome> {
  const error = yield* joinNodes(cluster, pool);
  return { out: '', error: error?.message ?? '', isBadScenario: error !== undefined };
}

/** A name that is taken can only be meant otherwise; what admission refuses is an outcome like another. */
function* creating(cluster: Cluster, series: PodSeries): Process<StepOutcome> {
  const { created, error } = yield* createPodSeries(cluster, series);
  const isBadScenario = error?.reason === 'AlreadyExists';
  return { out: '', error: error?.message ?? '', isBadScenario, created };
}

/** Whether kubectl answered as the step expects; undefined where it expects nothing. */
function isHeld({ expect, expectError }: KubectlStep, { out, error }: KubectlOutcome): boolean | undefined {
  if (expect === undefined && expectError === undefined) return undefined;
  const hasFailed = error !== '';
  if (hasFailed !== (expectError !== undefined)) return false;
  return (expect?.test(out) ?? true) && (expectError?.test(error) ?? true);
}

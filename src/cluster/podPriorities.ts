import { SYSTEM_PRIORITY_CLASSES, type SystemPriorityClass } from '../api/priorityClasses.ts';
import type { JsonObject, PreemptionPolicy } from '../api/types.ts';
import { type ApiError, forbidden } from './apiError.ts';
import { type PriorityClass, RESOURCES } from './objects.ts';
import type { ObjectTable } from './objectTable.ts';
import type { CompiledTemplate } from './templateTable.ts';

/** What admission wrote into a pod. */
export interface PodPriority {
  readonly value: number;
  readonly preemptionPolicy: PreemptionPolicy;
  /** Empty where neither the pod nor a default names a class. */
  readonly className: string;
}

/** Uid of the first class of the system's own; no run gets as far. */
const LAST_UID = 2 ** 24 - 1;

/** Of a pod that names no class, where none is the default. */
const NO_CLASS: PodPriority = { value: 0, preemptionPolicy: 'PreemptLowerPriority', className: '' };

/**
 * The API server's admission plugin Priority: gives each pod the priority and the preemption policy of its class.
 *
 * Priorities are interned, as pods carry only their number, and remembered by template until a class changes. Upstream
 * asks its informer for the class; here the API server knows its own objects at once.
 */
export class PodPriorities {
  private readonly classes: ObjectTable<PriorityClass>;
  private readonly priorities: PodPriority[] = [];
  private readonly idByContent = new Map<string, number>();
  /** By id of the template: the id of its priority, or why its pods are refused. */
  private readonly answers: (number | string)[] = [];

  constructor(classes: ObjectTable<PriorityClass>) {
    this.classes = classes;
    this.intern(NO_CLASS);
    for (const [index, known] of SYSTEM_PRIORITY_CLASSES.entries())
      classes.preset(systemClass(known, LAST_UID - index));
    classes.admit((object) => secondDefault(classes, object));
    classes.observe(() => {
      this.answers.length = 0;
    });
  }

  get(id: number): PodPriority {
    return this.priorities[id]!;
  }

  /** The id of what a new pod of the template gets, or why there may be none, in upstream's words. */
  admit(template: CompiledTemplate): number | string {
    let answer = this.answers[template.id];
    if (answer === undefined) {
      answer = this.resolve(template);
      this.answers[template.id] = answer;
    }
    return answer;
  }

  private resolve({ spec }: CompiledTemplate): number | string {
    const wanted = spec.priorityClassName;
    const found = wanted === '' ? defaultPriorityClass(this.classes.list()) : this.classes.find('', wanted);
    if (found === undefined && wanted !== '') return `no PriorityClass with name ${wanted} was found`;
    const priority = found === undefined ? NO_CLASS : { ...found.spec, className: found.meta.name };
    const { value, preemptionPolicy, className } = priority;
    if (spec.priority !== undefined && spec.priority !== value) {
      return `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`;
    }
    if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
      return `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`;
    }
    return this.intern({ value, preemptionPolicy, className });
  }

  private intern(priority: PodPriority): number {
    const content = `${priority.value}\n${priority.preemptionPolicy}\n${priority.className}`;
    let id = this.idByContent.get(content);
    if (id === undefined) {
      id = this.priorities.length;
      this.priorities.push(priority);
      this.idByContent.set(content, id);
    }
    return id;
  }
}

/** Why the class may not become, or stay, the default; undefined: it is none, or the only one. */
export function secondDefault(
  classes: ObjectTable<PriorityClass>,
  { meta, spec }: Pick<PriorityClass, 'meta' | 'spec'>,
): ApiError | undefined {
  const present = spec.globalDefault ? defaultPriorityClass(classes.list()) : undefined;
  if (present === undefined || present.meta.name === meta.name) return undefined;
  const reason = `PriorityClass ${present.meta.name} is already marked as default. Only one default can exist`;
  return forbidden(RESOURCES.PriorityClass, meta.name, reason);
}

/** Why the class may not be deleted; undefined: it may. */
export function systemClassRefusal(name: string): ApiError | undefined {
  if (!SYSTEM_PRIORITY_CLASSES.some((known) => known.name === name)) return undefined;
  return forbidden(RESOURCES.PriorityClass, name, 'this is a system priority class and cannot be deleted');
}

function systemClass({ name, value, description }: SystemPriorityClass, uid: number): PriorityClass {
  const preemptionPolicy = 'PreemptLowerPriority';
  const manifest: JsonObject = {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    description,
    preemptionPolicy,
  };
  return {
    kind: 'PriorityClass',
    meta: { namespace: '', name, labels: {}, annotations: {} },
    spec: { value, globalDefault: false, preemptionPolicy },
    manifest,
    uid,
    resourceVersion: 0,
    generation: 1,
    creationMicros: 0,
    ownerUid: -1,
  };
}

/** The class of pods that name none; of several that say so, which a race can bring about, the lowest. */
export function defaultPriorityClass(classes: Iterable<PriorityClass>): PriorityClass | undefined {
  let lowest: PriorityClass | undefined;
  for (const candidate of classes) {
    if (candidate.spec.globalDefault && (lowest === undefined || candidate.spec.value < lowest.spec.value)) {
      lowest = candidate;
    }
  }
  return lowest;
}

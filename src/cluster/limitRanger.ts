import { withContainerResources } from '../api/decode/containerResources.ts';
import { objectAt, objectsAt } from '../api/decode/read.ts';
import { InputError } from '../api/errors.ts';
import { formatPath } from '../api/path.ts';
import type { JsonObject, Quantities } from '../api/types.ts';
import { type ApiError, forbidden } from './apiError.ts';
import { claimProblem, podProblem } from './limitRanges.ts';
import { type LimitRange, type PersistentVolumeClaim, RESOURCES } from './objects.ts';
import type { ObjectTable } from './objectTable.ts';
import type { CompiledTemplate, TemplateTable } from './templateTable.ts';

/** What the LimitRanges of a namespace make of the pods of a template. */
export interface LimitedTemplate {
  readonly template: CompiledTemplate;
  /** Why there may be no such pod; undefined: there may. */
  readonly refuse: ((name: string) => ApiError) | undefined;
}

/**
 * The API server's admission plugin LimitRanger: gives containers the requests and limits that a LimitRange of their
 * namespace has as defaults, and refuses pods and claims that go beyond what one allows.
 *
 * Answers are remembered by namespace and template until a LimitRange changes. Upstream asks its informer; here the API
 * server knows its own objects at once.
 */
export class LimitRanger {
  private readonly ranges: ObjectTable<LimitRange>;
  private readonly templates: TemplateTable;
  private readonly byNamespace = new Map<string, Map<number, LimitedTemplate>>();

  constructor(ranges: ObjectTable<LimitRange>, claims: ObjectTable<PersistentVolumeClaim>, templates: TemplateTable) {
    this.ranges = ranges;
    this.templates = templates;
    ranges.observe(() => this.byNamespace.clear());
    claims.admit((claim) => this.refuseClaim(claim));
  }

  /** The template of the pods that come of a template, and whether they may. */
  admit(namespace: string, template: CompiledTemplate): LimitedTemplate {
    if (this.ranges.size === 0) return { template, refuse: undefined };
    let known = this.byNamespace.get(namespace);
    if (known === undefined) {
      known = new Map();
      this.byNamespace.set(namespace, known);
    }
    let limited = known.get(template.id);
    if (limited === undefined) {
      limited = this.limit(this.rangesOf(namespace), template);
      known.set(template.id, limited);
    }
    return limited;
  }

  private rangesOf(namespace: string): LimitRange[] {
    return this.ranges.list().filter(({ meta }) => meta.namespace === namespace);
  }

  private limit(ranges: readonly LimitRange[], template: CompiledTemplate): LimitedTemplate {
    if (ranges.length === 0) return { template, refuse: undefined };
    const spec = withDefaults(ranges, template.manifest.spec as JsonObject);
    try {
      const limited = this.withSpec(template, spec);
      const problem = podProblem(ranges, spec);
      const refuse = problem === undefined ? undefined : (name: string) => forbidden('pods', name, problem);
      return { template: limited, refuse };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return { template, refuse: (name) => invalidPod(name, error) };
    }
  }

  private withSpec(template: CompiledTemplate, spec: JsonObject): CompiledTemplate {
    const context = {
      place: (path: readonly (string | number)[]) => ({ file: 'pod', path: formatPath(path) }),
      defaultNamespace: '',
      notSimulated: () => {},
    };
    return this.templates.intern(withContainerResources(context, template, spec));
  }

  private refuseClaim({ meta, spec, manifest }: Omit<PersistentVolumeClaim, 'resourceVersion'>): ApiError | undefined {
    if (this.ranges.size === 0 || spec.requestBytes === 0) return undefined;
    const { storage } = objectAt(objectAt(objectAt(manifest, 'spec'), 'resources'), 'requests');
    const problem = claimProblem(this.rangesOf(meta.namespace), storage as string | number);
    return problem === undefined ? undefined : forbidden(RESOURCES.PersistentVolumeClaim, meta.name, problem);
  }
}

/** A pod's spec with what containers lack; requests that limits stand in for are there already when defaults come. */
function withDefaults(ranges: readonly LimitRange[], spec: JsonObject): JsonObject {
  const [requests, limits]: Record<string, string | number>[] = [{}, {}];
  for (const { type, default: limit, defaultRequest } of ranges.flatMap((range) => range.spec.limits)) {
    if (type !== 'Container') continue;
    Object.assign(requests!, defaultRequest);
    Object.assign(limits!, limit);
  }
  const limited: JsonObject = { ...spec };
  for (const field of ['containers', 'initContainers']) {
    if (!Array.isArray(spec[field])) continue;
    limited[field] = objectsAt(spec, field).map((container) => withResources(container, requests!, limits!));
  }
  return limited;
}

function withResources(container: JsonObject, requests: Quantities, limits: Quantities): JsonObject {
  const resources = objectAt(container, 'resources');
  const ownLimits = objectAt(resources, 'limits');
  const all = {
    ...resources,
    limits: { ...limits, ...ownLimits },
    requests: { ...requests, ...ownLimits, ...objectAt(resources, 'requests') },
  };
  return { ...container, resources: all };
}

function invalidPod(name: string, error: InputError): ApiError {
  const where = error.place?.path === undefined ? '' : `${error.place.path}: `;
  return { reason: 'Invalid', message: `Pod "${name}" is invalid: ${where}${error.message}` };
}

import { canonicalJson } from '../api/canonical.ts';
import { withoutAnnotations } from '../api/decode/canonicalTemplate.ts';
import { objectAt } from '../api/decode/read.ts';
import { admittedPodSpec, type ObjectChanges } from '../api/droppedFields.ts';
import { type FeatureGates, featureGates } from '../api/featureGates.ts';
import type { LabelIndex } from '../api/labelIndex.ts';
import { type NonZeroRequests, nonZeroRequests, nonZeroRequestsOnNode, podRequests } from '../api/podRequests.ts';
import type { JsonObject, PodSpec, PodTemplateSpec, ResourceAmounts, StringMap } from '../api/types.ts';
import { POD_DELETION_COST_ANNOTATION } from './objects.ts';

/** All that pods made from one template share; pods carry only its number. */
export interface CompiledTemplate {
  readonly id: number;
  /** Id of the first template that differs from it in annotations alone, if at all: the scheduler reads none of those. */
  readonly placement: number;
  readonly spec: PodSpec;
  readonly labels: StringMap;
  readonly annotations: StringMap;
  /** The defaulted document, of the first template with this content. */
  readonly manifest: JsonObject;
  /** Id of `labels` in the cluster's label index. */
  readonly labelSet: number;
  /** What the scheduler subtracts from a node (upstream's `PodRequests`). */
  readonly requests: ResourceAmounts;
  /** What LeastAllocated scores a new pod with: 100m and 200Mi stand in for missing requests. */
  readonly nonZeroRequests: NonZeroRequests;
  /** The same of a pod that is on a node. */
  readonly nonZeroRequestsOnNode: NonZeroRequests;
  /** Image of the first container, by which `behavior` matches and recordings name versions. */
  readonly image: string;
  /** Images of all containers and init containers, each once, in order. */
  readonly images: readonly string[];
  /** `controller.kubernetes.io/pod-deletion-cost`, 0 where absent or not an int32. */
  readonly deletionCost: number;
  /** Names of the PersistentVolumeClaims among its volumes. */
  readonly claims: readonly string[];
}

/** Interns pod templates: two with the same content, labels included, are one. */
export class TemplateTable {
  private readonly templates: CompiledTemplate[] = [];
  private readonly idByContent = new Map<string, number>();
  private readonly placementByContent = new Map<string, number>();
  /** By label set. */
  private readonly placementsOfSpec = new WeakMap<PodSpec, Map<number, number>>();
  private readonly labelIndex: LabelIndex;
  private readonly gates: FeatureGates;
  private readonly changes: ObjectChanges;

  /**
   * @param gates without which the API server drops fields of pods; those of the newest version where left out
   * @param changes made to the specs of all pods
   */
  constructor(
    labelIndex: LabelIndex,
    gates: FeatureGates = featureGates({ minor: Number.POSITIVE_INFINITY }),
    changes: ObjectChanges = {},
  ) {
    this.labelIndex = labelIndex;
    this.gates = gates;
    this.changes = changes;
  }

  /** Templates so far; ids are below it. */
  get count(): number {
    return this.templates.length;
  }

  get(id: number): CompiledTemplate {
    return this.templates[id]!;
  }

  intern(template: PodTemplateSpec): CompiledTemplate {
    const placement = this.placementOf(template);
    const content = `${placement}\n${canonicalJson({ ...template.annotations })}`;
    const known = this.idByContent.get(content);
    if (known !== undefined) return this.templates[known]!;
    const compiled = this.compile(template, placement);
    this.idByContent.set(content, compiled.id);
    this.templates.push(compiled);
    return compiled;
  }

  /** The template of a bare pod, which keeps its annotations itself: here only its deletion cost is of account. */
  internPod(template: PodTemplateSpec): CompiledTemplate {
    const placement = this.placementOf(template);
    const content = `${placement}\n{}`;
    const known = this.idByContent.get(content);
    const { annotations } = template;
    if (known !== undefined) return this.withAnnotations(this.templates[known]!, annotations);
    const { labels } = objectAt(template.manifest, 'metadata');
    const manifest = { ...template.manifest, metadata: labels === undefined ? {} : { labels } };
    const compiled = this.compile({ ...template, annotations: {}, manifest }, placement);
    this.idByContent.set(content, compiled.id);
    this.templates.push(compiled);
    return this.withAnnotations(compiled, annotations);
  }

  /** Of templates that share a spec, as pods of one stream do, the long text is not looked at again. */
  private placementOf({ spec, labels, annotations, canonical }: PodTemplateSpec): number {
    const labelSet = this.labelIndex.intern(labels);
    let ofSpec = this.placementsOfSpec.get(spec);
    if (ofSpec === undefined) this.placementsOfSpec.set(spec, (ofSpec = new Map()));
    let placement = ofSpec.get(labelSet);
    if (placement !== undefined) return placement;
    const content = `${withoutAnnotations(canonical, annotations)}\n${labelSet}`;
    placement = this.placementByContent.get(content);
    // The next template is the first one of this content.
    if (placement === undefined) this.placementByContent.set(content, (placement = this.templates.length));
    ofSpec.set(labelSet, placement);
    return placement;
  }

  /** The template of a pod whose annotations were changed: another one if its deletion cost is. */
  withAnnotations(template: CompiledTemplate, annotations: StringMap): CompiledTemplate {
    const cost = this.deletionCost(annotations);
    if (cost === template.deletionCost) return template;
    const content = `${template.id}\n${cost}`;
    const known = this.idByContent.get(content);
    if (known !== undefined) return this.templates[known]!;
    const compiled = { ...template, id: this.templates.length, deletionCost: cost };
    this.idByContent.set(content, compiled.id);
    this.templates.push(compiled);
    return compiled;
  }

  private compile(template: PodTemplateSpec, placement: number): CompiledTemplate {
    const { annotations, manifest } = template;
    const own = {
      id: this.templates.length,
      annotations,
      manifest,
      deletionCost: this.deletionCost(annotations),
    };
    const first = this.templates[placement];
    return first === undefined ? { ...this.compilePlacement(template), ...own, placement } : { ...first, ...own };
  }

  private deletionCost(annotations: StringMap): number {
    return this.gates.PodDeletionCost ? deletionCost(annotations[POD_DELETION_COST_ANNOTATION]) : 0;
  }

  /** What does not depend on annotations. */
  private compilePlacement(template: PodTemplateSpec) {
    const admitted = admittedPodSpec(template.spec, this.gates);
    const spec = this.changes.podSpec?.(admitted) ?? admitted;
    const images = [...spec.initContainers, ...spec.containers].map((container) => container.image);
    return {
      spec,
      labels: template.labels,
      labelSet: this.labelIndex.intern(template.labels),
      requests: podRequests(spec),
      nonZeroRequests: nonZeroRequests(spec),
      nonZeroRequestsOnNode: nonZeroRequestsOnNode(spec),
      image: spec.containers[0]?.image ?? '',
      images: [...new Set(images)],
      claims: spec.volumes.flatMap(({ claimName }) => (claimName === undefined ? [] : [claimName])),
    };
  }
}

/** Upstream's `GetDeletionCostFromPodAnnotations`: an int32 without plus sign or leading zeros, otherwise 0. */
function deletionCost(text: string | undefined): number {
  if (text === undefined || !/^(0|-?[1-9][0-9]*)$/.test(text)) return 0;
  const cost = Number(text);
  return cost >= -(2 ** 31) && cost < 2 ** 31 ? cost : 0;
}

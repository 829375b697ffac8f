import { canonicalMetadata, canonicalSpec, joinCanonical } from '../api/decode/canonicalTemplate.ts';
import { objectAt } from '../api/decode/read.ts';
import type { JsonObject, JsonValue, PodSpec, Toleration } from '../api/types.ts';
import { TAINT_NODE_NOT_READY, TAINT_NODE_UNREACHABLE } from './nodeTaints.ts';
import type { CompiledTemplate, TemplateTable } from './templateTable.ts';

/** Upstream's `--default-not-ready-toleration-seconds` and `--default-unreachable-toleration-seconds`. */
const DEFAULT_TOLERATION_SECONDS = 300;

/**
 * The API server's admission plugin DefaultTolerationSeconds: a pod that says nothing of it stays five minutes on a node
 * that is not ready or cannot be reached. Pods of one template get one template.
 */
export class DefaultTolerations {
  private readonly templates: TemplateTable;
  /** By id of the template that was given. */
  private readonly admitted: CompiledTemplate[] = [];
  /** By `placement` of such a template. */
  private readonly completed: (CompletedSpec | typeof NOTHING_LACKS)[] = [];

  constructor(templates: TemplateTable) {
    this.templates = templates;
  }

  /** The template with what it lacks. */
  admit(template: CompiledTemplate): CompiledTemplate {
    return (this.admitted[template.id] ??= this.complete(template));
  }

  private complete(template: CompiledTemplate): CompiledTemplate {
    // Pods that differ in annotations alone lack the same.
    const completed = (this.completed[template.placement] ??= completeSpec(template));
    if (completed === NOTHING_LACKS) return template;
    const { labels, annotations, manifest } = template;
    const { spec, document, canonical } = completed;
    return this.templates.intern({
      labels,
      annotations,
      spec,
      canonical: joinCanonical(canonicalMetadata(objectAt(manifest, 'metadata')), canonical),
      manifest: { ...manifest, spec: document },
    });
  }
}

const NOTHING_LACKS = 'nothing lacks';

/** A pod's spec in its three forms. */
interface CompletedSpec {
  readonly spec: PodSpec;
  readonly document: JsonObject;
  readonly canonical: string;
}

function completeSpec({ spec, manifest }: CompiledTemplate): CompletedSpec | typeof NOTHING_LACKS {
  const keys = [TAINT_NODE_NOT_READY, TAINT_NODE_UNREACHABLE];
  const added = keys.filter((key) => !spec.tolerations.some((one) => isAbout(one, key))).map(toleration);
  if (added.length === 0) return NOTHING_LACKS;
  const written = manifest.spec as JsonObject;
  const tolerations: JsonValue[] = [...((written.tolerations ?? []) as JsonValue[]), ...added.map(documentOf)];
  const document = { ...written, tolerations };
  return {
    spec: { ...spec, tolerations: [...spec.tolerations, ...added] },
    document,
    canonical: canonicalSpec(document),
  };
}

function isAbout({ key, effect }: Toleration, taintKey: string): boolean {
  return (key === taintKey || key === '') && (effect === 'NoExecute' || effect === '');
}

function toleration(key: string): Toleration {
  return { key, operator: 'Exists', value: '', effect: 'NoExecute', tolerationSeconds: DEFAULT_TOLERATION_SECONDS };
}

function documentOf({ key, operator, effect, tolerationSeconds }: Toleration): JsonObject {
  return { effect, key, operator, tolerationSeconds: tolerationSeconds! };
}

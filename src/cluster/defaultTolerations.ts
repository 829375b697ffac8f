import { canonicalTemplate } from '../api/decode/canonicalTemplate.ts';
import type { JsonObject, JsonValue, Toleration } from '../api/types.ts';
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

  constructor(templates: TemplateTable) {
    this.templates = templates;
  }

  /** The template with what it lacks. */
  admit(template: CompiledTemplate): CompiledTemplate {
    return (this.admitted[template.id] ??= this.complete(template));
  }

  private complete(template: CompiledTemplate): CompiledTemplate {
    const { spec, labels, annotations } = template;
    const keys = [TAINT_NODE_NOT_READY, TAINT_NODE_UNREACHABLE];
    const added = keys.filter((key) => !spec.tolerations.some((one) => isAbout(one, key))).map(toleration);
    if (added.length === 0) return template;
    const written = template.manifest.spec as JsonObject;
    const documents: JsonValue[] = [...((written.tolerations ?? []) as JsonValue[]), ...added.map(document)];
    const manifest = { ...template.manifest, spec: { ...written, tolerations: documents } };
    const tolerations = [...spec.tolerations, ...added];
    const canonical = canonicalTemplate(manifest);
    return this.templates.intern({ labels, annotations, spec: { ...spec, tolerations }, canonical, manifest });
  }
}

function isAbout({ key, effect }: Toleration, taintKey: string): boolean {
  return (key === taintKey || key === '') && (effect === 'NoExecute' || effect === '');
}

function toleration(key: string): Toleration {
  return { key, operator: 'Exists', value: '', effect: 'NoExecute', tolerationSeconds: DEFAULT_TOLERATION_SECONDS };
}

function document({ key, operator, effect, tolerationSeconds }: Toleration): JsonObject {
  return { effect, key, operator, tolerationSeconds: tolerationSeconds! };
}

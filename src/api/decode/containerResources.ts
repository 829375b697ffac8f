/** Pod templates with other resources, as admission makes them. */
import type { Container, JsonObject, PodTemplateSpec } from '../types.ts';
import { canonicalTemplate } from './canonicalTemplate.ts';
import { readContainerRequests } from './container.ts';
import type { DecodeContext } from './context.ts';
import { readPodLevelRequests } from './podLevelRequests.ts';
import { objectsAt } from './read.ts';

/**
 * A template of which only the `resources` of containers have changed.
 *
 * @param spec that of `template`, changed.
 * @throws InputError for a request above its limit.
 */
export function withContainerResources(
  context: DecodeContext,
  template: Omit<PodTemplateSpec, 'canonical'>,
  spec: JsonObject,
): PodTemplateSpec {
  const read = (field: 'containers' | 'initContainers'): Container[] => {
    const documents = objectsAt(spec, field);
    return template.spec[field].map((container, index) => {
      return { ...container, ...readContainerRequests(context, ['spec', field, index], documents[index]!) };
    });
  };
  const pod = { containers: read('containers'), initContainers: read('initContainers') };
  const podRequests = readPodLevelRequests(context, ['spec', 'resources'], spec.resources, pod);
  const manifest = { ...template.manifest, spec };
  return {
    labels: template.labels,
    annotations: template.annotations,
    spec: { ...template.spec, ...pod, podRequests },
    canonical: canonicalTemplate(manifest),
    manifest,
  };
}

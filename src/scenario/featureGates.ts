/** `featureGates` of a Scenario. */
import { type DecodeContext, failAt } from '../api/decode/context.ts';
import { didYouMean } from '../api/nearest.ts';
import type { Manifest, PodSpec } from '../api/types.ts';
import {
  experimentalNote,
  FEATURE_GATES,
  type FeatureGateName,
  type FeatureGates,
  featureGates,
  gateKnownSince,
} from '../controllers/featureGates.ts';
import type { VersionProfile } from '../controllers/options.ts';
import { formatIdentity } from './reference.ts';

/** @throws InputError for a gate that changes nothing here, and for one that is on before the version knows it. */
export function readFeatureGates(
  context: DecodeContext,
  version: VersionProfile,
  input: Readonly<Record<string, boolean>>,
): FeatureGates {
  const unknown = Object.keys(input).find((name) => !isGate(name));
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, FEATURE_GATES) ?? `known: ${FEATURE_GATES.join(', ')}`;
    failAt(context, ['featureGates', unknown], 'no feature gate of that name matters here', hint, 'key');
  }
  for (const name of FEATURE_GATES) {
    const since = gateKnownSince(name);
    // That it is off holds before it was there too.
    if (input[name] !== true || since === undefined || version.minor >= since) continue;
    failAt(
      context,
      ['featureGates', name],
      `Kubernetes ${version.text} has no such feature gate, 1.${since} is the first`,
    );
  }
  return featureGates(version, input as Partial<FeatureGates>);
}

/** A sentence for each experimental gate that is on. */
export function experimentalNotes(input: Readonly<Record<string, boolean>>): string[] {
  return Object.keys(input).flatMap((name) => {
    const note = isGate(name) && input[name] ? experimentalNote(name) : undefined;
    return note === undefined ? [] : [`feature gate ${name} is experimental: ${note}`];
  });
}

/** A sentence for each field of an object that nothing reads while its gate is off. */
export function ignoredFields(gates: FeatureGates, objects: readonly Manifest[]): string[] {
  return objects.flatMap((object) => {
    const { namespace, name } = object.meta;
    const identity = formatIdentity({ namespace, kind: object.kind.toLowerCase(), name });
    return gatedFields(object)
      .filter(({ gate }) => !gates[gate])
      .map(({ field, gate }) => `${field} of ${identity} has no effect: the feature gate ${gate} is off`);
  });
}

interface GatedField {
  readonly field: string;
  /** Without which the field does not count. */
  readonly gate: FeatureGateName;
}

/** The fields with a gate that the object has. */
function gatedFields(object: Manifest): GatedField[] {
  const found: GatedField[] = [];
  if (object.kind === 'Deployment' && object.spec.podReplacementPolicy !== undefined) {
    found.push({ field: 'spec.podReplacementPolicy', gate: 'DeploymentPodReplacementPolicy' });
  }
  if (object.kind === 'StatefulSet' && object.spec.rollingUpdate?.maxUnavailable !== undefined) {
    found.push({ field: 'spec.updateStrategy.rollingUpdate.maxUnavailable', gate: 'MaxUnavailableStatefulSet' });
  }
  const pod = podSpecOf(object);
  if (pod?.spec.podRequests !== undefined) found.push({ field: `${pod.path}.resources`, gate: 'PodLevelResources' });
  return found;
}

/** The spec of the pods that an object makes, or that it is, and where it stands. */
function podSpecOf(object: Manifest): { readonly spec: PodSpec; readonly path: string } | undefined {
  if (object.kind === 'Pod') return { spec: object.template.spec, path: 'spec' };
  if (object.kind === 'CronJob') {
    return { spec: object.spec.jobTemplate.spec.template.spec, path: 'spec.jobTemplate.spec.template.spec' };
  }
  if (!('spec' in object && 'template' in object.spec)) return undefined;
  return { spec: object.spec.template.spec, path: 'spec.template.spec' };
}

function isGate(name: string): name is FeatureGateName {
  return (FEATURE_GATES as readonly string[]).includes(name);
}

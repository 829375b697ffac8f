/** `featureGates` of a Scenario. */
import { type DecodeContext, failAt } from '../api/decode/context.ts';
import { didYouMean } from '../api/nearest.ts';
import type { Manifest } from '../api/types.ts';
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
    const gated = gatedField(object);
    if (gated === undefined || gates[gated.gate]) return [];
    const { namespace, name } = object.meta;
    const where = `${gated.field} of ${formatIdentity({ namespace, kind: object.kind.toLowerCase(), name })}`;
    return [`${where} has no effect: the feature gate ${gated.gate} is off`];
  });
}

/** A field that the object has, and the gate without which it does not count. */
function gatedField(object: Manifest): { readonly field: string; readonly gate: FeatureGateName } | undefined {
  if (object.kind === 'Deployment' && object.spec.podReplacementPolicy !== undefined) {
    return { field: 'spec.podReplacementPolicy', gate: 'DeploymentPodReplacementPolicy' };
  }
  if (object.kind === 'StatefulSet' && object.spec.rollingUpdate?.maxUnavailable !== undefined) {
    return { field: 'spec.updateStrategy.rollingUpdate.maxUnavailable', gate: 'MaxUnavailableStatefulSet' };
  }
  return undefined;
}

function isGate(name: string): name is FeatureGateName {
  return (FEATURE_GATES as readonly string[]).includes(name);
}

/** `featureGates` of a Scenario. */
import { type DecodeContext, failAt } from '../api/decode/context.ts';
import { fieldsWithGates } from '../api/droppedFields.ts';
import {
  experimentalNote,
  FEATURE_GATES,
  type FeatureGateName,
  type FeatureGates,
  featureGates,
  gateHistory,
  knownSince,
  knownUntil,
  stageAt,
  type VersionProfile,
} from '../api/featureGates.ts';
import { didYouMean } from '../api/nearest.ts';
import { OTHER_GATES, UNRELATED_GATES } from '../api/otherGates.ts';
import type { Manifest } from '../api/types.ts';
import { formatIdentity } from './reference.ts';

/** @throws InputError for a gate that upstream's components of this version would not take, or not take so. */
export function readFeatureGates(
  context: DecodeContext,
  version: VersionProfile,
  input: Readonly<Record<string, boolean>>,
): FeatureGates {
  const set: Partial<Record<FeatureGateName, boolean>> = {};
  for (const [name, isOn] of Object.entries(input)) {
    if (!isGate(name) && !OTHER_GATES.has(name) && !UNRELATED_GATES.has(name)) refuseUnknown(context, name);
    refuseAsUpstream(context, version, name, isOn);
    if (isGate(name)) set[name] = isOn;
  }
  return featureGates(version, set);
}

function refuseUnknown(context: DecodeContext, name: string): never {
  const hint = didYouMean(name, [...FEATURE_GATES, ...OTHER_GATES.keys(), ...UNRELATED_GATES]);
  const message = `unrecognized feature gate: ${name}`;
  return failAt(context, ['featureGates', name], message, hint ?? 'docs/versions.md has a list', 'key');
}

/** A gate that is locked, and one that the version does not have, or has no more. */
function refuseAsUpstream(context: DecodeContext, version: VersionProfile, name: string, isOn: boolean): void {
  const history = isGate(name) ? gateHistory(name) : (OTHER_GATES.get(name)?.history ?? '');
  // What no release has is experimental, and of the others that play no part nobody has to know since when they exist.
  if (history === '') return;
  const refuse = (message: string) => failAt(context, ['featureGates', name], message);
  const stage = stageAt(history, version);
  if (stage === 'unborn') {
    // That it is off holds before it was there, too.
    if (isOn) refuse(`Kubernetes ${version.text} has no such feature gate, 1.${knownSince(history)} is the first`);
  } else if (stage === 'removed') {
    // That it is on holds for good.
    if (!isOn) refuse(`Kubernetes ${version.text} has no such feature gate, 1.${knownUntil(history)} is the last`);
  } else if (stage.isLocked && isOn !== stage.isOn) {
    refuse(`cannot set feature gate ${name} to ${isOn}, feature is locked to ${stage.isOn}`);
  }
}

/** A sentence for each gate that is set and that users may expect something else of. */
export function gateNotes(version: VersionProfile, input: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(input).flatMap(([name, isOn]) => {
    if (isGate(name)) {
      const note = isOn ? experimentalNote(name) : undefined;
      return note === undefined ? [] : [`feature gate ${name} is experimental: ${note}`];
    }
    const other = OTHER_GATES.get(name);
    if (other === undefined) return [];
    const stage = stageAt(other.history, version);
    const isDefault = typeof stage === 'string' || stage.isOn === isOn;
    return isDefault ? [] : [`feature gate ${name} ${other.why}`];
  });
}

/** A sentence for each field of an object that nothing reads while its gate is off. */
export function ignoredFields(gates: FeatureGates, objects: readonly Manifest[]): string[] {
  return objects.flatMap((object) => {
    const { namespace, name } = object.meta;
    const identity = formatIdentity({ namespace, kind: object.kind.toLowerCase(), name });
    return fieldsWithGates(object)
      .filter(({ gate }) => !gates[gate])
      .map(({ field, gate }) => `${field} of ${identity} has no effect: the feature gate ${gate} is off`);
  });
}

function isGate(name: string): name is FeatureGateName {
  return (FEATURE_GATES as readonly string[]).includes(name);
}

/** Which versions of Kubernetes can be played. */
import { FEATURE_GATES, featureGates, type VersionProfile } from '../api/featureGates.ts';
import { didYouMean } from '../api/nearest.ts';
import type { JsonValue } from '../api/types.ts';

const OLDEST_MINOR = 30;
const NEWEST_MINOR = 37;

/** All profiles, oldest first. */
export const versionProfiles: readonly VersionProfile[] = Array.from(
  { length: NEWEST_MINOR - OLDEST_MINOR + 1 },
  (_, index) => ({ text: `1.${OLDEST_MINOR + index}`, minor: OLDEST_MINOR + index }),
);

/** What is played when nobody says otherwise: the newest. */
export const defaultVersion: VersionProfile = versionProfiles[versionProfiles.length - 1]!;

/**
 * Reads `1.37`, `1.37.2` or `v1.37`. The patch version is kept only where one of them decides otherwise than the newest.
 *
 * @throws RangeError naming the versions that exist.
 */
export function parseVersion(value: JsonValue): VersionProfile {
  // YAML reads an unquoted 1.37 as a number, which is harmless except for 1.30, which becomes 1.3.
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') throw new RangeError(`expected a version such as "1.37", got ${JSON.stringify(value)}`);
  const [, wanted, patch] = /^v?(1\.[0-9]+)(?:\.([0-9]+))?$/.exec(text) ?? [];
  const found = versionProfiles.find((profile) => profile.text === wanted);
  if (found !== undefined) return patch === undefined ? found : ofPatch(found, Number(patch));
  throw new RangeError(`Kubernetes ${JSON.stringify(value)} is not simulated${hintFor(value)}`);
}

/** With default gates other than those of the newest patch, or as that. */
function ofPatch(version: VersionProfile, patch: number): VersionProfile {
  const newest = featureGates(version);
  const gates = featureGates({ ...version, patch });
  const isSame = FEATURE_GATES.every((name) => gates[name] === newest[name]);
  return isSame ? version : { ...version, text: `${version.text}.${patch}`, patch };
}

function hintFor(value: JsonValue): string {
  const texts = versionProfiles.map((profile) => profile.text);
  if (value === 1.3) return ' (quote it: "1.30")';
  const guess = typeof value === 'string' && !/^v?1\.[0-9]+/.test(value) ? didYouMean(value, texts) : undefined;
  return guess === undefined ? `: the versions are ${texts.join(', ')}` : ` (${guess})`;
}

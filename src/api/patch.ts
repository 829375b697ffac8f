/** The ways in which kubectl changes an object: strategic merge, RFC 7386, RFC 6902, and apply's three-way merge. */
export { jsonMergePatch, jsonPatch } from './jsonPatch.ts';
export { strategicMergePatch } from './strategicMerge.ts';
export { threeWayMerge } from './threeWayMerge.ts';

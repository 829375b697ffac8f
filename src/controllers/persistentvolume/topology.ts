import type { NodeSelectorTerm } from '../../api/types.ts';
import { type Cluster, HOSTNAME_LABEL, type Node, type StorageClass, ZONE_LABEL } from '../../cluster/index.ts';

/** Provisioners of file systems and of replicated storage, which every node reaches. */
const REACHABLE_FROM_EVERYWHERE =
  /nfs|smb\.csi|efs\.csi|fsx\.|filestore\.csi|(^|\.)file\.csi\.azure|azure-file|blob\.csi|cephfs|rbd\.csi|gluster|longhorn|portworx|pxd\./;

/** Provisioners that make volumes of a node's own disks. */
const NODE_LOCAL = /local-path|hostpath|topolvm|local\.csi|openebs\.io\/local/;

/** Where a class makes its volumes: in a zone unless its provisioner is known to do otherwise. */
function labelOf(storageClass: StorageClass | undefined): string | undefined {
  if (storageClass === undefined) return undefined;
  const { provisioner } = storageClass.spec;
  if (REACHABLE_FROM_EVERYWHERE.test(provisioner)) return undefined;
  return NODE_LOCAL.test(provisioner) ? HOSTNAME_LABEL : ZONE_LABEL;
}

/**
 * From which nodes a new volume can be reached; undefined: from all. With a node that was chosen for its pod the volume is
 * made there, else in one of the places that the class allows or that nodes have.
 *
 * @param storageClass undefined: that of inputs without any, whose volumes are everywhere
 */
export function nodeAffinityOf(
  cluster: Cluster,
  claimName: string,
  storageClass: StorageClass | undefined,
  selectedNode: Node | undefined,
): readonly NodeSelectorTerm[] | undefined {
  const label = labelOf(storageClass);
  if (label === undefined) return undefined;
  const place =
    selectedNode === undefined
      ? pickPlace(claimName, placesOf(cluster, label, storageClass?.spec.allowedZones))
      : selectedNode.meta.labels[label];
  if (place === undefined) return undefined;
  return [{ matchExpressions: [{ key: label, operator: 'In', values: [place] }], matchFields: [] }];
}

/** Zones or names of nodes, sorted. */
function placesOf({ nodes }: Cluster, label: string, allowedZones: readonly string[] | undefined): string[] {
  const places = new Set<string>();
  for (const node of nodes.objects) {
    const place = node?.meta.labels[label];
    if (place !== undefined && (label !== ZONE_LABEL || allowedZones?.includes(place) !== false)) places.add(place);
  }
  // No node may be there yet.
  if (places.size === 0 && label === ZONE_LABEL) return [...(allowedZones ?? [])].sort();
  return [...places].sort();
}

/**
 * The place of a volume that waits for no pod, as the CSI external-provisioner chooses it: the claims of a StatefulSet go
 * from place to place with their ordinals, and those of one of its pods to the same one.
 */
function pickPlace(claimName: string, places: readonly string[]): string | undefined {
  if (places.length === 0) return undefined;
  const { prefix, index } = splitOrdinal(claimName);
  return places[((fnv32(prefix) + index) >>> 0) % places.length];
}

/** `db` and 2 of `data-db-2`; a name without an ordinal is its own prefix. */
function splitOrdinal(claimName: string): { readonly prefix: string; readonly index: number } {
  const match = /^(.*)-([0-9]+)$/.exec(claimName);
  if (match === null || Number(match[2]) >= 2 ** 32) return { prefix: claimName, index: 0 };
  return { prefix: match[1]!.slice(match[1]!.lastIndexOf('-') + 1), index: Number(match[2]) };
}

/** FNV-1 with 32 bits, over the text's bytes: names are ASCII. */
function fnv32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash, 0x01000193) ^ text.charCodeAt(i);
  return hash >>> 0;
}

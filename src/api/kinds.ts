/** Which kinds exist, which of them the simulation acts on, and the apiVersion that it reads. */
import type { SimulatedKind } from './types.ts';

export const simulatedApiVersions: Readonly<Record<SimulatedKind, string>> = {
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  ReplicationController: 'v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  Pod: 'v1',
  Node: 'v1',
  Service: 'v1',
  PersistentVolumeClaim: 'v1',
  PersistentVolume: 'v1',
  StorageClass: 'storage.k8s.io/v1',
  PodDisruptionBudget: 'policy/v1',
  ResourceQuota: 'v1',
  PriorityClass: 'scheduling.k8s.io/v1',
  LimitRange: 'v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
};

/** The kinds that Kubernetes itself serves. */
export const knownKinds: ReadonlySet<string> = new Set(
  `APIService Binding CSIDriver CSINode CSIStorageCapacity CertificateSigningRequest ClusterRole ClusterRoleBinding
  ClusterTrustBundle ComponentStatus ConfigMap ControllerRevision CronJob CustomResourceDefinition DaemonSet Deployment
  DeviceClass Endpoints EndpointSlice Event Eviction FlowSchema HorizontalPodAutoscaler Ingress IngressClass IPAddress Job
  Lease LeaseCandidate LimitRange LocalSubjectAccessReview MutatingAdmissionPolicy MutatingAdmissionPolicyBinding
  MutatingWebhookConfiguration Namespace NetworkPolicy Node PersistentVolume PersistentVolumeClaim Pod PodDisruptionBudget
  PodTemplate PriorityClass PriorityLevelConfiguration ReplicaSet ReplicationController ResourceClaim ResourceClaimTemplate
  ResourceQuota ResourceSlice Role RoleBinding RuntimeClass Scale Secret SelfSubjectAccessReview SelfSubjectReview
  SelfSubjectRulesReview Service ServiceAccount ServiceCIDR StatefulSet StorageClass StorageVersion
  StorageVersionMigration SubjectAccessReview TokenRequest TokenReview ValidatingAdmissionPolicy
  ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration VolumeAttachment VolumeAttributesClass Workload`.split(
    /\s+/,
  ),
);

export function isSimulatedKind(kind: string): kind is SimulatedKind {
  return Object.hasOwn(simulatedApiVersions, kind);
}

/**
 * The state of the simulated cluster: pods and nodes as columns, interned templates and labels, stored objects with the
 * informers' view of them, and the clients that write. No decision is taken here: controllers, scheduler and kubelets
 * decide, this folder keeps what they wrote and tells who listens.
 */
export { ApiClient, type ApiClientLimits } from './apiClient.ts';
export { type ApiError, alreadyExists, conflict, forbidden, isQuotaRefusal, notFound } from './apiError.ts';
export { ApiServer, type ApiServerOptions } from './apiServer.ts';
export { AvailabilityClock, availableAtMicros, truncateToSecond } from './availability.ts';
export * from './claims.ts';
export { Cluster, type ClusterOptions } from './cluster.ts';
export { EventSink } from './eventSink.ts';
export type { ExistingPod, PodPast } from './existingPods.ts';
export * from './jobs.ts';
export { Lister } from './lister.ts';
export { NodeLeases } from './nodeLeases.ts';
export * from './nodeReadiness.ts';
export { HOSTNAME_LABEL, NodeTable, tolerates, ZONE_LABEL } from './nodeTable.ts';
export * from './nodeTaints.ts';
export { ObjectStore, type RecordedEvent, type StoredTables } from './objectStore.ts';
export * from './objects.ts';
export { ObjectTable } from './objectTable.ts';
export * from './podIdentity.ts';
export type { PodMetrics, PodMetricsSource } from './podMetrics.ts';
export { mix32, safeEncode } from './podNames.ts';
export { PodOwner } from './podOwner.ts';
export type { PodPriority } from './podPriorities.ts';
export {
  type ContainerStatus,
  DELETION_BY_TAINT_MANAGER,
  failedExitCode,
  type PodStatus,
  PREEMPTION_BY_SCHEDULER,
  sidecarRestarts,
} from './podStatus.ts';
export * from './podTable.ts';
export { batch, call, type Process, type ProcessReply, ProcessRunner, type ProcessWait, read } from './process.ts';
export { type CompiledTemplate, TemplateTable } from './templateTable.ts';
export * from './volumes.ts';

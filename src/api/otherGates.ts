/** Feature gates that upstream has and that change no decision here: a scenario may carry them, as a cluster's flags do. */

/** Why a gate of upstream changes nothing here, with its history as `featureGates.ts` has it. */
export interface OtherGate {
  readonly history: string;
  /** A clause that goes on after the gate's name: `is not simulated: …`. */
  readonly why: string;
}

const missed = (history: string, why: string): OtherGate => ({ history, why: `is not simulated: ${why}` });
const idle = (history: string, why: string): OtherGate => ({ history, why: `has no effect here: ${why}` });

/** Those about rollouts, by name. */
export const OTHER_GATES: ReadonlyMap<string, OtherGate> = new Map([
  ['StatefulSetRecreateStrategy', missed('37a', 'the strategy Recreate of StatefulSets is refused')],
  ['StaleControllerConsistencyHPA', idle('37B', 'an autoscaler here never acts on less than it has written')],
  [
    'StaleControllerConsistencyReplicaSet',
    idle('36B', 'a ReplicaSet is synced only when its own writes are seen, in every version'),
  ],
  ['PodIndexLabel', idle('30B 32G', 'pods have the label of their index in every version')],
  ['NodeControllerLeaseCircuitBreaker', missed('37B', 'nodes are given up without a last look at their lease')],
  ['EvictionRequestAPI', missed('37a', 'there are no EvictionRequests')],
  ['SeparateTaintEvictionController', idle('30B 34G', 'taints evict alike in either controller')],
  ['PodDisruptionConditions', idle('30B 31G', 'pods get the condition DisruptionTarget either way')],
  ['ElasticIndexedJob', idle('30B 31G', 'completions of an Indexed Job can change either way')],
  ['SchedulerAsyncAPICalls', idle('34b', 'the scheduler waits for no request but those that decide')],
  ['OpportunisticBatching', idle('35B', 'it reuses scores of pods that are alike, which come out the same')],
  ['ClearingNominatedNodeNameAfterBinding', idle('34a 35B', 'a nomination goes by the version alone')],
  ['NominatedNodeNameForExpectation', idle('34a 35B', 'no plugin here waits with a node reserved')],
  ['MatchLabelKeysInPodTopologySpreadSelectorMerge', idle('34B', 'the labels are matched alike, whoever merges them')],
  ['TaintTolerationComparisonOperators', missed('35a', 'tolerations with Lt and Gt are refused')],
  ['NodeDeclaredFeatures', idle('35a 36B 37G', 'all nodes have the features of the version')],
  ['GenericWorkload', missed('35a 37b', 'there are no gangs of pods')],
  ['TopologyAwareWorkloadScheduling', missed('36a', 'there are no gangs of pods')],
  ['WorkloadWithJob', missed('36a', 'there are no gangs of pods')],
  ['PodSchedulingReadiness', idle('30G', 'it is on for good')],
  ['DynamicResourceAllocation', missed('30a 32b 34G', 'there are no ResourceClaims')],
  ['StorageCapacityScoring', missed('33a 37B', 'volumes have no capacities to score')],
  ['VolumeLimitScaling', missed('35a 37B', 'drivers that are missing keep no pod away')],
  ['PodLifecycleSleepActionAllowZero', idle('32a 33B 34G', 'a sleep of zero seconds is taken by every version')],
  ['PodReadyToStartContainersCondition', idle('30B 37G', 'nothing here waits for the condition')],
  ['ContainerRestartRules', missed('34a 35B', 'containers have no restart rules of their own')],
  ['RestartAllContainersOnContainerExits', missed('35a 36B', 'containers have no restart rules of their own')],
  ['InPlacePodVerticalScaling', missed('30a 33B 35G', 'pods are not resized')],
  ['InPlacePodLevelResourcesVerticalScaling', missed('35a 36B', 'pods are not resized')],
  ['PodObservedGenerationTracking', idle('33a 34B 35G', 'nothing here reads the field')],
  ['ChangeContainerStatusOnKubeletRestart', idle('35D', 'kubelets are not restarted')],
  ['KubeletEnsureSecretPulledImages', missed('33a 35B', 'images need no credentials')],
  ['ContainerStopSignals', idle('33a', 'how a container ends is what `terminate` says')],
  ['PLEGOnDemandRelist', idle('36B 37G', 'a kubelet here notices ends at once')],
  ['EventedPLEG', idle('30a', 'a kubelet here notices ends at once')],
  ['GracefulNodeShutdown', idle('30B', 'nodes fail, they are not shut down')],
  ['GracefulNodeShutdownBasedOnPodPriority', idle('30B', 'nodes fail, they are not shut down')],
  ['OrderedNamespaceDeletion', missed('30b 33B 34G', 'namespaces are not deleted')],
  ['ImageVolume', idle('31a 33b 35B 36G', 'an image as a volume counts for ImageLocality, its pull takes no time')],
]);

const words = (text: string): string[] => text.trim().split(/\s+/);

/** All others of kube-apiserver, kube-controller-manager, kube-scheduler and kubelet in 1.30 to 1.37: none is about rollouts. */
export const UNRELATED_GATES: ReadonlySet<string> = new Set(
  words(`AllowDNSOnlyNodeCSR AllowInsecureKubeletCertificateSigningRequests AllowParsingUserUIDFromCertAuth
    AllowServiceLBStatusOnNonLB AllowUnsafeMalformedObjectDeletion AnonymousAuthConfigurableEndpoints AnyVolumeDataSource
    APIResponseCompression APIServerIdentity APIServerTracing APIServerWebhookAuthenticationToken APIServingWithRoutine AtomicFIFO
    AtomicWriteVolumeUserFields AuthorizeNodeWithSelectors AuthorizePodWebsocketUpgradeCreatePermission AuthorizeWithSelectors
    BtreeWatchCache CBORServingAndStorage CloudControllerManagerWatchBasedRoutesReconciliation CloudControllerManagerWebhook
    ClusterTrustBundle ClusterTrustBundleProjection ComponentFlagz ComponentSLIs ComponentStatusz CompositePodGroup
    ConcurrentWatchObjectDecode ConsistentListFromCache ConsistentListFromCacheSkipTimeoutFallback ConstrainedImpersonation
    ContainerCheckpoint ContextualLogging ControllerManagerReleaseLeaderElectionLockOnExit CoordinatedLeaderElection
    CPUCFSQuotaPeriod CPUManagerPolicyAlphaOptions CPUManagerPolicyBetaOptions CPUManagerPolicyOptions CRDObservedGenerationTracking
    CRDValidationRatcheting CRIListStreaming CronJobsScheduledAnnotation CrossNamespaceVolumeDataSource CSIMigrationPortworx
    CSIServiceAccountTokenSecrets CSIVolumeHealth CustomCPUCFSQuotaPeriod CustomResourceFieldSelectors DeclarativeValidation
    DeclarativeValidationBeta DeclarativeValidationTakeover DefaultPodSysctls DetectCacheInconsistency DevicePluginCDIDevices
    DisableAllocatorDualWrite DisableCPUQuotaWithExclusiveCPUs DisableNodeKubeProxyVersion DRAAdminAccess DRAConsumableCapacity
    DRADerivedAttributes DRADeviceBindingConditions DRADeviceCompatibilityGroups DRADeviceTaintRules DRADeviceTaints
    DRAExtendedResource DRAListTypeAttributes DRANodeAllocatableResources DRAOptionalNodeOperations DRAPartitionableDevices
    DRAPartitionableDevicesType DRAPrioritizedList DRAResourceClaimDeviceStatus DRAResourceClaimGranularStatusAuthorization
    DRAResourcePoolStatus DRASchedulerFilterTimeout DRAWorkloadResourceClaims EmptyDirVolumeMode EnvFiles EtcdRangeStream
    ExcludeAdmissionWebhookVirtualResources ExecProbeTimeout ExtendWebSocketsToKubelet ExternalServiceAccountTokenSigner
    GitRepoVolumeDriver GRPCContainerProbeTLS H2CContainerProbe HonorPVReclaimPolicy HostnameOverride HPAOptimizedSelectorStore
    HugepageAwareEviction ImageMaximumGCAge ImageVolumeWithDigest InformerResourceVersion InOrderInformers
    InPlacePodVerticalScalingAllocatedStatus InPlacePodVerticalScalingExclusiveCPUs InPlacePodVerticalScalingExclusiveMemory
    InPlacePodVerticalScalingInitContainers InPlacePodVerticalScalingMemoryBackedVolumes
    InPlacePodVerticalScalingSchedulerPreemption InterPodAffinityHostnameFastPath InTreePluginPortworxUnregister KMSv1
    KubeletCgroupDriverFromCRI KubeletFineGrainedAuthz KubeletInUserNamespace KubeletPodResourcesDynamicResources
    KubeletPodResourcesGet KubeletPSI KubeletSeparateDiskGC KubeletServiceAccountTokenForCredentialProviders KubeletTracing
    KubeProxyIPVS KubeProxyNFTablesLocalhostNodePorts ListFromCacheSnapshot LocalStorageCapacityIsolationFSQuotaMonitoring
    LoggingAlphaOptions LoggingBetaOptions ManifestBasedAdmissionControlConfig MemoryManager MemoryQoS MultiCIDRServiceAllocator
    MutableCSINodeAllocatableCount MutablePVNodeAffinity MutatingAdmissionPolicy NativeHistograms NFTablesNetlink
    NFTablesProxyMode NodeLifecycleConditions NodeLogQuery NodeSwap OpenAPIEnums PersistentVolumeClaimUnusedSinceTime
    PodAndContainerStatsFromCRI PodCertificateRequest PodGroupPreemptionPolicy PodLevelResourceManagers PodLogsQuerySplitStreams
    PodsAPI PodTopologyLabelsAdmission PortForwardWebsockets PreferSameTrafficDistribution PreventStaticPodAPIReferences
    ProcMountType QOSReserved RecoverVolumeExpansionFailure RecursiveReadOnlyMounts RelaxedDNSSearchValidation
    RelaxedEnvironmentVariableValidation RelaxedServiceNameValidation ReloadKubeletServerCertificateFile RemoteRequestHeaderUID
    ResilientWatchCacheInitialization ResourceHealthStatus RetryGenerateName RotateKubeletServerCertificate RuntimeClassInImageCriApi
    SchedulerPreQueueingHints SELinuxChangePolicy SELinuxMount SELinuxMountReadWriteOncePod SeparateCacheWatchRPC
    ServiceAccountNodeAudienceRestriction ServiceAccountTokenJTI ServiceAccountTokenNodeBinding
    ServiceAccountTokenNodeBindingValidation ServiceAccountTokenPodNodeInfo ServiceTrafficDistribution ShardedListAndWatch
    SizeBasedListCostEstimate StorageNamespaceIndex StorageVersionAPI StorageVersionHash StorageVersionMigrator
    StreamingCollectionEncodingToJSON StreamingCollectionEncodingToProtobuf StrictCostEnforcementForVAP
    StrictCostEnforcementForWebhooks StrictIPCIDRValidation StructuredAuthenticationConfiguration
    StructuredAuthenticationConfigurationEgressSelector StructuredAuthenticationConfigurationJWKSMetrics
    StructuredAuthorizationConfiguration SupplementalGroupsPolicy SystemdWatchdog TokenRequestServiceAccountUIDValidation
    TopologyManagerPolicyAlphaOptions TopologyManagerPolicyBetaOptions TopologyManagerPolicyOptions
    TranslateStreamCloseWebsocketRequests UnauthenticatedHTTP2DOSMitigation UnknownVersionInteroperabilityProxy
    UnlockWhileProcessingFIFO UserNamespacesHostNetworkSupport UserNamespacesPodSecurityStandards UserNamespacesSupport
    VolumeAttributesClass VolumeBindMountOptions WatchCacheInitializationPostStartHook WatchFromStorageWithoutResourceVersion
    WatchList WatchListClient WatchListCompression WindowsCPUAndMemoryAffinity WindowsGracefulNodeShutdown WindowsHostNetwork`),
);

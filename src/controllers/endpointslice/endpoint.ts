import { type Cluster, type Endpoint, POD_READY, POD_TERMINATING, type Service } from '../../cluster/index.ts';

/** What a Service's clients are told of a pod that has an address (upstream's `podToEndpoint`). */
export function endpointOf(cluster: Cluster, service: Service, pod: number, state: number): Endpoint {
  const isReady = (state & POD_READY) !== 0;
  const terminating = (state & POD_TERMINATING) !== 0;
  const publishes = service.spec.publishNotReadyAddresses;
  return {
    pod,
    podUid: cluster.pods.uid[pod]!,
    podName: cluster.podName(pod),
    dnsName: dnsName(cluster, service, pod),
    ready: publishes || (isReady && !terminating),
    serving: publishes || isReady,
    terminating,
  };
}

/** Nothing that clients would notice differs. */
export function isSameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.ready === b.ready && a.serving === b.serving && a.terminating === b.terminating && a.dnsName === b.dnsName;
}

/** A pod's own record: only with a host name, and behind the Service that its `subdomain` names. */
function dnsName(cluster: Cluster, { meta, spec }: Service, pod: number): string {
  if (!spec.isHeadless) return '';
  const { hostname, subdomain } = hostOf(cluster, pod);
  if (hostname === '' || subdomain !== meta.name) return '';
  return `${hostname}.${subdomain}.${meta.namespace}.svc.cluster.local`;
}

/** A StatefulSet gives its pods their own names, an Indexed Job their indexes; others have what their template says. */
function hostOf(cluster: Cluster, pod: number): { readonly hostname: string; readonly subdomain: string } {
  const { spec } = cluster.templateOf(pod);
  const owner = cluster.ownerOf(pod);
  if (owner?.kind === 'StatefulSet') {
    const subdomain = cluster.tables.StatefulSet.get(owner.uid)?.spec.serviceName ?? spec.subdomain;
    return { hostname: cluster.podName(pod), subdomain };
  }
  const index = cluster.pods.index[pod]!;
  if (owner?.kind === 'Job' && index !== -1) {
    return { hostname: `${owner.name}-${index}`, subdomain: spec.subdomain };
  }
  return { hostname: spec.hostname, subdomain: spec.subdomain };
}

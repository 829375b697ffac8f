/** The API server's defaults of Services and PriorityClasses; budgets and quotas have none. */
import { child, fill, objectsIn } from './defaults.ts';
import type { JsonObject } from './types.ts';

export function defaultService(document: JsonObject): void {
  const spec = child(document, 'spec');
  fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
  for (const port of objectsIn(spec.ports)) {
    fill(port, { protocol: 'TCP' });
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') {
      port.targetPort = port.port ?? 0;
    }
  }
  const isExternal = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  if (isExternal) fill(spec, { externalTrafficPolicy: 'Cluster' });
  if (isExternal || spec.type === 'ClusterIP') fill(spec, { internalTrafficPolicy: 'Cluster' });
  if (spec.type === 'LoadBalancer') fill(spec, { allocateLoadBalancerNodePorts: true });
}

export function defaultPriorityClass(document: JsonObject): void {
  fill(document, { preemptionPolicy: 'PreemptLowerPriority' });
}

export function noDefaults(): void {}

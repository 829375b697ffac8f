/** The API server's defaults of Services, PriorityClasses and LimitRanges; budgets and quotas have none. */
import { child, fill, objectAt, objectsIn } from './defaults.ts';
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

/** Of a container's limits: what is not said follows from what is (upstream's `SetDefaults_LimitRangeItem`). */
export function defaultLimitRange(document: JsonObject): void {
  for (const item of objectsIn(objectAt(document, 'spec').limits)) {
    if (item.type !== 'Container') continue;
    const limits = { ...objectAt(item, 'max'), ...objectAt(item, 'default') };
    const requests = { ...objectAt(item, 'min'), ...limits, ...objectAt(item, 'defaultRequest') };
    if (Object.keys(limits).length > 0) item.default = limits;
    if (Object.keys(requests).length > 0) item.defaultRequest = requests;
  }
}

export function noDefaults(): void {}

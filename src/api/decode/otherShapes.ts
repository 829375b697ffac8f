/** The fields of Services, budgets, quotas, limits, priority classes and namespaces (Kubernetes 1.37), as tables. */
import { objectMeta, selector, typeMeta } from './podShapes.ts';
import { anyOf, fields, list, type Shape } from './schema.ts';

const servicePort = fields(
  { name: 'string', port: 'integer', protocol: 'string' },
  { targetPort: 'intOrPercent', nodePort: 'integer', appProtocol: 'string' },
);

/** Of `clusterIP` only `None` is of account. */
export const serviceShape: Shape = fields(
  {
    ...typeMeta,
    metadata: objectMeta,
    spec: fields(
      {
        selector: 'stringMap',
        clusterIP: 'string',
        publishNotReadyAddresses: 'boolean',
        type: 'string',
        ports: list(servicePort),
      },
      {
        sessionAffinity: 'string',
        externalName: 'string',
        ...anyOf(
          'allocateLoadBalancerNodePorts clusterIPs externalIPs externalTrafficPolicy healthCheckNodePort internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP loadBalancerSourceRanges sessionAffinityConfig trafficDistribution',
        ),
      },
    ),
  },
  { status: 'any' },
);

export const podDisruptionBudgetShape: Shape = fields(
  {
    ...typeMeta,
    metadata: objectMeta,
    spec: fields({
      selector,
      minAvailable: 'intOrPercent',
      maxUnavailable: 'intOrPercent',
      unhealthyPodEvictionPolicy: 'string',
    }),
  },
  { status: 'any' },
);

export const resourceQuotaShape: Shape = fields(
  {
    ...typeMeta,
    metadata: objectMeta,
    spec: fields({ hard: 'quantityMap' }, anyOf('scopeSelector scopes')),
  },
  { status: 'any' },
);

export const limitRangeShape: Shape = fields({
  ...typeMeta,
  metadata: objectMeta,
  spec: fields({
    limits: list(
      fields({
        type: 'string',
        min: 'quantityMap',
        max: 'quantityMap',
        default: 'quantityMap',
        defaultRequest: 'quantityMap',
        maxLimitRequestRatio: 'quantityMap',
      }),
    ),
  }),
});

/** A description is there to be read, which takes no simulation. */
export const priorityClassShape: Shape = fields({
  ...typeMeta,
  metadata: objectMeta,
  value: 'integer',
  globalDefault: 'boolean',
  preemptionPolicy: 'string',
  description: 'string',
});

export const namespaceShape: Shape = fields({ ...typeMeta, metadata: objectMeta }, anyOf('spec status'));

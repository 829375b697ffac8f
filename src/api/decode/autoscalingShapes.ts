/** The fields of HorizontalPodAutoscalers (`autoscaling/v2` of Kubernetes 1.37), as a table. */
import { objectMeta, typeMeta } from './podShapes.ts';
import { fields, list, type Shape } from './schema.ts';

/** `value` is of metrics that no resource has, and refused for those. */
const target = fields({
  type: 'string',
  averageUtilization: 'integer',
  averageValue: 'quantity',
  value: 'quantity',
});

const rules = fields({
  stabilizationWindowSeconds: 'integer',
  selectPolicy: 'string',
  policies: list(fields({ type: 'string', value: 'integer', periodSeconds: 'integer' })),
  tolerance: 'quantity',
});

export const horizontalPodAutoscalerShape: Shape = fields(
  {
    ...typeMeta,
    metadata: objectMeta,
    spec: fields({
      scaleTargetRef: fields({ apiVersion: 'string', kind: 'string', name: 'string' }),
      minReplicas: 'integer',
      maxReplicas: 'integer',
      metrics: list(
        fields(
          {
            type: 'string',
            resource: fields({ name: 'string', target }),
            containerResource: fields({ name: 'string', container: 'string', target }),
          },
          { object: 'any', pods: 'any', external: 'any' },
        ),
      ),
      behavior: fields({ scaleUp: rules, scaleDown: rules }),
    }),
  },
  { status: 'any' },
);

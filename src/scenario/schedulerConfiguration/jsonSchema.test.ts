import { expect, test } from 'vitest';
import { schedulerConfigurationJsonSchema } from './jsonSchema.ts';

test('has the fields of a configuration, and the args of each plugin', () => {
  const schema = schedulerConfigurationJsonSchema();
  expect(schema).toMatchObject({
    properties: {
      apiVersion: { const: 'kubescheduler.config.k8s.io/v1' },
      kind: { const: 'KubeSchedulerConfiguration' },
      percentageOfNodesToScore: { type: 'integer' },
      profiles: {
        items: {
          properties: {
            plugins: { properties: { score: { properties: { enabled: { type: 'array' } } } } },
            pluginConfig: {
              items: {
                properties: { name: { type: 'string' }, args: {} },
                allOf: expect.arrayContaining([
                  {
                    if: { properties: { name: { const: 'InterPodAffinity' } } },
                    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
                    then: {
                      properties: {
                        args: {
                          type: 'object',
                          additionalProperties: false,
                          properties: expect.objectContaining({ hardPodAffinityWeight: { type: 'integer' } }),
                        },
                      },
                    },
                  },
                ]),
              },
            },
          },
        },
      },
    },
    additionalProperties: false,
  });
});

import { describe, expect, it } from 'vitest';
import { failure } from '../testing/documents.ts';
import { asJob, changedJob, indexedJob } from '../testing/jobs.ts';
import type { JsonObject, JsonValue } from '../types.ts';

const exitCodes = (onExitCodes: JsonObject): JsonObject => ({ action: 'FailJob', onExitCodes });
const conditions = (onPodConditions: JsonValue): JsonObject => ({ action: 'Ignore', onPodConditions });

function repeated(count: number, rule: JsonObject): JsonObject[] {
  return Array.from({ length: count }, () => rule);
}

describe('podFailurePolicy', () => {
  it('keeps its rules in their order', () => {
    const rules = [
      exitCodes({ containerName: 'app', operator: 'In', values: [1, 42] }),
      { action: 'FailIndex', onExitCodes: { operator: 'NotIn', values: [0, 3] } },
      conditions([{ type: 'DisruptionTarget', status: 'False' }]),
    ];
    expect(asJob(indexedJob({ backoffLimitPerIndex: 1, podFailurePolicy: { rules } })).spec.podFailurePolicy).toEqual([
      {
        action: 'FailJob',
        onExitCodes: { containerName: 'app', operator: 'In', values: [1, 42] },
        onPodConditions: undefined,
      },
      {
        action: 'FailIndex',
        onExitCodes: { containerName: undefined, operator: 'NotIn', values: [0, 3] },
        onPodConditions: undefined,
      },
      { action: 'Ignore', onExitCodes: undefined, onPodConditions: [{ type: 'DisruptionTarget', status: 'False' }] },
    ]);
  });

  it.each<[string, JsonValue, string]>([
    [
      'no action',
      { onPodConditions: [{ type: 'X' }] },
      '[0].action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]',
    ],
    [
      'an unknown action',
      { action: 'Fail', onPodConditions: [{ type: 'X' }] },
      '[0].action: Unsupported value: "Fail": supported values: "Count", "FailIndex", "FailJob", "Ignore"',
    ],
    [
      'FailIndex without a limit per index',
      { action: 'FailIndex', onPodConditions: [{ type: 'X' }] },
      '[0].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set',
    ],
    [
      'no requirement',
      { action: 'Count' },
      '[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required',
    ],
    [
      'both requirements',
      { ...exitCodes({ operator: 'In', values: [1] }), onPodConditions: [{ type: 'X' }] },
      '[0]: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported',
    ],
    [
      'no operator',
      exitCodes({ values: [1] }),
      '[0].onExitCodes.operator: Required value: valid values: ["In" "NotIn"]',
    ],
    [
      'an unknown operator',
      exitCodes({ operator: 'Is', values: [1] }),
      '[0].onExitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"',
    ],
    [
      'a container that is not there',
      exitCodes({ containerName: 'web', operator: 'In', values: [1] }),
      '[0].onExitCodes.containerName: Invalid value: "web": must be one of the container or initContainer names',
    ],
    [
      'no values',
      exitCodes({ operator: 'In', values: [] }),
      '[0].onExitCodes.values: Invalid value: []: at least one value is required',
    ],
    [
      'zero in In',
      exitCodes({ operator: 'In', values: [0, 1] }),
      '[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator',
    ],
    ['a value twice', exitCodes({ operator: 'In', values: [1, 1] }), '[0].onExitCodes.values[1]: Duplicate value: 1'],
    [
      'unordered values',
      exitCodes({ operator: 'In', values: [2, 1] }),
      '[0].onExitCodes.values: Invalid value: [2,1]: must be ordered',
    ],
    [
      'many values',
      exitCodes({ operator: 'In', values: Array.from({ length: 256 }, (_, code) => code + 1) }),
      '[0].onExitCodes.values: Too many: 256: must have at most 255 items',
    ],
    [
      'a condition without a name',
      conditions([{ status: 'True' }]),
      '[0].onPodConditions[0].type: Invalid value: "": ',
    ],
    [
      'a condition that is neither true nor false',
      conditions([{ type: 'X', status: 'Yes' }]),
      '[0].onPodConditions[0].status: Unsupported value: "Yes": supported values: "False", "True", "Unknown"',
    ],
    [
      'many conditions',
      conditions(repeated(21, { type: 'X' })),
      '[0].onPodConditions: Too many: 21: must have at most 20 items',
    ],
  ])('refuses %s', (_, rule, message) => {
    const document = changedJob({ podFailurePolicy: { rules: [rule] } });
    expect(failure(() => asJob(document))).toContain(`job/import: spec.podFailurePolicy.rules${message}`);
  });

  it('refuses many rules', () => {
    const rules = repeated(21, conditions([{ type: 'X' }]));
    expect(failure(() => asJob(changedJob({ podFailurePolicy: { rules } })))).toContain(
      'spec.podFailurePolicy.rules: Too many: 21: must have at most 20 items',
    );
  });

  it('goes with restartPolicy Never and podReplacementPolicy Failed only', () => {
    const policy = { podFailurePolicy: { rules: [conditions([{ type: 'X' }])] } };
    const restarting = changedJob({ ...policy, template: { spec: { restartPolicy: 'OnFailure' } } });
    expect(failure(() => asJob(restarting))).toContain(
      'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
    );
    expect(failure(() => asJob(changedJob({ ...policy, podReplacementPolicy: 'TerminatingOrFailed' })))).toContain(
      'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"',
    );
  });
});

describe('successPolicy', () => {
  it('reads which indexes and how many', () => {
    const rules = [{ succeededIndexes: '0,2-4', succeededCount: 2 }, { succeededCount: 5 }, { succeededIndexes: '1' }];
    expect(asJob(indexedJob({ successPolicy: { rules } })).spec.successPolicy).toEqual([
      { succeededIndexes: [0, 2, 3, 4], succeededCount: 2 },
      { succeededIndexes: undefined, succeededCount: 5 },
      { succeededIndexes: [1], succeededCount: undefined },
    ]);
  });

  it.each<[string, JsonObject[], string]>([
    ['no rules', [], ': Required value: at least one rules must be specified when the successPolicy is specified'],
    ['many rules', repeated(21, { succeededCount: 1 }), ': Too many: 21: must have at most 20 items'],
    [
      'an empty rule',
      [{}],
      '[0]: Required value: at least one of succeededCount or succeededIndexes must be specified',
    ],
    [
      'indexes that are not there',
      [{ succeededIndexes: '0-5' }],
      '[0].succeededIndexes: Invalid value: "0-5": error parsing succeededIndexes: too large index: "5"',
    ],
    ['a negative count', [{ succeededCount: -1 }], '[0].succeededCount: must be greater than or equal to 0'],
    [
      'a count above the completions',
      [{ succeededCount: 6 }],
      '[0].succeededCount: Invalid value: 6: must be less than or equal to 5 (the number of specified completions)',
    ],
    [
      'a count above its indexes',
      [{ succeededIndexes: '0-1', succeededCount: 3 }],
      '[0].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)',
    ],
  ])('refuses %s', (_, rules, message) => {
    const document = indexedJob({ successPolicy: { rules } });
    expect(failure(() => asJob(document))).toContain(`job/import: spec.successPolicy.rules${message}`);
  });
});

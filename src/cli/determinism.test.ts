import { describe, expect, it } from 'vitest';
import { InputError } from '../api/errors.ts';
import { makeRun } from '../runner/testing/results.ts';
import { hashLine, refuseDifference } from './determinism.ts';
import { describeFailure } from './failure.ts';

const result = makeRun([]);
const lineHashes = [{ t: 0 }, { t: 1 }].map(hashLine);

describe('two runs of a seed', () => {
  it('may be equal', () => {
    refuseDifference({ result, lineHashes }, { result: { ...result }, lineHashes: [...lineHashes] });
  });

  it('that differ are a broken promise, with the first line that does', () => {
    const other = { result, lineHashes: [lineHashes[0]!, 1] };
    expect(() => refuseDifference({ result, lineHashes }, other)).toThrow('first in line 2 of the event log');
    const longer = { result, lineHashes: [...lineHashes, 1] };
    expect(() => refuseDifference({ result, lineHashes }, longer)).toThrow('first in line 3');
  });

  it('may differ in the result alone', () => {
    const other = { result: { ...result, events: 1 }, lineHashes };
    let failure: unknown;
    try {
      refuseDifference({ result, lineHashes }, other);
    } catch (error) {
      failure = error;
    }
    expect(describeFailure(failure, false)).toMatchObject({ exitCode: 4, text: expect.stringContaining('seed 1') });
  });
});

describe('a failure', () => {
  it('of the input is its line', () => {
    const error = new InputError('bad', { file: 's.yaml', line: 2, column: 3, path: 'spec' });
    expect(describeFailure(error, false)).toEqual({ exitCode: 3, text: 's.yaml:2:3: spec: bad' });
  });

  it('that nobody expected is one line, with the stack when asked for', () => {
    const error = new TypeError('x is\n undefined');
    expect(describeFailure(error, false)).toEqual({
      exitCode: 1,
      text: 'internal: x is undefined (a bug in rollsim; run with -v for the stack)',
    });
    expect(describeFailure(error, true).text).toContain('determinism.test.ts');
  });
});

import { describe, expect, it } from 'vitest';
import { parseVary } from '../scenario/index.ts';
import { decideOptionsOf } from './decideOptions.ts';

const AXES = [parseVary('deployment/web:maxSurge=0,1'), parseVary('nodes=1,2')];

describe('the reference of a sweep', () => {
  it('is a value of each axis, by short name or path', () => {
    const wanted = { reference: { 'deployment/web:maxSurge': '1', nodes: '2' } };
    expect(decideOptionsOf({ reference: 'maxSurge=1,nodes=2' }, AXES)).toEqual(wanted);
    expect(decideOptionsOf({ reference: 'nodes=2,deployment/web:maxSurge=1' }, AXES)).toEqual(wanted);
  });

  it.each([
    ['maxSurge=1', 'names no value of every axis (add nodes=)'],
    ['maxSurg=1', 'there is no axis "maxSurg" (did you mean "maxSurge"?)'],
    ['maxSurge=7,nodes=2', 'maxSurge has no value "7" (it has 0, 1)'],
  ])('is refused with a hint: %s', (reference, message) => {
    expect(() => decideOptionsOf({ reference }, AXES)).toThrow(message);
  });
});

it('an objective is taken once', () => {
  expect(() => decideOptionsOf({ objective: ['durationSeconds', 'max:durationSeconds'] }, AXES)).toThrow('given twice');
});

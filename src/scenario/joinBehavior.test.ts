import { describe, expect, it } from 'vitest';
import { InputError } from '../api/errors.ts';
import { buildScenario } from './build.ts';

const HEAD = 'apiVersion: rollsim/v1alpha1\nkind: Scenario\n';
const rules = (...images: string[]) =>
  `${HEAD}behavior:\n${images.map((image) => `- match: {image: "${image}"}\n`).join('')}`;

function build(...texts: string[]) {
  return buildScenario({ files: texts.map((text, index) => ({ file: `${index}.yaml`, text })) }, {});
}

function imagesOf(...texts: string[]) {
  return build(...texts).behavior.map(({ match }) => match.image);
}

function errorOf(...texts: string[]): string {
  try {
    build(...texts);
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  throw new Error('was accepted');
}

describe('Scenarios that hold nothing but behavior', () => {
  it('stand beside manifests', () => {
    expect(
      imagesOf('apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b}]}', rules('b')),
    ).toEqual(['b']);
  });

  it('add their rules to a Scenario, in the order of the input', () => {
    const main = `${rules('a')}seed: 7\n`;
    expect(imagesOf(main, rules('b'), rules('c', 'd'))).toEqual(['a', 'b', 'c', 'd']);
    expect(imagesOf(rules('b'), main)).toEqual(['b', 'a']);
    expect(build(rules('b'), main).seed).toBe(7);
    expect(imagesOf(`${HEAD}seed: 7\n`, rules('b'))).toEqual(['b']);
  });

  it('are joined where there are only such', () => {
    expect(imagesOf(rules('a'), rules('b'))).toEqual(['a', 'b']);
  });

  it('keep their places', () => {
    const wrong = `${HEAD}behavior:\n- {ready: 1s}\n- {ready: soon}\n`;
    expect(errorOf(`${rules('a')}seed: 7\n`, wrong)).toMatch(/^1\.yaml:5:11: behavior\[1\]\.ready: "soon"/);
    expect(errorOf(`${HEAD}seed: 7\nbehavior: 5\n`, rules('a'))).toMatch(/^0\.yaml:4:11: behavior: /);
  });

  it('do not make two Scenarios one', () => {
    expect(errorOf(`${HEAD}seed: 7\n`, rules('a'), `${HEAD}seed: 8\n`)).toContain('a second Scenario');
  });
});

it('a star at the end of an image stands for all that begin so', () => {
  const pod = (image: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: "${image}"}]}\n`;
  expect(build(pod('web:v2'), rules('web:*')).assumptions.join()).not.toContain('no behavior rule');
  expect(build(pod('website:v2'), rules('web:*')).assumptions.join()).toContain('no behavior rule');
});

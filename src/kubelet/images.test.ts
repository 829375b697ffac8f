import { describe, expect, test } from 'vitest';
import { NEVER } from '../kernel/index.ts';
import { ImageStore } from './images.ts';

const pullIn = (micros: number) => () => micros;
const noPull = () => {
  throw new Error('nobody asked for a pull');
};

describe('images on a node', () => {
  test('are pulled once, and there for good', () => {
    const images = new ImageStore();
    expect(images.ensure('web:v1', 0, 100, pullIn(10))).toBe(110);
    expect(images.ensure('web:v1', 0, 105, noPull)).toBe(110);
    expect(images.ensure('web:v1', 0, 500, noPull)).toBe(500);
  });

  test('are pulled one after the other on a node, and side by side on two', () => {
    const images = new ImageStore();
    expect(images.ensure('a', 0, 0, pullIn(10))).toBe(10);
    expect(images.ensure('b', 0, 3, pullIn(10))).toBe(20);
    expect(images.ensure('c', 0, 50, pullIn(10))).toBe(60);
    expect(images.ensure('b', 1, 3, pullIn(10))).toBe(13);
  });

  test('a pull that never ends blocks nobody, and is tried again by the next pod', () => {
    const images = new ImageStore();
    expect(images.ensure('a', 0, 0, pullIn(NEVER))).toBe(NEVER);
    expect(images.ensure('b', 0, 0, pullIn(10))).toBe(10);
    expect(images.ensure('a', 0, 20, pullIn(5))).toBe(25);
  });

  test('that were there from the start are not pulled', () => {
    const images = new ImageStore();
    images.preload('web:v1', 300);
    expect(images.ensure('web:v1', 300, 7, noPull)).toBe(7);
    expect(images.ensure('web:v1', 301, 7, pullIn(1))).toBe(8);
  });

  test('of many nodes keep apart as their table grows', () => {
    const images = new ImageStore();
    for (let node = 0; node < 1000; node++) expect(images.ensure('a', node, 0, pullIn(node))).toBe(node);
    for (let node = 0; node < 1000; node++) expect(images.ensure('b', node, 0, pullIn(1))).toBe(node + 1);
  });
});

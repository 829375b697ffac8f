import { expect, it } from 'vitest';
import { axisNames, axisWorkloads } from './axisNames.ts';

it('shortens paths as far as they stay apart', () => {
  expect(axisNames(['deployment/web:maxSurge', 'nodes', 'behavior[0].ready'])).toEqual(['maxSurge', 'nodes', 'ready']);
  expect(axisNames(['deployment/web:maxSurge', 'deployment/api:maxSurge', 'nodes'])).toEqual([
    'deployment/web:maxSurge',
    'deployment/api:maxSurge',
    'nodes',
  ]);
});

it('keeps what is no plain word', () => {
  const path = 'deployment/web:metadata.labels[app.kubernetes.io/name]';
  expect(axisNames([path, 'nodes/big'])).toEqual(['metadata.labels[app.kubernetes.io/name]', 'nodes/big']);
});

it('finds the workloads that axes name', () => {
  expect(axisWorkloads(['deploy/web:maxSurge', 'nodes'])).toEqual(['deployment/web']);
});

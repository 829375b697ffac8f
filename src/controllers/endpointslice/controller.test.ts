import { describe, expect, it } from 'vitest';
import type { EndpointLine, LogLine } from '../../metrics/log/logLine.ts';
import { runScenario } from '../../runner/simulation.ts';
import { buildScenario } from '../../scenario/index.ts';

const SERVICE = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
`;

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "web:v1"}]}
---
`;

function play(objects: string, steps = '', until = '60s') {
  const text = `${objects}
apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{count: 3}]}
behavior: [{ready: 2s, terminate: 3s}]
steps: [${steps}]
until: ${until}
`;
  const scenario = buildScenario({ files: [{ file: 'test.yaml', text }] }, {});
  const lines: LogLine[] = [];
  const result = runScenario({ scenario, seed: 1, onLogLine: (line) => lines.push(line) });
  const endpoints = lines.filter((line): line is EndpointLine => 'kind' in line && line.kind === 'Endpoint');
  return { result, endpoints, told: endpoints.map(({ address, event }) => `${address} ${event}`) };
}

describe('EndpointSliceController', () => {
  it('lists a pod as ready once it is, and no longer from the moment in which it is told to stop', () => {
    const { endpoints, told } = play(SERVICE + DEPLOYMENT, '{at: 10s, kubectl: scale deployment/web --replicas=1}');
    expect(told).toHaveLength(3);
    expect(told.slice(0, 2).sort()).toEqual(['ReplicaSet/web@1#0 ready', 'ReplicaSet/web@1#1 ready']);
    expect(endpoints[0]!.t).toBeGreaterThan(2);
    expect(endpoints[2]!.event).toBe('unready');
    // The pod itself is there for three seconds more.
    expect(endpoints[2]!.t).toBeLessThan(11);
  });

  it('takes pods that are there already when a Service comes', () => {
    const { told } = play(DEPLOYMENT + SERVICE);
    expect(told).toHaveLength(2);
  });

  it('follows a changed selector', () => {
    const { told } = play(
      SERVICE + DEPLOYMENT,
      `{at: 10s, kubectl: "patch service web -p '{spec: {selector: {app: other}}}'"},
       {at: 20s, kubectl: "patch service web -p '{spec: {selector: {app: web}}}'"}`,
    );
    const events = told.map((text) => text.split(' ')[1]);
    expect(events).toEqual(['ready', 'ready', 'unready', 'unready', 'ready', 'ready']);
  });

  it('publishes pods that are not ready when asked to', () => {
    const service = SERVICE.replace('spec: {', 'spec: {publishNotReadyAddresses: true, ');
    const { endpoints } = play(service + DEPLOYMENT);
    expect(endpoints).toHaveLength(2);
    expect(endpoints[0]!.t).toBeLessThan(1);
  });

  it('names the pods of a headless Service that have host names', () => {
    const pod = `
apiVersion: v1
kind: Pod
metadata: {name: solo, labels: {app: web}}
spec: {hostname: first, subdomain: web, containers: [{name: app, image: "web:v1"}]}
---
`;
    const headless = SERVICE.replace('spec: {', 'spec: {clusterIP: None, ');
    expect(play(headless + pod).told).toEqual(['first.web.default.svc.cluster.local ready']);
    expect(play(SERVICE + pod).told).toEqual(['solo ready']);
  });

  it('measures the share of errors by the share of ready pods', () => {
    const canary = DEPLOYMENT.replaceAll('name: web}', 'name: canary}')
      .replace('{matchLabels: {app: web}}', '{matchLabels: {app: web, track: canary}}')
      .replace('{labels: {app: web}}', '{labels: {app: web, track: canary}}')
      .replace('web:v1', 'web:v2');
    const text = `${SERVICE}${DEPLOYMENT}${canary}
apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{count: 3}]}
behavior:
  - {match: {image: "web:v2"}, ready: 4s, errorRate: 0.5}
  - {ready: 2s}
until: 60s
`;
    const scenario = buildScenario({ files: [{ file: 'test.yaml', text }] }, {});
    const { services } = runScenario({ scenario, seed: 1 });
    expect(services).toHaveLength(1);
    const [web] = services;
    expect(web).toMatchObject({ service: 'service/web', readyMin: 1, unservedSeconds: 0 });
    // Two of four pods fail half of what they get.
    expect(web!.errorShareMax).toBeCloseTo(0.25, 9);
    expect(Object.keys(web!.servedPodSeconds)).toEqual(['web:v1', 'web:v2']);
  });
});

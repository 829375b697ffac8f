import { describe, expect, it } from 'vitest';
import { failure } from '../testing/documents.ts';
import type { JsonObject, ServiceManifest } from '../types.ts';
import { decodeObject } from './decode.ts';

function service(spec: JsonObject, name = 'web'): ServiceManifest {
  return decodeObject({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec }) as ServiceManifest;
}

describe('a Service', () => {
  it('gets the defaults of the API server', () => {
    const { spec, manifest } = service({ selector: { app: 'web' }, ports: [{ port: 80 }] });
    expect(spec).toEqual({
      selector: { app: 'web' },
      isHeadless: false,
      publishNotReadyAddresses: false,
      type: 'ClusterIP',
      ports: [{ name: '', port: 80, protocol: 'TCP' }],
    });
    expect(manifest.spec).toEqual({
      selector: { app: 'web' },
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    });
  });

  it('is reached from outside by every node, where it is reached at all', () => {
    expect(service({ type: 'LoadBalancer', ports: [{ port: 80, targetPort: 'http' }] }).manifest.spec).toMatchObject({
      externalTrafficPolicy: 'Cluster',
      internalTrafficPolicy: 'Cluster',
      allocateLoadBalancerNodePorts: true,
      ports: [{ targetPort: 'http' }],
    });
    const { manifest } = service({ type: 'ExternalName', externalName: 'example.com' });
    expect(manifest.spec).not.toHaveProperty('internalTrafficPolicy');
  });

  it('may have a cluster IP of either family', () => {
    for (const clusterIP of ['10.0.0.7', 'fd00::7', '::1', '']) {
      expect(service({ clusterIP, ports: [{ port: 80 }] }).spec.isHeadless).toBe(false);
    }
  });

  it('needs no ports when it is headless', () => {
    const { spec } = service({ clusterIP: 'None', publishNotReadyAddresses: true });
    expect(spec).toMatchObject({ isHeadless: true, publishNotReadyAddresses: true, selector: {}, ports: [] });
  });

  const twoPorts = (first: JsonObject, second: JsonObject): JsonObject => {
    return {
      ports: [
        { name: 'a', port: 80, ...first },
        { name: 'b', port: 81, ...second },
      ],
    };
  };

  it.each<[string, JsonObject, string]>([
    ['no ports', {}, 'ports: Required value'],
    [
      'a cluster IP that is none',
      { clusterIP: 'none', ports: [{ port: 80 }] },
      `clusterIP: Invalid value: "none": must be empty, 'None', or a valid IP address`,
    ],
    ['an unknown type', { type: 'clusterIP' }, 'type: Unsupported value: "clusterIP": supported values: "ClusterIP",'],
    ['no name among several', twoPorts({}, { name: '' }), 'ports[1].name: Required value'],
    ['a repeated name', twoPorts({}, { name: 'a' }), 'ports[1].name: Duplicate value: "a"'],
    ['a repeated port', twoPorts({}, { port: 80 }), 'ports[1]: Duplicate value: {"port":80,"protocol":"TCP"}'],
    ['no port', { ports: [{}] }, 'ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive'],
    [
      'a port of its pods that is none',
      { ports: [{ port: 1, targetPort: 70000 }] },
      'ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ],
    ['a protocol', { ports: [{ port: 1, protocol: 'tcp' }] }, 'ports[0].protocol: Unsupported value: "tcp"'],
    [
      'a node port without an address',
      { type: 'NodePort', clusterIP: 'None', ports: [{ port: 1 }] },
      `clusterIP: Invalid value: "None": may not be set to 'None' for NodePort services`,
    ],
    ['another name that is missing', { type: 'ExternalName' }, 'externalName: Required value'],
    ['an affinity', { sessionAffinity: 'Cookie' }, 'sessionAffinity: Unsupported value: "Cookie"'],
    ['a selector that is no map of labels', { selector: { app: 'a b' } }, 'selector.app: Invalid value: "a b"'],
    ['a selector with matchLabels', { selector: { matchLabels: {} } }, 'selector.matchLabels: expected string'],
  ])('is refused for %s', (_, spec, message) => {
    expect(failure(() => service(spec))).toContain(`service/web: spec.${message}`);
  });

  it('takes one number for two protocols', () => {
    expect(service(twoPorts({}, { port: 80, protocol: 'UDP' })).spec.ports).toHaveLength(2);
  });

  it('has a name that is a host name', () => {
    expect(failure(() => service({ ports: [{ port: 1 }] }, '1st'))).toContain(
      'metadata.name: Invalid value: "1st": a DNS-1035 label must consist of',
    );
    expect(failure(() => service({ ports: [{ port: 1 }] }, 'a'.repeat(64)))).toContain(
      'must be no more than 63 characters',
    );
  });

  it('reports what changes nothing', () => {
    const found: string[] = [];
    const spec = { clusterIP: 'None', ipFamilies: [], ports: [{ port: 1, targetPort: 2 }], selector: { a: 'b' } };
    const document = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec, status: {} };
    decodeObject(document, { notSimulated: (_, path) => found.push(path) });
    expect(found).toEqual(['spec.ipFamilies', 'spec.ports.targetPort', 'status']);
  });
});

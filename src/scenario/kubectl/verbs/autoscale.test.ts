import { describe, expect, test } from 'vitest';
import { KubectlRig, WEB } from '../testing/kubectlRig.ts';

function autoscaled(flags: string) {
  const rig = new KubectlRig(WEB);
  const answer = rig.out(`autoscale deployment/web ${flags}`);
  return { rig, answer, spec: rig.cluster.tables.HorizontalPodAutoscaler.list()[0]!.manifest.spec };
}

describe('kubectl autoscale', () => {
  test('makes an autoscaler of the same name', () => {
    const { rig, answer, spec } = autoscaled('--min=2 --max=10 --cpu-percent=60');
    expect(answer).toBe('horizontalpodautoscaler.autoscaling/web autoscaled');
    expect(spec).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
      ],
    });
    expect(rig.out('get hpa')).toMatch(
      /^NAME +REFERENCE +TARGETS +MINPODS +MAXPODS +REPLICAS +AGE\nweb +Deployment\/web +cpu: <unknown>\/60% +2 +10 +0 +/,
    );
    expect(rig.out('delete hpa/web')).toBe('horizontalpodautoscaler.autoscaling "web" deleted');
  });

  test('by amounts, of memory too, under another name', () => {
    const { rig } = autoscaled('--max=5 --cpu=500m --memory=70% --name=other');
    expect(rig.out('get horizontalpodautoscalers.v2.autoscaling other --no-headers')).toMatch(
      /^other +Deployment\/web +cpu: <unknown>\/500m, memory: <unknown>\/70% +1 +5 /,
    );
  });

  test('without any metric it is 80 % of the cpu', () => {
    expect(autoscaled('--max=5').rig.out('get hpa web -o jsonpath={.spec.metrics[0].resource.target}')).toBe(
      '{"averageUtilization":80,"type":"Utilization"}',
    );
  });

  test.each([
    ['', '--max=MAXPODS is required and must be at least 1, max: -1'],
    ['--max=2 --min=3', '--max=MAXPODS must be larger or equal to --min=MINPODS, max: 2, min: 3'],
    ['--max=2 --cpu=much', 'invalid value for --cpu: "much" is neither a percentage nor a quantity'],
    ['--max=2 --cpu=1 --cpu-percent=1', '--cpu-percent and --cpu cannot be specified together'],
  ])('%s is refused', (flags, message) => {
    expect(() => new KubectlRig(WEB).run(`autoscale deployment/web ${flags}`)).toThrow(message);
  });

  test('one of the name that is there already is an error', () => {
    const { rig } = autoscaled('--max=5');
    expect(rig.run('autoscale deployment/web --max=6').error).toBe(
      'horizontalpodautoscalers.autoscaling "web" already exists',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { InputError } from '../api/errors.ts';
import { buildScenario } from './build.ts';

function gatesOf(kubernetes: string, featureGates: string) {
  const text = `apiVersion: rollsim/v1alpha1\nkind: Scenario\nkubernetes: "${kubernetes}"\nfeatureGates: ${featureGates}\n`;
  return buildScenario({ files: [{ file: 's.yaml', text }] }, {}).gates;
}

function errorOf(kubernetes: string, featureGates: string): string {
  try {
    gatesOf(kubernetes, featureGates);
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  return 'accepted';
}

describe('feature gates', () => {
  it('start from those of the version', () => {
    expect(gatesOf('1.37', '{MaxUnavailableStatefulSet: false}')).toMatchObject({
      MaxUnavailableStatefulSet: false,
      StaleControllerConsistencyJob: true,
    });
    expect(gatesOf('1.35', '{}')).toMatchObject({ StaleControllerConsistencyJob: false });
  });

  it.each([
    [
      '1.37',
      '{MaxUnavailable: true}',
      's.yaml:4:16: featureGates.MaxUnavailable: unrecognized feature gate: MaxUnavailable',
    ],
    ['1.37', '{MaxUnavailableStatefulSett: true}', '(did you mean "MaxUnavailableStatefulSet"?)'],
    ['1.37', '{MaxUnavailableStatefulSet: "yes"}', 'expected boolean, got "yes"'],
    [
      '1.35',
      '{StaleControllerConsistencyJob: true}',
      's.yaml:4:47: featureGates.StaleControllerConsistencyJob: Kubernetes 1.35 has no such feature gate, 1.36 is the first',
    ],
    ['1.37', '{JobManagedBy: false}', 'cannot set feature gate JobManagedBy to false, feature is locked to true'],
    ['1.37', '{NodeDeclaredFeatures: false}', 'NodeDeclaredFeatures to false, feature is locked to true'],
    ['1.37', '{SidecarContainers: false}', 'Kubernetes 1.37 has no such feature gate, 1.36 is the last'],
    ['1.32', '{DeploymentReplicaSetTerminatingReplicas: true}', 'Kubernetes 1.32 has no such feature gate, 1.33'],
  ])('of %s refuse %s', (kubernetes, gates, message) => {
    expect(errorOf(kubernetes, gates)).toContain(message);
  });

  it('that play no part here are taken as upstream takes them', () => {
    expect(errorOf('1.37', '{WatchListClient: false, NodeDeclaredFeatures: true}')).toBe('accepted');
    expect(errorOf('1.37', '{JobManagedBy: true, SidecarContainers: true}')).toBe('accepted');
    expect(errorOf('1.34', '{JobManagedBy: false}')).toBe('accepted');
  });

  it('may be off before they were there', () => {
    expect(errorOf('1.30', '{StaleControllerConsistencyJob: false}')).toBe('accepted');
    expect(errorOf('1.30', '{MaxUnavailableStatefulSet: true}')).toBe('accepted');
  });
});

describe('a field that counts only with a gate', () => {
  const object = (kind: string, spec: string) => `---
apiVersion: apps/v1
kind: ${kind}
metadata: {name: web, namespace: shop}
spec: {${spec}, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}
`;
  const set = object('StatefulSet', 'updateStrategy: {rollingUpdate: {maxUnavailable: 2}}');
  const deployment = object('Deployment', 'podReplacementPolicy: TerminationComplete');

  function notesOf(head: string, text: string): readonly string[] {
    const scenario = `apiVersion: rollsim/v1alpha1\nkind: Scenario\ncluster: {nodes: [{}]}\nbehavior: [{}]\n${head}\n`;
    return buildScenario({ files: [{ file: 's.yaml', text: scenario + text }] }, {}).assumptions;
  }

  it('is told of pods with resources as a whole', () => {
    const pods = deployment.replace('spec: {containers', 'spec: {resources: {limits: {cpu: 1}}, containers');
    const note =
      'spec.template.spec.resources of shop/deployment/web has no effect: the feature gate PodLevelResources is off';
    expect(notesOf('kubernetes: "1.33"', pods)).toContain(note);
    expect(notesOf('kubernetes: "1.34"', pods)).not.toContain(note);
  });

  it('is told of Jobs, of what CronJobs make, and of pods', () => {
    const job = `---
apiVersion: batch/v1
kind: CronJob
metadata: {name: web}
spec:
  schedule: "0 * * * *"
  jobTemplate:
    spec:
      completionMode: Indexed
      completions: 2
      successPolicy: {rules: [{succeededCount: 1}]}
      template:
        spec:
          restartPolicy: Never
          containers: [{name: a, image: a}]
          initContainers: [{name: s, image: s, restartPolicy: Always}]
`;
    expect(notesOf('kubernetes: "1.30"\nfeatureGates: {SidecarContainers: false}', job).slice(0, 2)).toEqual([
      'spec.jobTemplate.spec.successPolicy of cronjob/web has no effect: the feature gate JobSuccessPolicy is off',
      'spec.jobTemplate.spec.template.spec.initContainers.restartPolicy of cronjob/web has no effect: the feature gate SidecarContainers is off',
    ]);
  });

  it('a gate that upstream acts on and this does not is told of when it is set', () => {
    expect(notesOf('featureGates: {StatefulSetRecreateStrategy: true, ContainerRestartRules: true}', '')).toEqual([
      'feature gate StatefulSetRecreateStrategy is not simulated: the strategy Recreate of StatefulSets is refused',
    ]);
  });

  it('is told where the gate is off', () => {
    const field = 'spec.updateStrategy.rollingUpdate.maxUnavailable of shop/statefulset/web';
    const note = `${field} has no effect: the feature gate MaxUnavailableStatefulSet is off`;
    expect(notesOf('kubernetes: "1.36"', set)).toEqual([note]);
    expect(notesOf('kubernetes: "1.37"', set)).toEqual([]);
    expect(notesOf('featureGates: {MaxUnavailableStatefulSet: false}', set)).toEqual([note]);
    expect(notesOf('', deployment)).toEqual([
      'spec.podReplacementPolicy of shop/deployment/web has no effect: the feature gate DeploymentPodReplacementPolicy is off',
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { InputError } from '../../api/errors.ts';
import { validateCommandLine } from './index.ts';

const PLACE = { file: 'scenario.yaml', line: 12, column: 7, path: 'steps[0].kubectl' };

function refusal(commandLine: string, stdin = ''): string {
  try {
    validateCommandLine(commandLine, stdin, PLACE, { stdinPlace: { ...PLACE, path: 'steps[0].stdin' } });
  } catch (error) {
    if (error instanceof InputError) return error.format().replace('scenario.yaml:12:7: ', '');
    throw error;
  }
  return 'accepted';
}

describe('a command line that cannot be run', () => {
  test.each([
    ['rolout status deployment/web', 'unknown verb "rolout" (did you mean "rollout"?)'],
    ['', 'no kubectl command'],
    ['kubectl', 'no kubectl command'],
    ['edit deployment web', 'kubectl edit is not supported yet'],
    ['logs web', 'kubectl logs has no effect in a simulation'],
    ['rollout', 'kubectl rollout needs a subcommand: history, pause, restart, resume, status, undo'],
    ['rollout statsu deployment/web', 'unknown subcommand "statsu" of kubectl rollout (did you mean "status"?)'],
    ['set selector deployment/web', 'kubectl set selector is not supported yet'],
    ['create configmap x', 'kubectl create configmap is not supported yet'],
    ['scale deployment/web', 'The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0'],
    ['scale deployment/web --replicas=x', 'invalid argument "x" for "--replicas": expected a whole number'],
    ['scale deployment/web --replicas', 'flag --replicas needs a value'],
    ['scale deployment/web --replica=3', 'unknown flag "--replica" (did you mean "--replicas"?)'],
    ['scale deployment/web --replicas=3 --dry-run=client', 'flag --dry-run of kubectl scale is not supported yet'],
    ['scale deployment/web --replicas=3 -x', 'flag -x of kubectl scale is not supported'],
    ['scale --replicas=3', 'you must name an object: deployment/NAME, or TYPE NAME'],
    ['scale deployment --replicas=3', 'resource(s) were provided, but no name was specified'],
    ['scale cm/db --replicas=3', '"cm": this resource type is not supported yet'],
    [
      'scale deploymnt/web --replicas=3',
      `the server doesn't have a resource type "deploymnt" (did you mean "deployment"?)`,
    ],
    ['scale deployments.batch/web --replicas=3', `the server doesn't have a resource type "deployments.batch"`],
    [
      'scale pod/web --replicas=3',
      'kubectl scale works on deployments, replicasets, replicationcontrollers and statefulsets, not on pods',
    ],
    ['get all web', 'objects cannot be named where the type is "all"'],
    ['delete pod x -l a=b', 'name cannot be provided when a selector is specified'],
    ['delete pod -l a==b==c', 'unable to parse selector "a==b==c"'],
    ['delete pod --field-selector=status.podIP=1', 'field selector "status.podIP" is not supported yet'],
    ['delete pod a/b', 'there is no need to specify a resource type in front of "a/b"'],
    ['set image deployment/web', 'at least one image update is required'],
    ['set image deployment/web app=', 'expected CONTAINER=IMAGE, got "app="'],
    ['set env deployment/web', 'at least one environment variable must be provided: KEY=VALUE or KEY-'],
    [
      'set env deployment/web A=1 A-',
      'can not both modify and remove the same environment variable in the same command',
    ],
    ['set resources deployment/web --requests=cpu=x', '"x" is not a quantity'],
    ['label deployment/web', 'at least one label update is required'],
    ['label deployment/web a=b a-', 'can not both modify and remove a label in the same command'],
    ['label deployment/web a="b c"', 'invalid label "a=b c": a valid label must be'],
    ['patch deployment/web', 'must specify --patch containing the contents of the patch'],
    [`patch deployment/web -p '{"spec":'`, '-p is not valid JSON or YAML'],
    [`patch deployment/web --type=jsn -p '{}'`, '--type must be one of [json merge strategic], not "jsn"'],
    [`patch deployment/web --type=json -p '{}'`, '-p: a JSON patch is a list of operations'],
    ['apply -f web.yaml', `kubectl apply -f web.yaml: steps read no files (use -f - with the step's stdin`],
    ['apply', 'kubectl apply needs -f -'],
    ['rollout status deployment/web --timeout=30', 'invalid argument for "--timeout": missing unit'],
    ['rollout undo deployment/web --to-revision=x', '--to-revision must be a revision number'],
    ['get pods -o go-template={{.items}}', 'output format "go-template={{.items}}" is not supported yet'],
    [`get pods -o jsonpath='{range .items[*]}'`, 'unterminated range in jsonpath: {end} is missing'],
    [`get pods -o jsonpath='{end}'`, 'jsonpath: not in range, nothing to end'],
    ['delete endpoints db', 'kubectl delete works on'],
    ['wait pod/x', 'unrecognized condition: ""'],
    ['wait pod/x --for=condition', 'unrecognized condition: "condition"'],
    ['wait pod/x --for=jsonpath=', 'jsonpath wait format must be'],
    ['wait pod/x --for=jsonpath={.status.phase}=', 'jsonpath wait has to have a value after equal sign'],
    ['wait pod/x --for=delete --timeout=30', 'invalid argument for "--timeout": missing unit'],
    ['wait pod --for=delete', 'resource(s) were provided, but no name was specified'],
    ['get pods | wc', `the shell's "|" is not supported`],
  ])('%s', (commandLine, message) => {
    expect(refusal(commandLine)).toContain(`steps[0].kubectl: ${message}`);
  });

  test('what is wrong on stdin stands at the step, with the line in stdin', () => {
    expect(refusal('apply -f -')).toBe("steps[0].kubectl: kubectl apply -f - needs manifests in the step's stdin");
    expect(refusal('apply -f -', 'kind: Pod\nspec: {containrs: []}\napiVersion: v1')).toBe(
      'steps[0].stdin: line 2: spec.containrs: unknown field (did you mean "containers"?)',
    );
    expect(refusal('create -f -', 'kind: [')).toMatch(/^steps\[0\]\.stdin: line 1: /);
  });
});

describe('a command line that can be run', () => {
  test.each([
    'kubectl rollout status deployment/web',
    'rollout status deployment',
    'rollout status deploy/web -w=false --timeout 5m',
    'delete po --all -n shop',
    'delete pods,rs -l app=web --wait=false',
    'scale deployments.v1.apps/web --replicas=3',
    'scale --replicas=3 deployments.apps web shop',
    'annotate no/node-0 a=b',
    'get nodes -o wide',
  ])('%s', (commandLine) => {
    expect(refusal(commandLine)).toBe('accepted');
  });

  test('tells what is not simulated on stdin', () => {
    const found: string[] = [];
    const stdin = `
kind: ConfigMap
apiVersion: v1
---
{kind: Pod, apiVersion: v1, metadata: {name: a}, spec: {hostNetwork: true, containers: [{name: a, image: b}]}}`;
    validateCommandLine('apply -f -', stdin, PLACE, {
      notSimulated: (kind, path) => found.push(`${kind} ${path}`.trim()),
    });
    expect(found).toEqual(['ConfigMap', 'Pod spec.hostNetwork']);
  });
});

test('global flags may stand in front of the verb', () => {
  expect(refusal('-n shop scale deployment/web --replicas=3')).toBe('accepted');
  expect(refusal('kubectl --namespace=shop rollout restart deployment/web')).toBe('accepted');
  expect(refusal('-n shop rolout status deployment/web')).toContain('unknown verb "rolout"');
});

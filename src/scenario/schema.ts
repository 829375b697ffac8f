/**
 * The shape of a Scenario document, once: for the loader, which wants good messages, and for editors, which want a JSON
 * Schema. Values with a syntax of their own (durations, quantities, delays) are opaque to the loader's variant; their
 * parsers give better messages than a schema can.
 */
import { z } from 'zod';
import { isJsonObject } from '../api/canonical.ts';
import { type DecodeContext, failAt, unsupported } from '../api/decode/context.ts';
import { didYouMean } from '../api/nearest.ts';
import type { FieldPath } from '../api/path.ts';
import type { JsonObject, JsonValue } from '../api/types.ts';
import { autoscaleSchema, clusterAutoscalerSchema } from './autoscaling.ts';
import { stateSchema } from './existing/schema.ts';
import { failureSchema, nodeSelectionForm } from './failureSchema.ts';
import { registrySchema } from './registrySchema.ts';
import { delayForm, durationForm, type Leaf, type Opaque, wholeNumber } from './schemaForms.ts';
import { versionProfiles } from './versions.ts';

export const SCENARIO_API_VERSION = 'rollsim/v1alpha1';
export const SCENARIO_KIND = 'Scenario';

/** More nodes in one pool are a typing error. */
const MOST_NODES = 100_000;
/** The same of pods in one step. */
const MOST_PODS = 1_000_000;

/** A Scenario document whose shape has been checked; nulls are gone, nothing is defaulted. */
export type ScenarioInput = z.infer<typeof loaderSchema>;
export type BehaviorInput = NonNullable<ScenarioInput['behavior']>[number];
export type PoolInput = NonNullable<NonNullable<ScenarioInput['cluster']>['nodes']>[number];
export type StepInput = NonNullable<ScenarioInput['steps']>[number];
export type ControlPlaneInput = NonNullable<ScenarioInput['controlPlane']>;

const loaderSchema = scenarioSchema(() => z.unknown() as unknown as Opaque);

/** The top-level fields of a Scenario. */
export const scenarioFields: readonly string[] = Object.keys(loaderSchema.shape);
/** The fields of a pool of nodes. */
export const poolFields: readonly string[] = fieldsAt(['cluster', 'nodes', 0]);

/**
 * Checks the shape of a Scenario document.
 *
 * @throws InputError for an unknown field, a missing one, or a value of the wrong type.
 */
export function checkScenarioShape(context: DecodeContext, document: JsonObject): ScenarioInput {
  const value = withoutNulls(document);
  const result = loaderSchema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues;
  // A mistyped field name is often also a missing field: name the cause.
  const issue = issues.find((candidate) => candidate.code === 'unrecognized_keys') ?? issues[0]!;
  return refuse(context, issue, value);
}

/** The JSON Schema (draft 7) of a Scenario document, for editors. */
export function scenarioJsonSchema(): object {
  const schema = scenarioSchema((form) => form as Opaque);
  return { title: 'rollsim scenario', ...z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) };
}

function scenarioSchema(leaf: Leaf) {
  const pool = poolSchema(leaf);
  const autoscale = autoscaleSchema(leaf, MOST_NODES);
  const scalingPool = pool.extend({
    autoscale: autoscale.optional().describe('Lets cluster-autoscaler add and take away nodes.'),
  });
  return z
    .strictObject({
      apiVersion: z.literal(SCENARIO_API_VERSION).describe('Version of this format.'),
      kind: z.literal(SCENARIO_KIND).describe('Always Scenario.'),
      metadata: z
        .strictObject({ name: z.string().optional().describe('Names the scenario in reports.') })
        .optional()
        .describe('Names the scenario.'),
      kubernetes: leaf(z.string().meta({ examples: versionProfiles.map((profile) => profile.text) }))
        .optional()
        .describe('Version of Kubernetes whose decisions are played; the newest one if left out.'),
      featureGates: z
        .record(z.string(), z.boolean())
        .optional()
        .describe("Feature gates that differ from the version's defaults, by upstream's names."),
      state: stateSchema.optional(),
      seed: wholeNumber(0).optional().describe('Seed of all random draws (default 1).'),
      resources: z
        .array(z.string())
        .optional()
        .describe('More files, folders, or "-" for standard input, relative to this file.'),
      cluster: z
        .strictObject({
          nodes: z.array(scalingPool).optional().describe('Pools of equal nodes.'),
          failures: z.array(failureSchema(leaf)).optional().describe('When nodes fail, and for how long.'),
          registry: registrySchema(leaf).optional().describe('Where images come from, and how fast.'),
        })
        .optional()
        .describe('What the pods run on. Node objects in the input count too.'),
      controlPlane: controlPlaneSchema(leaf).optional().describe('Speed and limits of the control plane.'),
      behavior: z.array(ruleSchema(leaf)).optional().describe('How pods behave; the first rule that matches wins.'),
      steps: z.array(stepSchema(leaf, pool)).optional().describe('What is done to the cluster, and when.'),
      until: leaf(durationForm())
        .optional()
        .describe(
          'The run ends here at the latest (default: 1 h after the last step, and 1 h more for each --kubectl).',
        ),
      thresholds: z
        .record(z.string(), z.array(z.string()).describe('Expressions that must all hold: "p(95)<120", ">=9".'))
        .optional()
        .describe('Expressions by metric; a breach is exit code 99.'),
    })
    .describe('A scenario that rollsim plays.');
}

function poolSchema(leaf: Leaf) {
  const quantities = z.record(z.string(), z.union([z.string(), z.number()]));
  const strings = z.record(z.string(), z.string());
  const taint = z.strictObject({
    key: z.string().describe('Key of the taint.'),
    value: z.string().optional().describe('Value of the taint.'),
    effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).describe('What it does to pods.'),
  });
  return z.strictObject({
    name: z.string().optional().describe('The nodes are NAME-0, NAME-1 … (default "node").'),
    count: wholeNumber(0, MOST_NODES).optional().describe('Number of nodes (default 1).'),
    allocatable: leaf(quantities)
      .optional()
      .describe('What pods can use of each node (default cpu "8", memory 32Gi, pods "110", ephemeral-storage 100Gi).'),
    labels: leaf(strings).optional().describe('Labels of each node.'),
    taints: leaf(z.array(taint)).optional().describe('Taints of each node.'),
    zones: z.array(z.string()).optional().describe('Dealt out in turn as topology.kubernetes.io/zone.'),
    images: z.array(z.string()).optional().describe('Images that each node has from its start.'),
  });
}

function controlPlaneSchema(leaf: Leaf) {
  const flag = z.union([z.string(), z.number(), z.boolean()]);
  const limits = {
    'kube-api-qps': leaf(z.number()).optional().describe('Requests per second; negative: no limit.'),
    'kube-api-burst': leaf(z.number()).optional().describe('Requests above the rate that may come at once.'),
  };
  const autoscaler = (what: string) => leaf(durationForm()).optional().describe(what);
  const syncs = (what: string) => leaf(z.number()).optional().describe(`${what} that are synced at the same time.`);
  return z.strictObject({
    preset: z
      .enum(['default', 'unlimited', 'large-managed'])
      .optional()
      .describe(
        'Where the other values start from: the defaults of Kubernetes, no limits and no latency, or a big managed cluster.',
      ),
    'kube-controller-manager': z
      .object({
        ...limits,
        'concurrent-deployment-syncs': syncs('Deployments'),
        'concurrent-replicaset-syncs': syncs('ReplicaSets'),
        'concurrent-rc-syncs': syncs('ReplicationControllers'),
        'concurrent-statefulset-syncs': syncs('StatefulSets'),
        'concurrent-daemonset-syncs': syncs('DaemonSets'),
        'concurrent-job-syncs': syncs('Jobs'),
        'concurrent-cron-job-syncs': syncs('CronJobs'),
        'concurrent-ttl-after-finished-syncs': syncs('Finished Jobs with a TTL'),
        'concurrent-service-endpoint-syncs': syncs('Services'),
        'concurrent-resource-quota-syncs': syncs('ResourceQuotas'),
        'concurrent-horizontal-pod-autoscaler-syncs': syncs('HorizontalPodAutoscalers'),
        'horizontal-pod-autoscaler-sync-period': autoscaler(
          'From one sync of an autoscaler to its next (default 15s).',
        ),
        'horizontal-pod-autoscaler-downscale-stabilization': autoscaler(
          'How long the highest recommendation holds before replicas are taken away (default 5m).',
        ),
        'horizontal-pod-autoscaler-cpu-initialization-period': autoscaler(
          'How long after its start the cpu of a pod that is not ready is left out (default 5m).',
        ),
        'horizontal-pod-autoscaler-initial-readiness-delay': autoscaler(
          'How long after its start a pod that is not ready counts as never ready (default 30s).',
        ),
        'horizontal-pod-autoscaler-tolerance': leaf(z.number())
          .optional()
          .describe('Share by which usage may miss its target before replicas change (default 0.1).'),
        'concurrent-gc-syncs': syncs('Objects of the garbage collector'),
        'node-monitor-period': leaf(durationForm()).optional().describe('How often nodes are looked at (default 5s).'),
        'node-monitor-grace-period': leaf(durationForm())
          .optional()
          .describe('How long a node may be silent before it counts as lost (default 50s, 40s before 1.32).'),
        'node-eviction-rate': leaf(z.number())
          .optional()
          .describe('Lost nodes of a zone per second whose pods are evicted (default 0.1).'),
        'secondary-node-eviction-rate': leaf(z.number())
          .optional()
          .describe('The same in a large zone of which much is lost (default 0.01).'),
        'unhealthy-zone-threshold': leaf(z.number())
          .optional()
          .describe('Share of lost nodes from which much of a zone is lost (default 0.55).'),
        'large-cluster-size-threshold': leaf(z.number())
          .optional()
          .describe('Nodes above which a zone is large; in others nothing is evicted when much is lost (default 50).'),
        'terminated-pod-gc-threshold': leaf(z.number())
          .optional()
          .describe('Finished pods that are kept; 0: any number.'),
      })
      .catchall(leaf(flag))
      .optional()
      .describe('Flags of kube-controller-manager.'),
    'kube-scheduler': z.object(limits).catchall(leaf(flag)).optional().describe('Flags of kube-scheduler.'),
    'cluster-autoscaler': clusterAutoscalerSchema(leaf)
      .optional()
      .describe('Flags of cluster-autoscaler, for pools with autoscale.'),
    kubelet: z
      .object({
        ...limits,
        'serialize-image-pulls': leaf(z.boolean())
          .optional()
          .describe('One pull at a time on each node (default true).'),
        'max-parallel-image-pulls': leaf(z.number()).optional().describe('Pulls at a time on each node.'),
        'registry-qps': leaf(z.number())
          .optional()
          .describe('Pulls per second of each kubelet (default 5; 0: no limit).'),
        'registry-burst': leaf(z.number())
          .optional()
          .describe('Pulls above the rate that may begin at once (default 10).'),
      })
      .catchall(leaf(flag))
      .optional()
      .describe('Flags of the kubelets; others than these are accepted, not simulated.'),
    latency: z
      .strictObject({
        api: leaf(delayForm()).optional().describe('One request to the API server (default 5ms).'),
        apiService: leaf(durationForm())
          .optional()
          .describe(
            'How long the API server works on a write that it has to itself; writes at the same time share it (default 1900us).',
          ),
        watch: leaf(delayForm()).optional().describe('From a write to the informers having seen it (default 2ms).'),
        schedulingCycle: leaf(delayForm()).optional().describe('One cycle of the scheduler (default 1ms).'),
        kubeletSync: leaf(delayForm())
          .optional()
          .describe('A kubelet from seeing a bound pod to beginning with it (default 34ms).'),
        kubectl: leaf(delayForm()).optional().describe('A kubectl command before its first write (default 102ms).'),
        kubectlApply: leaf(delayForm()).optional().describe('The same for kubectl apply (default 134ms).'),
        kubectlExit: leaf(durationForm())
          .optional()
          .describe('From its last answer to the next command (default 16ms).'),
        proxy: leaf(durationForm())
          .optional()
          .describe("From an EndpointSlice being written to the nodes' proxies going by it (default 1s)."),
      })
      .optional()
      .describe('How long things take.'),
  });
}

function ruleSchema(leaf: Leaf) {
  const delay = leaf(delayForm());
  const attempts = z.strictObject({
    attempts: z.array(delayForm()).min(1).describe('By start of the container; the last one repeats.'),
  });
  const repeated = leaf(z.union([delayForm(), attempts]));
  const match = z.strictObject({
    image: z.string().optional().describe('Image of the first container; "web:*": all that begin so.'),
    labels: leaf(z.record(z.string(), z.unknown())).optional().describe('Labels of the pod, or a label selector.'),
    workload: z.string().optional().describe('What the pod belongs to: deployment/web.'),
  });
  const delays = {
    pull: delay.optional().describe('Pulling the image when the node lacks it.'),
    start: delay.optional().describe('From the image being there to the containers having started.'),
    ready: delay.optional().describe('From started to passing its readiness probe.'),
    terminate: delay.optional().describe('From SIGTERM to the exit, cut off by the grace period.'),
    unready: delay.optional().describe('From ready to failing readiness again (default never).'),
    live: delay.optional().describe('From started to passing its liveness probe (default: at once).'),
    run: repeated.optional().describe('From started to exiting by itself (default never; 0 for an init container).'),
    hang: repeated.optional().describe('From started to answering no probe any more (default never).'),
    exitCode: leaf(exitCodeForm()).optional().describe('Exit code after run (default 0).'),
  };
  const container = z.strictObject({
    ...delays,
    writes: z
      .string()
      .optional()
      .describe('Volume that it fills: as an init container by ending, else by being ready.'),
    reads: z.string().optional().describe('Volume that has to be filled before it is ready.'),
  });
  return z.strictObject({
    match: match.optional().describe('Which pods the rule is for; left out: all.'),
    ...delays,
    containers: z.record(z.string(), container).optional().describe('Containers that differ, by name.'),
    errorRate: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Share of the requests to a ready pod that fail, 0 to 1 (default 0).'),
    usage: leaf(usageForm()).optional().describe('What each running pod uses, for autoscalers to see.'),
    load: leaf(loadForm())
      .optional()
      .describe('What all ready pods of the rule, and of their workloads, share equally; beside usage.'),
  });
}

function usageForm(): z.ZodType {
  const quantity = z.union([z.string(), z.number()]);
  const amounts = {
    cpu: quantity.optional().describe('Cores of the first container.'),
    memory: quantity.optional().describe('Bytes of the first container.'),
  };
  return z.strictObject({
    ...amounts,
    startup: z
      .strictObject({ ...amounts, for: durationForm().describe('How long.') })
      .optional()
      .describe('Instead, from the start of the containers on.'),
  });
}

function loadForm(): z.ZodType {
  const quantity = z.union([z.string(), z.number()]);
  const steps = z.array(z.tuple([durationForm(), quantity])).min(1);
  const overTime = z.union([quantity, z.strictObject({ steps: steps.describe('[time, amount] in order.') })]);
  return z.strictObject({
    cpu: overTime.optional().describe('Cores, of all together.'),
    memory: overTime.optional().describe('Bytes, of all together.'),
    requestsPerSecond: overTime.optional().describe('Together with cpuPerRequest, in place of cpu.'),
    cpuPerRequest: quantity.optional().describe('What one request costs.'),
  });
}

function exitCodeForm(): z.ZodType {
  const code = wholeNumber(0, 255);
  return z.union([
    code,
    z.strictObject({ sequence: z.array(code).min(1).describe('In order of creation, repeating, per image.') }),
    z.strictObject({ attempts: z.array(code).min(1).describe('By start of the container; the last one repeats.') }),
  ]);
}

function stepSchema(leaf: Leaf, pool: ReturnType<typeof poolSchema>) {
  return z.strictObject({
    at: leaf(durationForm()).describe('When, from the start.'),
    kubectl: z.string().optional().describe('A kubectl command line, without "kubectl".'),
    stdin: z.string().optional().describe('What the command reads from standard input.'),
    expect: z
      .string()
      .optional()
      .describe('A regular expression that what kubectl prints must match; the command must also succeed.'),
    expectError: z
      .string()
      .optional()
      .describe("A regular expression that kubectl's error must match; the command must fail."),
    failNode: leaf(nodeSelectionForm()).optional().describe('Nodes whose kubelets fall silent.'),
    recoverNode: leaf(nodeSelectionForm()).optional().describe('Nodes that come back.'),
    addNodes: pool.optional().describe('Nodes that join, one after the other.'),
    createPods: podSeriesSchema(leaf).optional().describe('Bare pods that differ in their names.'),
  });
}

function podSeriesSchema(leaf: Leaf) {
  const anything = z.record(z.string(), z.unknown());
  return z.strictObject({
    name: z.string().describe('The pods are NAME-0, NAME-1 …'),
    count: wholeNumber(1, MOST_PODS).optional().describe('Number of pods (default 1).'),
    every: leaf(durationForm())
      .optional()
      .describe('One pod after the other, at this interval; the next step does not wait for them (default: at once).'),
    pod: z
      .strictObject({
        metadata: leaf(anything).optional().describe('Namespace, labels and annotations of each pod.'),
        spec: leaf(anything).describe('Spec of each pod, as in a Pod.'),
      })
      .describe('What the pods have in common.'),
  });
}

/** A null means that the field is absent, as everywhere in Kubernetes. */
function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNulls(inner)]));
}

type Issue = z.core.$ZodIssue;

/** Says what a zod issue means, in the words that decoding manifests uses. */
function refuse(context: DecodeContext, issue: Issue, document: JsonValue): never {
  const path = issue.path as FieldPath;
  const found = valueAt(document, path);
  if (issue.code === 'unrecognized_keys') {
    const hint = didYouMean(issue.keys[0]!, fieldsAt(path));
    return failAt(context, [...path, issue.keys[0]!], 'unknown field', hint, 'key');
  }
  if (found === undefined) return failAt(context, path, 'Required value');
  switch (issue.code) {
    case 'invalid_type':
      return failAt(
        context,
        path,
        `expected ${wordFor(issue.expected)}, got ${describe(found)}`,
        hintFor(issue, found),
      );
    case 'invalid_value':
      return unsupported(context, path, String(found), issue.values.map(String));
    case 'too_small':
      return failAt(context, path, `must be greater than or equal to ${issue.minimum}`);
    case 'too_big':
      return failAt(context, path, `must be less than or equal to ${issue.maximum}`);
    default:
      return failAt(context, path, issue.message);
  }
}

function wordFor(expected: string): string {
  const words: Record<string, string> = { object: 'mapping', record: 'mapping', array: 'list', int: 'integer' };
  return words[expected] ?? expected;
}

function hintFor(issue: Issue & { code: 'invalid_type' }, found: JsonValue): string | undefined {
  if (issue.expected !== 'string') return undefined;
  return typeof found === 'number' || typeof found === 'boolean' ? `quote it: "${found}"` : undefined;
}

function describe(value: JsonValue): string {
  if (Array.isArray(value)) return 'list';
  if (isJsonObject(value)) return 'mapping';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function valueAt(document: JsonValue, path: FieldPath): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const step of path) {
    if (typeof step === 'number') value = Array.isArray(value) ? value[step] : undefined;
    else value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** The fields that may stand at a path. */
function fieldsAt(path: FieldPath): string[] {
  let schema: z.core.$ZodType | undefined = loaderSchema;
  for (const step of path) {
    schema = bare(schema);
    if (schema instanceof z.ZodArray) schema = schema.element as z.core.$ZodType;
    else if (schema instanceof z.ZodRecord) schema = schema.valueType as z.core.$ZodType;
    else if (schema instanceof z.ZodObject) schema = schema.shape[String(step)] as z.core.$ZodType | undefined;
    else return [];
  }
  schema = bare(schema);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function bare(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  return schema instanceof z.ZodOptional ? (schema.unwrap() as z.core.$ZodType) : schema;
}

import { isJsonObject } from '../../api/index.ts';
import type { JsonObject } from '../../api/types.ts';
import { POD_FAILED, POD_TERMINATING } from '../../cluster/index.ts';
import { nodeDocument, type PodSketch, podDocument } from './documents.ts';
import type { Stage } from './stage.ts';
import type { Operation, Story } from './stories.ts';

const PRIORITY_CLASSES = [
  { name: 'high', value: 1000, preemptionPolicy: 'PreemptLowerPriority' },
  { name: 'middle', value: 7, preemptionPolicy: 'PreemptLowerPriority' },
  { name: 'low', value: -5, preemptionPolicy: 'PreemptLowerPriority' },
  { name: 'polite', value: 1000, preemptionPolicy: 'Never' },
];

/** Plays a story on a stage; the stage's witness fails at the first decision that differs. */
export function tell(story: Story, stage: Stage): void {
  const teller = new Teller(story, stage);
  teller.prepare();
  for (const operation of story.operations) {
    teller.play(operation);
    stage.settle();
  }
}

class Teller {
  private readonly story: Story;
  private readonly stage: Stage;
  private created = 0;

  constructor(story: Story, stage: Stage) {
    this.story = story;
    this.stage = stage;
  }

  prepare(): void {
    const { nodes, templates, services, budgets } = this.story;
    this.stage.labelNamespace('default', {});
    this.stage.labelNamespace('other', { purpose: 'test' });
    for (const { name, ...fields } of PRIORITY_CLASSES) {
      this.stage.create({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, ...fields });
    }
    for (const [i, sketch] of nodes.entries()) this.stage.create(nodeDocument(`n${i}`, sketch));
    for (const [i, selector] of services.entries()) {
      const spec = { selector: { ...selector }, ports: [{ port: 80 }] };
      this.stage.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: `s${i}`, namespace: 'default' }, spec });
    }
    for (const [i, { selector, allowed }] of budgets.entries()) this.stage.createBudget(`b${i}`, selector, allowed);
    for (const [i, sketch] of templates.entries()) this.stage.create(replicaSetDocument(`r${i}`, sketch));
    this.stage.settle();
  }

  play(operation: Operation): void {
    switch (operation.type) {
      case 'create':
        for (let i = 0; i < operation.count; i++) this.pauseAfter(() => this.createBare(operation.template));
        return;
      case 'createOwned':
        for (let i = 0; i < operation.count; i++) this.pauseAfter(() => this.createOwned(operation.template));
        return;
      case 'reap':
        this.reap();
        return;
      case 'addNode':
        this.addNode(operation);
        return;
      case 'changeNode':
      case 'removeNode':
      case 'cordonNode':
        this.playOnNode(operation);
        return;
      default:
        this.playOnPod(operation);
    }
  }

  private pauseAfter(act: () => void): void {
    act();
    if (this.story.pauseSeconds > 0) this.stage.run(this.story.pauseSeconds);
  }

  private reap(): void {
    const { cluster } = this.stage;
    for (const pod of this.stage.pods()) {
      if ((cluster.pods.state[pod]! & POD_TERMINATING) !== 0) cluster.removePod(pod);
    }
  }

  private createBare(template: number): void {
    const { templates } = this.story;
    this.stage.create(podDocument(`p${this.created++}`, templates[template % templates.length]));
  }

  private createOwned(template: number): void {
    const { templates } = this.story;
    const number = template % templates.length;
    this.stage.createOwned(`r${number}`, templates[number]!.namespace);
  }

  private playOnPod(operation: Extract<Operation, { pod: number }>): void {
    const { cluster } = this.stage;
    const rows = this.stage.pods();
    if (rows.length === 0) return;
    const pod = rows[operation.pod % rows.length]!;
    if (operation.type === 'remove') cluster.removePod(pod);
    else if (operation.type === 'terminate') cluster.deletePod(pod);
    else if (operation.type === 'finish') cluster.setPodFinished(pod, POD_FAILED);
    else this.stage.relabel(pod, { ...cluster.labelsOf(pod), ...operation.labels });
  }

  /** A node that is there already gets another one beside it. */
  private addNode({ node, sketch }: Extract<Operation, { sketch: unknown }>): void {
    const { nodes } = this.story;
    const name = `n${node % (nodes.length + 3)}`;
    if (!this.stage.hasNode(name)) this.stage.create(nodeDocument(name, sketch));
  }

  private playOnNode(operation: Extract<Operation, { node: number }>): void {
    const name = `n${operation.node % this.story.nodes.length}`;
    if (!this.stage.hasNode(name)) return;
    if (operation.type === 'removeNode') this.stage.deleteNode(name);
    else if (operation.type === 'cordonNode') {
      this.stage.editNode(name, (document) => {
        const spec = isJsonObject(document.spec) ? document.spec : {};
        document.spec = { ...spec, unschedulable: spec.unschedulable !== true };
      });
    } else if ('sketch' in operation) {
      const { metadata, spec, status } = nodeDocument(name, operation.sketch);
      this.stage.editNode(name, (document) => {
        document.metadata = { ...(document.metadata as JsonObject), labels: (metadata as JsonObject).labels! };
        document.spec = spec!;
        document.status = status!;
      });
    }
  }
}

function replicaSetDocument(name: string, sketch: PodSketch): JsonObject {
  const { metadata, spec } = podDocument(name, sketch) as { metadata: JsonObject; spec: JsonObject };
  const labels = { ...(metadata.labels as JsonObject), set: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: sketch.namespace ?? 'default' },
    spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}

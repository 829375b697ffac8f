/** A pod template as `kubectl rollout history --revision` prints it (kubectl's `DescribePodTemplate`). */
import { isJsonObject } from '../../api/canonical.ts';
import { objectAt, objectsAt, stringAt } from '../../api/decode/read.ts';
import type { JsonObject, JsonValue, PodTemplateSpec } from '../../api/types.ts';
import { CHANGE_CAUSE_ANNOTATION } from './verbs/annotate.ts';

/** @param cause shown among the annotations; empty for none. */
export function describeTemplate(template: PodTemplateSpec, cause: string): string {
  const annotations = cause ? { ...template.annotations, [CHANGE_CAUSE_ANNOTATION]: cause } : template.annotations;
  const spec = objectAt(template.manifest, 'spec');
  const lines = ['Pod Template:', ...mapLines('Labels', template.labels, '=')];
  if (Object.keys(annotations).length > 0) lines.push(...mapLines('Annotations', annotations, ': '));
  const initContainers = objectsAt(spec, 'initContainers');
  if (initContainers.length > 0) lines.push('  Init Containers:', ...initContainers.flatMap(containerLines));
  lines.push('  Containers:', ...objectsAt(spec, 'containers').flatMap(containerLines));
  lines.push(...volumeLines(objectsAt(spec, 'volumes')));
  lines.push(...mapLines('Node-Selectors', objectAt(spec, 'nodeSelector'), '='));
  lines.push(...listLines('  Tolerations:', objectsAt(spec, 'tolerations').map(describeToleration)));
  return `${lines.join('\n')}\n`;
}

function containerLines(container: JsonObject): string[] {
  const lines = [`   ${stringAt(container, 'name')}:`, `    Image:\t${stringAt(container, 'image')}`];
  const ports = objectsAt(container, 'ports');
  const plural = ports.length > 1 ? 's' : '';
  const listPorts = (field: string) =>
    ports.map((port) => `${String(port[field] ?? 0)}/${stringAt(port, 'protocol') || 'TCP'}`).join(', ') || '<none>';
  lines.push(`    Port${plural}:\t${listPorts('containerPort')}`, `    Host Port${plural}:\t${listPorts('hostPort')}`);
  lines.push(...wordLines('Command', container.command), ...wordLines('Args', container.args));
  const resources = objectAt(container, 'resources');
  lines.push(...amountLines('Limits', resources.limits), ...amountLines('Requests', resources.requests));
  for (const [title, field] of PROBES) {
    if (isJsonObject(container[field])) lines.push(`    ${title}:\t${describeProbe(container[field])}`);
  }
  lines.push(...environmentLines(objectsAt(container, 'env')), ...mountLines(objectsAt(container, 'volumeMounts')));
  return lines;
}

const PROBES = [
  ['Liveness', 'livenessProbe'],
  ['Readiness', 'readinessProbe'],
  ['Startup', 'startupProbe'],
] as const;

function wordLines(title: string, value: JsonValue | undefined): string[] {
  if (!Array.isArray(value) || value.length === 0) return [];
  return [`    ${title}:`, ...value.flatMap((word) => String(word).split('\n')).map((word) => `      ${word}`)];
}

function amountLines(title: string, value: JsonValue | undefined): string[] {
  if (!isJsonObject(value) || Object.keys(value).length === 0) return [];
  const names = Object.keys(value).sort();
  return [`    ${title}:`, ...names.map((name) => `      ${name}:\t${String(value[name])}`)];
}

function describeProbe(probe: JsonObject): string {
  const number = (field: string) => String(probe[field] ?? 0);
  const timing = `delay=${number('initialDelaySeconds')}s timeout=${number('timeoutSeconds')}s period=${number('periodSeconds')}s`;
  return `${describeAction(probe)} ${timing} #success=${number('successThreshold')} #failure=${number('failureThreshold')}`;
}

function describeAction(probe: JsonObject): string {
  if (isJsonObject(probe.exec)) {
    const command = Array.isArray(probe.exec.command) ? probe.exec.command : [];
    return `exec [${command.map(String).join(' ')}]`;
  }
  if (isJsonObject(probe.httpGet)) {
    const scheme = (stringAt(probe.httpGet, 'scheme') || 'HTTP').toLowerCase();
    const port = String(probe.httpGet.port ?? '');
    return `http-get ${scheme}://${stringAt(probe.httpGet, 'host')}:${port}${stringAt(probe.httpGet, 'path')}`;
  }
  if (isJsonObject(probe.tcpSocket))
    return `tcp-socket ${stringAt(probe.tcpSocket, 'host')}:${String(probe.tcpSocket.port)}`;
  if (isJsonObject(probe.grpc)) return `grpc <pod>:${String(probe.grpc.port)} ${stringAt(probe.grpc, 'service')}`;
  return 'unknown';
}

function environmentLines(variables: JsonObject[]): string[] {
  if (variables.length === 0) return ['    Environment:\t<none>'];
  const describe = (variable: JsonObject) =>
    variable.valueFrom === undefined
      ? stringAt(variable, 'value')
      : `<set from ${Object.keys(objectAt(variable, 'valueFrom')).join(', ')}>`;
  return [
    '    Environment:',
    ...variables.map((variable) => `      ${stringAt(variable, 'name')}:\t${describe(variable)}`),
  ];
}

function mountLines(mounts: JsonObject[]): string[] {
  if (mounts.length === 0) return ['    Mounts:\t<none>'];
  const lines = mounts.map((mount) => {
    const access = mount.readOnly === true ? 'ro' : 'rw';
    return `      ${stringAt(mount, 'mountPath')} from ${stringAt(mount, 'name')} (${access})`;
  });
  return ['    Mounts:', ...lines.sort()];
}

function volumeLines(volumes: JsonObject[]): string[] {
  if (volumes.length === 0) return ['  Volumes:\t<none>'];
  const typeOf = (volume: JsonObject) => Object.keys(volume).find((key) => key !== 'name') ?? '<unknown>';
  return [
    '  Volumes:',
    ...volumes.flatMap((volume) => [`   ${stringAt(volume, 'name')}:`, `    Type:\t${typeOf(volume)}`]),
  ];
}

function describeToleration(toleration: JsonObject): string {
  const [value, effect] = [stringAt(toleration, 'value'), stringAt(toleration, 'effect')];
  let text = stringAt(toleration, 'key');
  if (value !== '') text += `=${value}`;
  if (effect !== '') text += `:${effect}`;
  if (toleration.operator === 'Exists' && value === '') {
    text += text === '' ? 'op=Exists' : ' op=Exists';
  }
  if (toleration.tolerationSeconds !== undefined) text += ` for ${String(toleration.tolerationSeconds)}s`;
  return text;
}

function mapLines(title: string, map: Readonly<Record<string, JsonValue>>, separator: string): string[] {
  const entries = Object.keys(map)
    .sort()
    .map((key) => `${key}${separator}${String(map[key])}`);
  return listLines(`  ${title}:`, entries);
}

/** The first entry stands behind the title, the others below it. */
function listLines(title: string, entries: readonly string[]): string[] {
  const [first = '<none>', ...rest] = entries;
  return [`${title}\t${first}`, ...rest.map((entry) => `\t${entry}`)];
}

import { annotations, labels, type Marks, type Named } from './object';
import { type Probe, probesOf } from './probes';
import { type Scrape, scrapeOf } from './scrape';
import type { Fields } from '../../manifests/fields';
import type { PortRange } from '../../meaning/past';
import { makesPods } from '../../model/pod-facts';
import { portsIn } from '../listed-ports';

export type { PortRange };

/** What makes pods, or is one. */
export interface Workload extends Named {
  /** Of its pods, except those that differ from pod to pod. */
  readonly labels: Readonly<Record<string, string>>;
  /** Those by which it knows its pods, which do not change as it does. Absent where it has none, or other conditions too. */
  readonly selector?: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly onHostNetwork?: true;
  readonly ports: readonly ContainerPort[];
  readonly probes: readonly Probe[];
  /** Absent where its pods do not say that they are scraped. */
  readonly scrape?: Scrape;
  /** Whether it is Prometheus itself. */
  readonly isPrometheus?: true;
  /** Ports whose requests went past the mesh: nothing was enforced there. */
  readonly pastTheMesh: readonly PortRange[];
  /** Who made it, and would make it again. */
  readonly owner?: { readonly kind: string; readonly name: string };
}

export interface ContainerPort {
  readonly port: number;
  readonly name?: string;
  readonly transport: string;
}

/** Labels that controllers give to pods one by one, or with each version. */
const STAMPS = new Set([
  'pod-template-hash', 'controller-revision-hash', 'pod-template-generation', 'rollouts-pod-template-hash', 'osm-proxy-uuid', 'controller-uid',
  'job-name', 'batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name', 'statefulset.kubernetes.io/pod-name', 'apps.kubernetes.io/pod-index',
]);

/** Labels that tell workloads apart, not pods. */
export function lasting(all: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !STAMPS.has(name)));
}

const GROUPS = new Set(['', 'apps', 'extensions', 'batch', 'argoproj.io']);

/** Kinds that are not known here make pods, too, if they have containers in a template: operators bring some. */
export function isWorkload(group: string, { kind, spec }: any): boolean {
  return (GROUPS.has(group) && makesPods(kind)) || Array.isArray(spec?.template?.spec?.containers);
}

/** Undefined for what has no template, such as a Rollout of pods that a Deployment describes. */
export function workloadOf(object: Fields, head: Named): Workload | undefined {
  const spec = object.field('spec');
  const pod = head.kind === 'Pod' ? object : (head.kind === 'CronJob' ? spec.field('jobTemplate').field('spec') : spec).field('template');
  if (!pod.isSaid) return spec.field('workloadRef').isSaid ? undefined : spec.doubt('there is no `template` of pods');
  const metadata = pod.field('metadata');
  const podSpec = pod.field('spec');
  const marks: Marks = { labels: lasting(labels(metadata.field('labels'))), annotations: annotations(metadata.field('annotations')) };
  const containers = ['containers', 'initContainers'].flatMap(list => podSpec.field(list).items());
  const ports = containers.flatMap(container => container.field('ports').items().flatMap(port => containerPort(port) ?? []));
  const [owner] = object.field('metadata').field('ownerReferences').items().flatMap(ownerOf);
  const selector = head.kind === 'Pod' ? undefined : selectorOf(spec.field('selector'));
  const scrape = scrapeOf(marks.annotations);
  const isPrometheus = containers.some(container => /(?:^|\/)prometheus(?:[:@]|$)/.test(container.field('image').text() ?? ''));
  const { kind, name, namespace, place } = head;
  return {
    kind,
    name,
    namespace,
    place,
    ...marks,
    serviceAccount: podSpec.field('serviceAccountName').text() || podSpec.field('serviceAccount').text() || 'default',
    ...(podSpec.field('hostNetwork').take() === true && { onHostNetwork: true }),
    ports: distinct(ports),
    probes: distinct(containers.flatMap(probesOf)),
    pastTheMesh: pastTheMesh(marks.annotations),
    ...(selector !== undefined && { selector }),
    ...(scrape !== undefined && { scrape }),
    ...(isPrometheus && { isPrometheus }),
    ...(owner !== undefined && { owner }),
  };
}

function containerPort(fields: Fields): ContainerPort | undefined {
  const port = fields.field('containerPort').integer();
  const name = fields.field('name').text() || undefined;
  const transport = fields.field('protocol').text() ?? 'TCP';
  return port === undefined ? fields.doubt('there is no `containerPort`') : { port, transport, ...(name !== undefined && { name }) };
}

function selectorOf(selector: Fields): Record<string, string> | undefined {
  const all = lasting(labels(selector.field('matchLabels')));
  return Object.keys(all).length === 0 || selector.field('matchExpressions').isSaid ? undefined : all;
}

function ownerOf(reference: Fields): { readonly kind: string; readonly name: string }[] {
  const [kind, name] = ['kind', 'name'].map(field => reference.field(field).text());
  return kind === undefined || name === undefined ? [] : [{ kind, name }];
}

/** A Rollout of Argo names its TrafficSplit after itself, unless it says another name. */
export function splitOf(object: Fields, { kind, name }: Named): string | undefined {
  if (kind !== 'Rollout') return undefined;
  const smi = object.field('spec').field('strategy').field('canary').field('trafficRouting').field('smi');
  return smi.isSaid ? smi.field('trafficSplitName').text() || name : undefined;
}

const PAST = ['openservicemesh.io/inbound-port-exclusion-list', 'config.linkerd.io/skip-inbound-ports', 'traffic.sidecar.istio.io/excludeInboundPorts'];

function pastTheMesh(all: Readonly<Record<string, string>>): PortRange[] {
  return PAST.flatMap(name => portsIn(all[name]));
}

function distinct<T>(all: readonly T[]): readonly T[] {
  return all.length < 2 ? all : [...new Map(all.map(one => [JSON.stringify(one), one])).values()];
}


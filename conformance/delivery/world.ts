import { requestsOf } from './expected';
import { IMAGES, PORT, SERVICE, type Scenario } from './scenario';
import { isSelected } from '../../test/oracle/releases/flagger-labels';
import type { Version } from '../../test/oracle/releases/release';

/** The objects of a namespace at one moment, and the pods that run. */
export interface World {
  readonly objects: readonly any[];
  readonly pods: readonly Pods[];
}

export interface Pods {
  readonly of: string;
  readonly version: Version;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly count: number;
}

export function worldOf(objects: readonly any[]): World {
  const workloads = objects.filter(({ kind }) => kind === 'Deployment' || kind === 'ReplicaSet');
  const pods = workloads.map(({ kind, metadata, spec: { template }, status = {} }): Pods => ({
    of: `${kind} ${metadata.name}`,
    version: template.spec.containers[0].image === IMAGES.new ? 'new' : 'stable',
    labels: template.metadata.labels,
    serviceAccount: template.spec.serviceAccountName ?? 'default',
    count: status.availableReplicas ?? 0,
  }));
  return { objects: objects.filter(({ kind }) => kind !== 'Event').map(withoutFlux), pods: pods.filter(({ count }) => count > 0) };
}

/** Flagger tells Flux to leave alone what it writes. */
function withoutFlux(object: any): any {
  const annotations = Object.entries(object.metadata.annotations ?? {}).filter(([name]) => !name.includes('.toolkit.fluxcd.io/'));
  return { ...object, metadata: { ...object.metadata, annotations: Object.fromEntries(annotations) } };
}

export const NOBODY = 'nobody';

/** The percentage that the new version answers, of each of the watched requests. */
export function stepIn(world: World, scenario: Scenario): string {
  return Object.values(requestsOf(scenario.course)).map(headers => answeredByNew(world, headers, scenario) ?? NOBODY).join(' / ');
}

/** Undefined where some of the requests are not answered at all. */
function answeredByNew(world: World, headers: Readonly<Record<string, string>>, { namespace, routed }: Scenario): number | undefined {
  const outcome = routed(world.objects, {
    client: { namespace },
    to: { service: SERVICE, namespace, port: PORT },
    protocol: 'HTTP',
    host: SERVICE,
    method: 'GET',
    path: '/',
    headers,
    query: {},
    response: {},
  });
  if (outcome.kind !== 'forwarded') return undefined;
  const parts = outcome.arrivals.map(({ service, share }) => {
    const [numerator, denominator] = share.split('/').map(Number);
    const behind = podsBehind(world, /\/(.*):/.exec(service)![1]);
    return behind.length === 0 ? undefined : 100 * numerator / denominator * countOf(behind.filter(({ version }) => version === 'new')) / countOf(behind);
  });
  return parts.includes(undefined) ? undefined : Math.round(parts.reduce<number>((total, part) => total + part!, 0) * 10) / 10;
}

/** The pods that a Service leads to. */
export function podsBehind({ objects, pods }: World, service: string): readonly Pods[] {
  const selector = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === service)?.spec.selector;
  return selector === undefined ? [] : pods.filter(({ labels }) => isSelected({ matchLabels: selector }, labels));
}

function countOf(pods: readonly Pods[]): number {
  return pods.reduce((total, { count }) => total + count, 0);
}

/** Where the controller says that it is; a Rollout between two steps is in turn Progressing and Paused. */
export function phaseIn({ objects }: World): string {
  const phase = objects.find(({ kind }) => kind === 'Canary' || kind === 'Rollout')?.status?.phase ?? '';
  return phase === 'Paused' ? 'Progressing' : phase;
}

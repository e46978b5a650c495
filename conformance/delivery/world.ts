import { requestsOf } from './expected';
import { IMAGES, PORT, SERVICE, type Scenario } from './scenario';
import { isSelected } from '../../test/oracle/releases/flagger-labels';

/** Pods that run. */
export interface Pods {
  readonly of: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly image: string;
  readonly count: number;
}

export function podsIn(objects: readonly any[]): Pods[] {
  return objects.filter(({ kind }) => kind === 'Deployment' || kind === 'ReplicaSet').map(({ kind, metadata, spec: { template }, status = {} }) => ({
    of: `${kind} ${metadata.name}`,
    labels: template.metadata.labels,
    serviceAccount: template.spec.serviceAccountName ?? 'default',
    image: template.spec.containers[0].image,
    count: status.availableReplicas ?? 0,
  })).filter(({ count }) => count > 0);
}

export const NOBODY = 'nobody';

/** The percentage that the new version answers, of each of the watched requests. */
export function stepIn(objects: readonly any[], scenario: Scenario): string {
  return Object.values(requestsOf(scenario.course)).map(headers => answeredByNew(objects, headers, scenario) ?? NOBODY).join(' / ');
}

/** Undefined where some of the requests are not answered at all. */
function answeredByNew(objects: readonly any[], headers: Readonly<Record<string, string>>, { namespace, routed }: Scenario): number | undefined {
  const outcome = routed(objects, {
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
  const pods = podsIn(objects);
  const parts = outcome.arrivals.map(({ service, share }) => {
    const [numerator, denominator] = share.split('/').map(Number);
    const selector = objects.find(({ kind, metadata }) => kind === 'Service' && service === `${namespace}/${metadata.name}:${PORT}`)?.spec.selector;
    const behind = selector === undefined ? [] : pods.filter(({ labels }) => isSelected({ matchLabels: selector }, labels));
    const fresh = behind.filter(({ image }) => image === IMAGES.new);
    return behind.length === 0 ? undefined : 100 * numerator / denominator * countOf(fresh) / countOf(behind);
  });
  return parts.includes(undefined) ? undefined : Math.round(parts.reduce<number>((total, part) => total + part!, 0) * 10) / 10;
}

function countOf(pods: readonly Pods[]): number {
  return pods.reduce((total, { count }) => total + count, 0);
}

/** Where the controller says that it is; a Rollout between two steps is in turn Progressing and Paused. */
export function phaseIn(objects: readonly any[]): string {
  const phase = objects.find(({ kind }) => kind === 'Canary' || kind === 'Rollout')?.status?.phase ?? '';
  return phase === 'Paused' ? 'Progressing' : phase;
}

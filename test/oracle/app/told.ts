import type { Running, World } from './world';
import { added, podsBehind, serviceIn, shareOf } from './world';
import type { Pod, Request } from '../../../src/evaluators/access/request';
import type { Arrival, Outcome } from '../../../src/evaluators/routes/outcome';

/** What becomes of a request in the end. */
export type Told =
  /** It arrives at these pods, each of which gets its share. */
  | { readonly kind: 'answered'; readonly answers: readonly Answer[] }
  /** The proxy answers by itself. */
  | { readonly kind: 'redirected' | 'responded' }
  | { readonly kind: 'failed' }
  /** A policy of the gateway denies it. */
  | { readonly kind: 'turned away' }
  /** It leaves the cluster, or does not even leave its client. */
  | { readonly kind: 'let out' }
  | { readonly kind: 'kept in' };

export interface Answer {
  /** `namespace/name:port`. */
  readonly pod: string;
  readonly share: string;
  /** Whether the pod lets it in; `unsaid` where no construct says anything about it, `as installed` where no manifest does. */
  readonly letIn: boolean | 'unsaid' | 'as installed';
  /** What its route makes of the request, where it changes it. */
  readonly request?: Arrival['request'];
}

/** The pods that a request arrives at by its way, and whether each of them lets it in. A mesh may have no way to some Services. */
export function told(
  world: World, outcome: Outcome, letsIn: (pod: Pod, port: number, arrival: Arrival) => Answer['letIn'],
  isLost: (service: Running) => boolean = () => false,
): Told {
  if (outcome.kind !== 'forwarded') {
    return { kind: outcome.kind };
  }
  const answers = new Map<string, Answer>();
  const add = (key: string, share: string, letIn: Answer['letIn'], { service: by, request }: Arrival) => {
    const known = answers.get(key);
    // What two ways lead to is let in by both, or told apart.
    const id = known !== undefined && known.letIn !== letIn ? `${key} by ${by}` : key;
    answers.set(id, { pod: id, share: known === undefined || id !== key ? share : added(known.share, share), letIn, request });
  };
  for (const arrival of outcome.arrivals) {
    const [, kind, namespace, name, servicePort, labels] = /^(?:(\S+) )?(\S+)\/(\S+):(\d+)((?: \S+)*)$/.exec(arrival.service)!;
    if (kind !== undefined) {
      add(`what is behind ${arrival.service}`, arrival.share, 'unsaid', arrival);
      continue;
    }
    const subset = Object.fromEntries(labels.split(' ').slice(1).map(label => label.split('=')));
    const service = serviceIn(world, namespace, name);
    if (isLost(service) || service.form === 'externalName') {
      add(isLost(service) ? `nothing for ${namespace}/${name}` : `the host of ${namespace}/${name}`, arrival.share, 'unsaid', arrival);
      continue;
    }
    for (const { pod, port, share } of podsBehind(world, namespace, name, Number(servicePort), subset)) {
      add(`${pod.namespace}/${pod.service}:${port}`, shareOf(arrival.share, share), letsIn(pod, port, arrival), arrival);
    }
  }
  return { kind: 'answered', answers: [...answers.values()].sort((a, b) => a.pod < b.pod ? -1 : 1) };
}

/** What comes straight to a pod. */
export function answeredBy({ pod, port }: Pick<Request, 'pod' | 'port'>, letIn: Answer['letIn']): Told {
  return { kind: 'answered', answers: [{ pod: `${pod.namespace}/${pod.service}:${port}`, share: '1/1', letIn }] };
}

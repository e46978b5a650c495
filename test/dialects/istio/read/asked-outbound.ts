import { Unknown } from '../../../../src/evaluators/unknown';
import type { Call, Client } from '../../../../src/meaning/call';
import { isUndecided } from '../../../../src/meaning/decision';
import { callOutside, type Destination } from '../../../../src/meaning/journey';
import { pass, PAST_THE_MESH } from '../../../../src/meaning/passage';
import type { Outside, PodPort } from '../../../../src/meaning/world';
import type { World } from '../../../../src/reading/world';
import { ANY_SENT, type Says } from '../../../oracle/egress/call';
import { type Fate, fateByIstio } from '../../../oracle/egress/istio-outbound';

/** What a client says to something outside. */
export interface Outsider {
  readonly name: string | undefined;
  readonly ip: string;
  readonly port: number;
  readonly kind: 'http' | 'tls' | 'bytes';
  readonly path: string;
  readonly method: string;
}

export interface ClientLabels {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

const CART: PodPort = {
  pod: { namespace: 'shop', labels: { app: 'cart' } }, port: 8080, protocol: 'HTTP', entrances: [{ namespace: 'shop', service: 'cart', port: 80 }],
};

const destinationOf = ({ name, ip, port, kind }: Outsider): Destination =>
  ({ port, address: ip, protocol: kind === 'http' ? 'HTTP' : kind === 'tls' ? 'TLS' : 'TCP', ...(name !== undefined && { host: name }) });

const requestOf = ({ name, ip, kind, path, method }: Outsider) =>
  kind !== 'http' ? undefined : { method, path, host: name ?? ip, headers: {}, query: {} };

/** What becomes of a call to something outside, or else of one to the Service. */
export function answer(
  { readings }: World, { namespace, labels }: ClientLabels, asked: Outsider | undefined,
): 'allowed' | 'denied' | 'past' | 'unknown' {
  const client: Client & { kind: 'pod' } = { kind: 'pod', namespace, labels, serviceAccount: 'web', meshed: true };
  const to: PodPort | Outside = asked === undefined ? CART : { isOutside: true, protocol: destinationOf(asked).protocol };
  const call: Call = asked === undefined
    ? { client, pod: CART.pod, port: 8080, protocol: 'HTTP', entrance: CART.entrances[0], request: ANY_SENT }
    : callOutside(client, destinationOf(asked), requestOf(asked));
  const { passage } = pass(readings.flatMap(({ reading: { leaving } }) => leaving?.(client, to) ?? []), call);
  return passage === PAST_THE_MESH ? 'past' : isUndecided(passage) ? 'unknown' : passage;
}

/** The same by the evaluator, which does not always know. */
export function fateOf(manifests: readonly any[], client: ClientLabels, asked: Outsider | undefined): Fate | undefined {
  try {
    if (asked === undefined) return fateByIstio(manifests, client, { service: 'cart', namespace: 'shop', port: 80 });
    const { name, ip, port, kind, path, method } = asked;
    const says: Says = kind === 'http' ? { kind, host: name ?? ip, request: { method, path, headers: {}, query: {} } }
      : kind === 'tls' ? { kind, ...(name !== undefined && { serverName: name }) } : { kind };
    return fateByIstio(manifests, client, { name, ip, port, says });
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

import type { BackendTls } from '../../model/exposure';
import { protocolInWords, type PortWords } from '../../model/port-protocol';
import type { Protocol } from '../../model/protocol';

/** Why requests do not reach a port, because of what its Service says; or, if that is not certain, why they may not. */
export interface Misheard {
  readonly isCertain: boolean;
  readonly why: string;
  readonly remedy: string;
}

/** What happens to requests that gateways send to a port, by the protocol of the requests and by what the Service says of the port. */
export type GatewayHearing = (port: PortWords, spoken: Protocol, backendTls: BackendTls | undefined) => Misheard | undefined;

/** How the gateways of a mesh differ from other gateways. */
export interface GatewayHabits {
  /** Whether they read the names of ports too. */
  readonly byName?: true;
  /** What to write if the pods speak TLS. Absent if gateways may learn that from the `appProtocol`. */
  readonly tls?: string;
  /** One more case. */
  readonly also?: (port: PortWords, spoken: Protocol) => Misheard | undefined;
}

/** For gateways that speak TLS by a BackendTLSPolicy alone. */
export const BY_BACKEND_TLS = "Give the exposure `backendTls: { hostname: '…' }`, with the name in the certificate of the pods";

/** GEP-1911, and what a gateway adds to it. TLS that is passed through is bytes to all of them. */
export function gatewayHearing({ byName, tls, also }: GatewayHabits): GatewayHearing {
  return ({ name, appProtocol }, spoken, backendTls) => {
    const words: PortWords = { appProtocol, ...(byName && { name }) };
    const heard = protocolInWords(words);
    if (spoken !== 'HTTP' && spoken !== 'GRPC') {
      return undefined;
    }
    if (heard === 'TLS') {
      return backendTls !== undefined ? undefined : {
        isCertain: tls !== undefined, why: 'unless told otherwise, the gateway speaks plain text to it', remedy: tls ?? BY_BACKEND_TLS,
      };
    }
    const isOdd = heard === 'TCP' || (heard === undefined && appProtocol !== undefined);
    return also?.(words, spoken) ?? (isOdd ? {
      isCertain: false,
      why: 'gateways may send no requests there',
      remedy: `Write \`appProtocol: ${spoken === 'HTTP' ? 'http' : 'kubernetes.io/h2c'}\` on the port of the Service, if that is what it speaks`,
    } : undefined);
  };
}

import { GROUP } from './apis';
import type { GatewaySpecListeners } from '../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import type { ExposureModel } from '../../model/exposure';
import { exposedKind, exposedPort } from '../../model/exposure';
import type { Plain } from '../contract/manifest';

export type Listener = Plain<GatewaySpecListeners>;

/** The listeners: for the requests themselves, and for plain HTTP that is redirected to HTTPS. */
export interface Listeners {
  readonly requests: readonly Listener[];
  readonly redirects: readonly Listener[];
}

/**
 * A listener for each hostname, since the hostname tells listeners apart, and is what cert-manager requests a certificate for.
 * They accept routes of the exposure's namespace only.
 */
export function listeners(model: ExposureModel): Listeners {
  return {
    requests: listenersOf(model, requestListener(model), exposedKind(model)),
    redirects: model.redirectHttp ? listenersOf(model, HTTP, 'HTTPRoute') : [],
  };
}

type Speech = Pick<Listener, 'port' | 'protocol' | 'tls'>;

const HTTP: Speech = { port: 80, protocol: 'HTTP' };

function requestListener(model: ExposureModel): Speech {
  const { tls } = model;
  const { protocol, port } = exposedPort(model);
  switch (tls?.mode) {
    case undefined: return protocol === 'TCP' || protocol === 'UDP' ? { port, protocol } : HTTP;
    case 'passthrough': return { port: 443, protocol: 'TLS', tls: { mode: 'Passthrough' } };
    case 'terminate': return { port: 443, protocol: protocol === 'TCP' ? 'TLS' : 'HTTPS', tls: { mode: 'Terminate', certificateRefs: [...tls.secrets] } };
  }
}

function listenersOf({ hostnames }: ExposureModel, speech: Speech, kind: string): Listener[] {
  const hosts = hostnames.length === 0 ? [undefined] : hostnames;
  return hosts.map(host => ({
    name: listenerName(speech.protocol.toLowerCase(), host),
    ...(host !== undefined && { hostname: host }),
    ...speech,
    allowedRoutes: { namespaces: { from: 'Same' }, kinds: [{ group: GROUP, kind }] },
  }));
}

/** A dash before a host, a dot before a domain: no two have the same name. */
function listenerName(protocol: string, host: string | undefined): string {
  return host === undefined ? protocol : host.startsWith('*.') ? `${protocol}${host.slice(1)}` : `${protocol}-${host}`;
}

import { ask, expose, GATEWAY, gatewayOf, NAMESPACE, to, type GatewayScenario } from './scenario';
import { ExposureTls, GatewayListener, HttpMatch, MeshService } from '../../../../../src';

/** Who signed the certificates of pods, and who did not. */
export const [AUTHORITY, OTHER_AUTHORITY] = ['pods-ca', 'other-ca'];

/** The name in the certificates of pods. */
const HOSTNAME = 'gateway.example.com';

const [good, otherHost, otherAuthority] = ['tls-pods', 'tls-pods-other-host', 'tls-pods-other-authority']
  .map(name => MeshService.of(name, { namespace: NAMESPACE, port: 8443 }));

export const TLS_SERVICES = [good, otherHost, otherAuthority];

const FAILED = 'HTTP 503';

const backendTls: GatewayScenario = {
  build: chart => {
    gatewayOf(chart, GATEWAY, GatewayListener.http('http'), GatewayListener.https('https', { tls: ExposureTls.secret('gateway-tls') }));
    const over = (pathPrefix: string, service: MeshService, hostname: string, caConfigMap: string) => expose(chart, service.name, {
      service, rules: [{ matches: [HttpMatch.of({ pathPrefix })], backends: to(service) }], backendTls: { hostname, caConfigMap },
    });
    over('/good', good, HOSTNAME, AUTHORITY);
    over('/host-mismatch', otherHost, 'other.example.com', AUTHORITY);
    over('/cert-mismatch', otherAuthority, HOSTNAME, OTHER_AUTHORITY);
  },
  asks: [
    ask('/good', good),
    ask('/good', good, { port: 443, speaks: 'HTTPS' }),
    ask('/host-mismatch', FAILED),
    ask('/cert-mismatch', FAILED),
  ],
};

/** What a gateway makes of the certificates of pods: manifests alone do not tell. */
export const BACKEND_TLS_SCENARIOS = { BackendTLSPolicy: backendTls } satisfies Record<string, GatewayScenario>;

import { type Case, CLIENT, world } from './case';
import type { Manifest } from '../../src/dialects/contract/manifest';
import { GATEWAY_SCENARIOS } from '../../test/oracle/routes/conformance/gateways';
import { AUTHORITY, BACKEND_TLS_SCENARIOS, OTHER_AUTHORITY, TLS_SERVICES } from '../../test/oracle/routes/conformance/gateways/backend-tls';
import type { GatewayAsk, GatewayScenario } from '../../test/oracle/routes/conformance/gateways/scenario';
import { manifestsOf, SERVICES } from '../../test/oracle/routes/conformance/gateways/scenario';
import { stored } from '../harness/case';

const NO_UDP = 'it reads no UDPRoutes';

const SCENARIOS = { ...GATEWAY_SCENARIOS, ...BACKEND_TLS_SCENARIOS };

/** What Contour 1.33 does otherwise, or does not read (projectcontour/contour `internal/dag/gatewayapi_processor.go`). */
const ELSEWHERE: Readonly<Partial<Record<keyof typeof SCENARIOS, string>>> = {
  HTTPRouteNoBackendRefs: 'it passes over rules without backends',
  HTTPRouteRedirectPortAndScheme: 'its redirects say ports that go without saying, and have the port of the host that the client writes',
  ListenerSetHTTPRouting: 'it reads no ListenerSets',
  UDPRoute: NO_UDP,
  UDPRouteParentRefAttachAllListeners: NO_UDP,
  UDPRouteParentRefPortAndSectionName: NO_UDP,
  UDPRouteReferenceGrant: NO_UDP,
  UDPRouteWeightedRouting: NO_UDP,
  BackendTLSPolicyGRPCRoute: 'it begins no TLS for GRPCRoutes (`grpcClusters`)',
  BackendTLSPolicySANValidation: 'it compares certificates with `hostname`, and with no other name (`computeBackendTLSPolicies`)',
  BackendTLSPolicyTLSRouteTerminate: 'it begins no TLS for TLSRoutes (`computeTLSRouteForListener`)',
  GatewayTLSBackendClientCertificate: 'the certificate that it shows to pods is in its own configuration',
  TLSRouteHostnameIntersectionBelowWildcard: 'a listener for a wildcard takes no route for a wider one (`computeHosts`)',
};

/** Upstream's conformance scenarios. Contour has one Gateway: a case for each. */
export function scenarioCases(): Case[] {
  return Object.entries<GatewayScenario>(SCENARIOS).filter(([name]) => !(name in ELSEWHERE)).flatMap(([name, scenario]) => {
    const manifests = manifestsOf(scenario);
    const isOther = ({ kind, metadata }: Manifest, gateway: string) => kind === 'Gateway' && metadata.name !== gateway;
    return [...new Set(scenario.asks.map(({ gateway }) => gateway))].map((gateway): Case => ({
      name: `${name}, gateway ${gateway}`,
      manifests: [
        ...world(
          [...SERVICES, ...TLS_SERVICES].flatMap(({ name: of, namespace, ports }) => ports.map(({ port }) => ({ name: of, namespace, port }))),
          [{ name: 'gateway-tls', namespace: 'shop' }],
        ),
        ...[AUTHORITY, OTHER_AUTHORITY].map(authority => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: authority, namespace: 'shop' } })),
        ...manifests.filter(one => one.kind !== 'Namespace' && !isOther(one, gateway)).map(stored),
      ],
      probes: scenario.asks.filter(ask => ask.gateway === gateway).filter(isSent).map(probeOf),
    }));
  });
}

type Sent = GatewayAsk & { readonly speaks: Exclude<GatewayAsk['speaks'], 'UDP'>; readonly protocol: Exclude<GatewayAsk['protocol'], 'UDP'> };

function isSent(ask: GatewayAsk): ask is Sent {
  return ask.speaks !== 'UDP' && ask.protocol !== 'UDP';
}

function probeOf({ port, speaks, protocol, host, method, target, headers, expect }: Sent): Case['probes'][0] {
  const isTls = speaks === 'HTTPS' || speaks === 'TLS';
  return {
    port,
    speaks,
    host,
    method,
    target,
    protocol: protocol === 'TLS' ? 'TCP' : protocol,
    headers: Object.entries(headers),
    ...(isTls && { serverName: host, client: CLIENT }),
    answers: { upstream: expect },
  };
}

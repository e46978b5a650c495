import { MAX_EXPRESSION_LENGTH, NETWORKING_API_VERSION } from './apis';
import { httpMatches } from './virtual-service/http-match';
import { retries, timeout } from './virtual-service/retries';
import type {
  DestinationRuleSpec, DestinationRuleSpecTrafficPolicyPortLevelSettingsTls, VirtualServiceSpec, VirtualServiceSpecHttp, VirtualServiceSpecHttpMatch,
  VirtualServiceSpecHttpRouteDestination,
} from '../../../imports/istio/networking.istio.io';
import type { EgressModel, EgressPort, HostDestination, OriginatedTls } from '../../model/egress';
import { sortedPorts } from '../../model/egress';
import type { EgressFeature } from '../../model/features/egress';
import type { Fields } from '../../model/fields';
import { shortHash } from '../../model/hash';
import { flatMap } from '../../model/lists';
import type { RequestMatch } from '../../model/match';
import { knownLabels } from '../contract/known';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { PARENT_SEGMENTS } from '../proxies/dot-segments';
import { unnamedInWords, unnamedStatusCodes } from '../proxies/go-status-codes';

type Host = Fields<HostDestination, 'host' | 'ports', 'kind' | 'anyPort'>;
type Policy = Pick<EgressModel, 'name' | 'namespace' | 'workload'>;

type Destination = Plain<VirtualServiceSpecHttpRouteDestination>;
type Treated = Pick<EgressPort, 'port' | 'requests' | 'timeouts' | 'retries'>;

/** The ports of a host where the proxy does more than to pass requests on. */
export function treated(ports: readonly EgressPort[]): Treated[] {
  return sortedPorts(ports.filter(port => port.requests ?? port.timeouts ?? port.retries)).map(({ port, requests, timeouts, retries: again }) =>
    ({ port, ...(requests && { requests }), ...(timeouts && { timeouts }), ...(again && { retries: again }) }));
}

/** The ports of a host where the proxy begins TLS. */
export function begunTls(ports: readonly EgressPort[]): { readonly port: number; readonly tls: OriginatedTls }[] {
  return flatMap(sortedPorts(ports), ({ port, tls }) => tls === undefined ? [] : [{ port, tls }]);
}

/** One VirtualService for each host of which some requests are denied, or have timeouts or retries. Every match names its port, so that the other ports keep their traffic. */
export function virtualServices(hosts: readonly Host[], namespace: string): Manifest[] {
  return flatMap(hosts, ({ host, ports }) => treated(ports).length === 0 ? []
    : [virtualService(host, treated(ports), namespace, port => ({ host, port: { number: port } }))]);
}

/** The same where all requests go to a gateway. */
export function virtualServicesTo(gateway: Destination, hosts: readonly Host[], namespace: string): Manifest[] {
  return hosts.map(({ host, ports }) => virtualService(host, sortedPorts(ports), namespace, () => gateway));
}

function virtualService(host: string, ports: readonly Treated[], namespace: string, destination: (port: number) => Destination): Manifest {
  const spec: Plain<VirtualServiceSpec> = {
    hosts: [host],
    exportTo: ['.'],
    http: flatMap(ports, one => httpRoutes(one, destination(one.port))),
  };
  return { shared: true, apiVersion: NETWORKING_API_VERSION, kind: 'VirtualService', metadata: { name: `egress-${host}`, namespace }, spec };
}

/** Without the last route, what no match takes would get a 404. */
function httpRoutes({ port, requests, timeouts, retries: again }: Treated, destination: Destination): Plain<VirtualServiceSpecHttp>[] {
  const to = (match: Plain<VirtualServiceSpecHttpMatch[]>): Plain<VirtualServiceSpecHttp> =>
    ({ match, ...timeout({ timeouts, retries: again }), ...retries({ timeouts, retries: again }), route: [{ destination }] });
  const denied = (match: Plain<VirtualServiceSpecHttpMatch>): Plain<VirtualServiceSpecHttp> => ({ match: [match], directResponse: { status: 403 } });
  if (requests === undefined) {
    return [to([{ port }])];
  }
  const [climbable, others] = [requests.filter(canClimb), requests.filter(request => !canClimb(request))]
    .map(some => flatMap(some, request => httpMatches(port, request)));
  return [
    ...others.length === 0 ? [] : [to(others)],
    ...climbable.length === 0 ? [] : [denied({ port, uri: { regex: PARENT_SEGMENTS } }), to(climbable)],
    denied({ port }),
  ];
}

/** Whether a path that it takes may have a `..` that the proxy does not see, and the server does: behind an encoded slash, or before a parameter. */
function canClimb({ path }: RequestMatch): boolean {
  return path !== undefined && path.type !== 'exact';
}

/**
 * One DestinationRule for each host with which the proxy begins TLS. A sidecar gets the certificate of a client only by one that
 * selects its pods.
 */
export function destinationRules(hosts: readonly Host[], { name, namespace, workload }: Policy): Manifest[] {
  return flatMap(hosts, ({ host, ports }): Manifest[] => {
    const begun = begunTls(ports);
    if (begun.length === 0) {
      return [];
    }
    const secret = begun.some(({ tls: { clientSecret } }) => clientSecret !== undefined);
    const spec: Plain<DestinationRuleSpec> = {
      host,
      ...(secret && workload !== undefined && { workloadSelector: { matchLabels: knownLabels(workload) } }),
      trafficPolicy: { portLevelSettings: begun.map(({ port, tls }) => ({ port: { number: port }, tls: clientTls(host, tls, namespace) })) },
      exportTo: ['.'],
    };
    return [{
      ...(!secret && { shared: true as const }),
      apiVersion: NETWORKING_API_VERSION,
      kind: 'DestinationRule',
      metadata: { name: secret ? `${name}-${shortHash(host)}` : `egress-${host}`, namespace },
      spec,
    }];
  });
}

/** Without names, a certificate for any host would do. */
function clientTls(
  host: string, { caConfigMap, clientSecret }: Fields<OriginatedTls, 'caConfigMap' | 'clientSecret', 'port'>, namespace: string,
): Plain<DestinationRuleSpecTrafficPolicyPortLevelSettingsTls> {
  const named = { sni: host, subjectAltNames: [host] };
  return clientSecret !== undefined ? { mode: 'MUTUAL', credentialName: clientSecret, ...named }
    : { mode: 'SIMPLE', ...(caConfigMap !== undefined ? { credentialName: `configmap://${namespace}/${caConfigMap}` } : { caCertificates: 'system' }), ...named };
}

export function egressHandlingRefusals(host: string, ports: readonly EgressPort[], { workload }: Policy): Refusal<EgressFeature>[] {
  const refuse = (what: string, reason: string, remedy: string): Refusal<EgressFeature> => ({ what, reason, remedy });
  return flatMap(ports, ({ port, requests = [], timeouts, retries: again, tls }) => {
    const of = `of requests to '${host}' on port ${port}`;
    const expressions = flatMap(flatMap(requests, request => httpMatches(port, request)), ({ uri, headers, queryParams }) =>
      [uri, ...Object.values({ ...headers }), ...Object.values({ ...queryParams })].map(condition => condition?.regex?.length ?? 0));
    const unknown = unnamedStatusCodes(again?.statusCodes ?? []);
    return [
      ...(Math.max(0, ...expressions) > MAX_EXPRESSION_LENGTH ? [refuse(
        `an expression of ${Math.max(...expressions)} characters ${of}`, `Istio takes those of at most ${MAX_EXPRESSION_LENGTH} in a VirtualService`,
        'Use a shorter path, or shorter values')] : []),
      ...(timeouts?.backendRequest && again?.attempts === 0 ? [refuse(
        `timeouts of single tries ${of}`, 'Istio drops the timeout of single tries where there are no retries', 'Use `request`: there is only one try')] : []),
      ...(unknown.length > 0 ? [refuse(
        `retries ${of}`, `Istio does not know the status ${unknown.length === 1 ? 'code' : 'codes'} ${unnamedInWords(unknown)}`,
        'Use codes that HTTP has a name for, like 503')] : []),
      ...(tls?.clientSecret !== undefined && workload === undefined ? [refuse(
        `the client certificate '${tls.clientSecret}' ${of}`, 'sidecars get it by a DestinationRule that selects their pods', 'Give the policy its `workload`')] : []),
    ];
  });
}

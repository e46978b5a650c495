import { GATEWAY_API_VERSION, NETWORKING_API_VERSION } from './apis';
import { authorizationPolicy, policyRules } from './authorization-policy';
import { begunTls, destinationRules } from './egress-handling';
import { CLASS } from './gateway-client';
import type { IstioOptions } from './options';
import { rootNamespaceOf, trustDomainOf } from './options';
import { atGateway, podsClaims } from './policed-gateways';
import { limitRefusals, valueRefusals } from './refusals';
import { hostEntry } from './service-entry';
import type { GatewaySpec, HttpRouteSpec } from '../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import type { DestinationRuleSpec } from '../../../imports/istio/networking.istio.io';
import type { AccessRule } from '../../model/access';
import type { EgressGateway, EgressModel, EgressPort, EgressWorkload, HostDestination } from '../../model/egress';
import type { EgressFeature } from '../../model/features/egress';
import type { Fields } from '../../model/fields';
import { flatMap } from '../../model/lists';
import type { RequestMatch } from '../../model/match';
import { ANY_REQUEST } from '../../model/match';
import type { Claim } from '../contract/claim';
import { claim, gatewayClaim, LED_OUT, LED_OUT_ALONE, nothingAdded } from '../contract/claim';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';

type Host = Fields<HostDestination, 'host' | 'ports', 'kind' | 'anyPort'>;
type Policy = Pick<EgressModel, 'name' | 'namespace' | 'workload'>;
type Named = Fields<EgressGateway, 'name' | 'namespace'>;

/** Of the only listener: it takes mutual TLS of the mesh, whatever host is named there. */
const PORT = 443;

/** The Service that Istio makes for a Gateway of its class. */
export function egressService({ name, namespace }: Named): { readonly host: string; readonly port: { readonly number: number } } {
  return { host: `${name}-${CLASS}.${namespace}.svc.cluster.local`, port: { number: PORT } };
}

/**
 * What is in the namespace of the gateway: the Gateway, which takes mutual TLS of the mesh only; for each host a ServiceEntry, an HTTPRoute that
 * leads there, and TLS where it is to begin that; and who may call which of them, which is the only thing that belongs to one policy.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/
 */
export function atEgressGateway(hosts: readonly Host[], policy: Policy, gateway: Named, options: IstioOptions): Manifest[] {
  const { name, namespace } = gateway;
  return [
    gatewayObject(gateway),
    mutualTlsTo(gateway),
    ...flatMap(hosts, host => [hostEntry(host, namespace).manifest, httpRoute(host, gateway)]),
    ...destinationRules(hosts, { name, namespace }),
    authorizationPolicy({ name: policy.name, namespace }, atGateway(name),
      flatMap(rulesOf(hosts, policy), rule => policyRules(rule, [], trustDomainOf(options)))),
  ];
}

/** Nobody outside the cluster calls it. */
function gatewayObject({ name, namespace }: Named): Manifest {
  const spec: Plain<GatewaySpec> = {
    gatewayClassName: CLASS,
    listeners: [{
      name: 'mesh',
      port: PORT,
      protocol: 'HTTPS',
      tls: { mode: 'Terminate', options: { 'gateway.istio.io/tls-terminate-mode': 'ISTIO_MUTUAL' } },
      allowedRoutes: { namespaces: { from: 'Same' } },
    }],
  };
  const annotations = { 'networking.istio.io/service-type': 'ClusterIP' };
  return { shared: true, apiVersion: GATEWAY_API_VERSION, kind: 'Gateway', metadata: { name, namespace, annotations }, spec };
}

/** All clients speak it: that they would by themselves depends on labels of the pods. */
function mutualTlsTo(gateway: Named): Manifest {
  const { host, port } = egressService(gateway);
  const spec: Plain<DestinationRuleSpec> = { host, trafficPolicy: { portLevelSettings: [{ port, tls: { mode: 'ISTIO_MUTUAL' } }] } };
  const { name, namespace } = gateway;
  return { shared: true, apiVersion: NETWORKING_API_VERSION, kind: 'DestinationRule', metadata: { name: `egress-${name}`, namespace }, spec };
}

function httpRoute({ host, ports }: Host, { name, namespace }: Named): Manifest {
  const spec: Plain<HttpRouteSpec> = {
    parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name }],
    hostnames: [host],
    rules: [{
      matches: [{ path: { type: 'PathPrefix', value: '/' } }],
      backendRefs: ports.map(({ port }) => ({ group: 'networking.istio.io', kind: 'Hostname', name: host, port })),
    }],
  };
  return { shared: true, apiVersion: GATEWAY_API_VERSION, kind: 'HTTPRoute', metadata: { name: `egress-${host}`, namespace }, spec };
}

/** A request names its host with the port, or without. */
function rulesOf(hosts: readonly Host[], { namespace, workload }: Policy): AccessRule[] {
  const { serviceAccount } = workload ?? {};
  return serviceAccount === undefined ? [] : [{
    sources: [{ kind: 'serviceAccount', namespace, name: serviceAccount }],
    exceptSources: [],
    ports: [],
    requests: flatMap(hosts, ({ host, ports }) => flatMap(ports, ({ port, requests = [ANY_REQUEST] }) =>
      requests.map((request): RequestMatch => ({ ...request, hosts: [host, `${host}:${port}`] })))),
    exceptRequests: [],
    endUsers: [],
  }];
}

/** Policies of several clients add up at a gateway; whatever else lets someone in there would add to them, too. */
export function egressGatewayClaims(hosts: readonly Host[], { namespace: home, workload }: Policy, gateway: Named): Claim[] {
  const { name, namespace } = gateway;
  return [
    gatewayClaim('policy', namespace, name, 'egress'),
    ...podsClaims('policy', namespace, { kind: 'gateway', name }).map(one => ({ ...one, says: ['egress'] })),
    ...nothingAdded(namespace),
    claim('DestinationRule', { type: 'host', host: egressService(gateway).host, namespace }, 'egress'),
    ...workload?.serviceAccount === undefined ? []
      : [claim('egressPolicy', { type: 'serviceAccount', name: workload.serviceAccount, namespace: home })],
    ...flatMap(hosts, ({ host, ports }): Claim[] => [
      claim('egressHost', { type: 'host', host, namespace }, JSON.stringify([name, ports.map(({ port, tls }) => ({ port, tls }))])),
      ...begunTls(ports).length === 0 ? [] : [claim('DestinationRule', { type: 'host', host, namespace }, JSON.stringify(begunTls(ports)))],
      {
        by: 'requests',
        of: { type: 'gateway', host, gateway: name, namespace },
        kind: LED_OUT,
        matches: [ANY_REQUEST],
        contested: other => other.kind === LED_OUT ? undefined : LED_OUT_ALONE,
      },
    ]),
  ];
}

export function egressGatewayRefusals(
  hosts: readonly Host[], policy: Policy, gateway: Named, options: IstioOptions,
): Refusal<EgressFeature>[] {
  const { namespace, workload } = policy;
  const rules = rulesOf(hosts, policy);
  return [
    ...clientRefusals(workload),
    ...namespace === gateway.namespace ? [{
      what: `calls from namespace '${namespace}' by its own gateway '${gateway.name}'`,
      reason: 'a host is called in one way from all pods of a namespace, and the gateway has to call it itself',
      remedy: 'Give the gateway a namespace of its own',
    }] : [],
    ...gateway.namespace === rootNamespaceOf(options) ? [{
      what: `a gateway in namespace '${gateway.namespace}'`,
      reason: 'it is the root namespace of Istio, where what is said of a host holds for the whole mesh',
      remedy: 'Give the gateway a namespace of its own',
    }] : [],
    ...flatMap(hosts, hostRefusals),
    ...valueRefusals(rules),
    ...limitRefusals({ denials: [], rules }),
  ];
}

/** What the certificate of a client says is all that the gateway knows of it. */
function clientRefusals(workload: EgressWorkload | undefined): Refusal<EgressFeature>[] {
  const refuse = (what: string, reason: string, remedy: string): Refusal<EgressFeature>[] => [{ what, reason, remedy }];
  if (workload === undefined) {
    return refuse('calls by a gateway for a whole namespace',
      'a gateway knows clients by their ServiceAccount, and a workload with a policy of its own has one of that namespace',
      'Write a policy for each workload');
  }
  const { service, serviceAccount, subset } = workload;
  return serviceAccount === undefined ? refuse(`calls by a gateway from '${service}'`,
    'a gateway knows clients by their ServiceAccount, which is unknown', 'Give the MeshService its `serviceAccount`')
    : subset === undefined ? [] : refuse(`calls by a gateway from some of the pods of '${service}'`,
      'a gateway knows clients by their ServiceAccount, which the others may have too', 'Write the policy for all pods of the Service');
}

function hostRefusals({ host, ports }: Host): Refusal<EgressFeature>[] {
  const refuse = (what: string, reason: string, remedy: string): Refusal<EgressFeature> => ({ what, reason, remedy });
  return [
    ...ports.length < 2 ? [] : [refuse(`several ports of '${host}' by a gateway`,
      'the gateway tells requests apart by their host, and leads each host to one port', 'Name one of them')],
    ...flatMap(ports, port => portRefusals(`of '${host}' on port ${port.port} by a gateway`, port)),
  ];
}

function portRefusals(
  of: string,
  { protocol, requests = [], retries, tls }: Fields<EgressPort, 'protocol' | 'requests' | 'retries' | 'tls', 'port' | 'endPort' | 'timeouts'>,
): Refusal<EgressFeature>[] {
  const refuse = (what: string, reason: string, remedy: string): Refusal<EgressFeature> => ({ what: `${what} ${of}`, reason, remedy });
  return [
    ...protocol !== 'TLS' ? [] : [refuse('TLS', 'inside its own TLS it does not see which server a client names (istio/istio#48955)',
      'Have the gateway begin it: EgressPort.http(80, { tls: { port: 443 } })')],
    ...retries === undefined ? [] : [refuse('retries', 'the gateway tries again by itself, and the tries multiply', 'Leave them out')],
    ...tls?.caConfigMap === undefined && tls?.clientSecret === undefined ? [] : [refuse('certificates',
      'they belong to the namespace of the policy, and the gateway has another one', 'Leave them out: the CAs of the system are trusted then')],
    ...requests.every(isCertain) ? [] : [refuse('requests',
      'a policy there tells them apart by methods and whole paths alone', 'Name methods, and paths with `path`')],
  ];
}

/** Whether no other spelling may pass for it: with a path that only begins alike, `..` behind an encoded slash would. */
function isCertain({ path, headers, query }: RequestMatch): boolean {
  return headers.length === 0 && query.length === 0 && (path === undefined || path.type === 'exact');
}

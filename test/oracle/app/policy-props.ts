import type { WrittenApp } from './written';
import type {
  AccessAllowance, AccessGrantProps, GatewayAccessAllowance, GatewayAccessPolicyProps, HealthProbe, HealthProbeKind, HttpMatchOptions, MeshService,
  ServiceAccessDenialProps, ServiceAccessPolicyProps,
} from '../../../src';
import { AccessMode, EndUser, ExposureGateway, GrpcMatch, HttpMatch, Identity, StringMatch } from '../../../src';
import type { AccessModel, AccessRule, Source, SourceFields } from '../../../src/model/access';
import { byKind } from '../../../src/model/by-kind';
import type { EndUser as EndUserModel } from '../../../src/model/end-user';
import { merged } from '../../../src/model/fields';
import type { Fields } from '../../../src/model/fields';
import type { GatewayClient, GatewayRule, RemoteIpBlockSource } from '../../../src/model/gateway-access';
import type { NamedCondition, RequestMatch } from '../../../src/model/match';
import { isAnyRequest } from '../../../src/model/match';
import type { PathCondition } from '../../../src/model/path';

/** The gateway of the exposure in the app. */
export const EXPOSED = 'exposed';

export function isExposed(source: Source): boolean {
  return source.kind === 'gateway' && source.name === EXPOSED;
}

/** A policy, in the words of the public API. */
export function policyProps(
  policy: AccessModel, known: (namespace: string, name: string) => MeshService, exposed: () => Identity,
): ServiceAccessPolicyProps {
  const { destination, denials, rules, healthProbes, audit } = policy;
  const numberOf = (port: number | string) => destination.ports.find(one => one.port === port)!.servicePorts![0];
  return {
    destination: destinationOf(policy, known),
    allow: rules.map(rule => allowance(rule, numberOf, source => isExposed(source) ? exposed() : identity(source))),
    ...(denials.length > 0 && { deny: denials.map(rule => allowance(rule, numberOf, source => isExposed(source) ? exposed() : identity(source))) }),
    ...(healthProbes.length > 0 && { healthProbes: healthProbes.map(probe => probeOf(probe, numberOf)) }),
    ...(audit && { mode: AccessMode.AUDIT }),
  };
}

/** Denials alone, in the same words. */
export function denialProps(
  policy: AccessModel, known: (namespace: string, name: string) => MeshService, exposed: () => Identity,
): ServiceAccessDenialProps {
  const { destination, deny, mode } = policyProps(policy, known, exposed);
  return { destination, deny: deny!, ...(mode && { mode }) };
}

/** What one client of a rule says of it. */
export function grantProps(
  policy: AccessModel, rule: number, source: number, known: (namespace: string, name: string) => MeshService,
): AccessGrantProps {
  const { destination, allow: [{ sources: [client], ...call }] } = policyProps(
    { ...policy, rules: [{ ...policy.rules[rule], sources: [policy.rules[rule].sources[source]] }] }, known, () => { throw new Error('a grant of the gateway'); });
  return { client, calls: [{ destination, ...call }] };
}

/** A policy of the gateway, in the same words. */
export function edgeProps(
  { denials, rules, leavesRest }: Fields<WrittenApp['edge'][0], 'denials' | 'rules' | 'leavesRest'>, gateway: ExposureGateway,
): GatewayAccessPolicyProps {
  return {
    gateway,
    ...(!leavesRest && { allow: rules.map(gatewayAllowance) }),
    ...(denials.length > 0 && { deny: denials.map(gatewayAllowance) }),
  };
}

type OfGateway = Fields<GatewayRule, 'sources' | 'ports' | 'requests' | 'exceptRequests' | 'endUsers', 'exceptSources'>;

function gatewayAllowance({ sources, ports, requests, exceptRequests, endUsers }: OfGateway): GatewayAccessAllowance {
  return {
    sources: sources.map(gatewayClient),
    ...(ports.length > 0 && { ports: [...ports] }),
    ...requestsOf({ requests, exceptRequests }),
    ...(endUsers.length > 0 && { endUsers: endUsers.map(endUser) }),
  };
}

function gatewayClient(client: GatewayClient): Identity {
  return client.kind === 'remoteIpBlock' ? remoteIpBlock(client) : identity(client);
}

function remoteIpBlock({ cidr, except }: Fields<RemoteIpBlockSource, 'cidr' | 'except', 'kind'>): Identity {
  return Identity.remoteIpBlock(cidr, [...except]);
}

/** A Service, or some of its pods. These have a ServiceAccount of their own, or share that of the others. */
function destinationOf({ namespace, destination }: AccessModel, known: (namespace: string, name: string) => MeshService): MeshService {
  const whole = known(namespace, destination.service!);
  const { subset, serviceAccount } = destination;
  return subset === undefined ? whole : whole.subset({ ...subset }, serviceAccount === whole.serviceAccount ? {} : { serviceAccount });
}

function probeOf({ kind, port, ...probe }: AccessModel['healthProbes'][0], numberOf: (port: number | string) => number): HealthProbe {
  return { ...probe, ...(kind && { kind: kind as HealthProbeKind }), port: numberOf(port) };
}

type Naming = (source: Source) => Identity;

function allowance(rule: AccessRule, numberOf: (port: number | string) => number, client: Naming): AccessAllowance {
  const { sources, exceptSources, ports, requests, exceptRequests, endUsers } = rule;
  return {
    sources: sources.map(client),
    ...(exceptSources.length > 0 && { exceptSources: exceptSources.map(source => identity(source)) }),
    ports: ports.map(({ port }) => numberOf(port)),
    ...requestsOf({ requests, exceptRequests }),
    ...(endUsers.length > 0 && { endUsers: endUsers.map(endUser) }),
  };
}

/** A match without a condition is every request. */
function requestsOf({ requests, exceptRequests }: Pick<AccessRule, 'requests' | 'exceptRequests'>): Pick<AccessAllowance, 'requests' | 'exceptRequests'> {
  return {
    ...(requests.length > 0 && !requests.some(isAnyRequest) && { requests: requests.map(request) }),
    ...(exceptRequests.length > 0 && { exceptRequests: exceptRequests.map(request) }),
  };
}

const identity = byKind<Source, Identity>({
  serviceAccount: ({ name, namespace }: SourceFields<'serviceAccount', 'name' | 'namespace'>) => Identity.serviceAccount(name, namespace),
  namespace: ({ name }: SourceFields<'namespace', 'name'>) => Identity.namespace(name),
  spiffeId: ({ id }: SourceFields<'spiffeId', 'id'>) => Identity.spiffeId(id),
  namespaceLabels: ({ labels }: SourceFields<'namespaceLabels', 'labels'>) => Identity.namespaceLabels({ ...labels }),
  pods: ({ labels, namespace, namespaceLabels, cluster }: SourceFields<'pods', 'labels' | 'namespace' | 'namespaceLabels' | 'cluster'>) =>
    Identity.pods({ ...labels }, { cluster, ...namespace === undefined ? { namespaceLabels: { ...namespaceLabels } } : { namespace } }),
  uninitialized: () => Identity.uninitializedPods(),
  trustDomain: ({ name }: SourceFields<'trustDomain', 'name'>) => Identity.trustDomain(name),
  apiServer: () => Identity.apiServer(),
  nodes: () => Identity.nodes(),
  nodeLabels: ({ labels }: SourceFields<'nodeLabels', 'labels'>) => Identity.nodes({ ...labels }),
  gateway: ({ name, namespace, pods }: SourceFields<'gateway', 'name' | 'namespace' | 'pods', 'className'>) =>
    Identity.gateway(ExposureGateway.shared(name, namespace, { pods: { ...pods } })),
  ipBlock: ({ cidr, except }: SourceFields<'ipBlock', 'cidr' | 'except'>) => Identity.ipBlock(cidr, [...except]),
  anyAuthenticated: () => Identity.anyAuthenticated(),
  anyone: () => Identity.anyone(),
});

function endUser({ issuer, claims }: Fields<EndUserModel, 'issuer' | 'claims'>): EndUser {
  return EndUser.of({
    issuer,
    claims: claims.map(({ path, values }) => ({ path: [...path], values: values.map(({ type, value }) => STRING_MATCHES[type](value)) })),
  });
}

export function request(match: RequestMatch): HttpMatch | GrpcMatch {
  return match.path?.grpc !== undefined ? GrpcMatch.of(match.path.grpc) : HttpMatch.of(httpOptions(match));
}

const httpOptions = merged<RequestMatch, HttpMatchOptions>({
  methods: methods => ({ methods: [...methods] }),
  path: path => pathOption(path),
  headers: headers => ({ headers: conditions(headers) }),
  query: query => ({ query: conditions(query) }),
  hosts: hosts => ({ hosts: [...hosts] }),
});

function pathOption({ type, value }: PathCondition) {
  switch (type) {
    case 'exact': return { path: value };
    case 'prefix': return { pathPrefix: value };
    case 'below': return { pathBelow: value };
    case 'start': return { pathStartsWith: value };
    case 'end': return { pathEndsWith: value };
    case 'regex': return { pathRegex: value };
    case 'template': return { pathTemplate: value.replaceAll('{*}', '{any}') };
  }
}

function conditions(named: readonly NamedCondition[]): Record<string, StringMatch> {
  return Object.fromEntries(named.map(({ name, type, value }) => [name, STRING_MATCHES[type](value)]));
}

const STRING_MATCHES: Readonly<Record<NamedCondition['type'], (value: string) => StringMatch>> = {
  exact: value => StringMatch.exact(value),
  start: value => StringMatch.startsWith(value),
  end: value => StringMatch.endsWith(value),
  regex: value => StringMatch.regex(value),
  present: () => StringMatch.present(),
};

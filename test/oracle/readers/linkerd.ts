import type { Complaint, Reader } from './reader';
import { blockOf, each, holds, unless } from './reader';

/** The admission of Linkerd's policy controller: linkerd/linkerd2 `policy-controller/runtime/src` (`admission.rs`, `validation.rs`) and `k8s/index/src`. */
export const LINKERD: Reader = {
  Server: ({ spec: { accessPolicy } }) => [
    unless(accessPolicy === undefined || [
      'deny', 'audit', 'all-authenticated', 'all-unauthenticated', 'cluster-authenticated', 'cluster-unauthenticated',
    ].includes(accessPolicy),
    `the policy ${accessPolicy}`),
  ],
  AuthorizationPolicy: ({ spec: { requiredAuthenticationRefs: required = [] } }) => [
    ...each<any>(required, ({ kind }) => [unless(['MeshTLSAuthentication', 'NetworkAuthentication', 'ServiceAccount'].includes(kind), `the kind ${kind}`)]),
    unless(required.filter(({ kind }: any) => kind !== 'NetworkAuthentication').length <= 1, 'two authentications by identity'),
    unless(required.filter(({ kind }: any) => kind === 'NetworkAuthentication').length <= 1, 'two authentications by address'),
  ],
  MeshTLSAuthentication: ({ spec: { identities, identityRefs } }) => [
    unless((identities ?? identityRefs ?? []).length > 0, 'nobody'),
    ...each<string>(identities, id => [unless(isIdentity(id), `the identity ${id}`)]),
    ...each<any>(identityRefs, ({ kind, namespace }) => [
      unless(kind === 'ServiceAccount' || (kind === 'Namespace' && namespace === undefined), `a reference to ${kind}`),
    ]),
  ],
  NetworkAuthentication: ({ spec: { networks } }) => networksOf(networks),
  EgressNetwork: ({ spec: { networks } }) => networks === undefined ? [] : networksOf(networks),
  HTTPLocalRateLimitPolicy: ({ spec: { targetRef, total } }) => [
    unless(targetRef.kind === 'Server', `a limit of ${targetRef.kind}`),
    unless(total === undefined || (total.requestsPerSecond > 0 && total.requestsPerSecond <= 4294967295), `the limit ${total?.requestsPerSecond}`),
  ],
  HTTPRoute: route,
  GRPCRoute: route,
};

function route({ metadata: { annotations = {} }, spec: { rules } }: any): Complaint[] {
  return [
    ...['retry.linkerd.io/timeout', 'timeout.linkerd.io/request', 'timeout.linkerd.io/response', 'timeout.linkerd.io/idle'].map(key =>
      unless(annotations[key] === undefined || /^\d+(ms|s|m|h|d)$/.test(annotations[key]), `the time ${annotations[key]}`)),
    unless(Number(annotations['retry.linkerd.io/limit'] ?? 0) <= 65535, 'a number of retries'),
    ...each<string>(annotations['retry.linkerd.io/http']?.split(','), code => [unless(/^[1-5]\d\d$/.test(code), `retries on ${code}`)]),
    ...each<any>(rules, ({ matches, timeouts }) => [
      unless(timeouts?.request === undefined || timeouts.backendRequest === undefined || timeouts.request === '0s'
        || millis(timeouts.backendRequest) <= millis(timeouts.request), 'a longer time for a part'),
      ...each<any>(matches, ({ path, headers }) => [
        unless(path === undefined || path.type === 'RegularExpression' || path.value.startsWith('/'), `the path ${path?.value}`),
        ...each<any>(headers, ({ name }) => [unless(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name), `the header ${name}`)]),
      ]),
    ]),
  ];
}

function networksOf(networks: readonly any[]): Complaint[] {
  return [
    unless(networks.length > 0, 'no networks'),
    ...each<any>(networks, ({ cidr, except }) => each<string>(except, one => [
      unless(holds(blockOf(cidr), blockOf(one)) && !holds(blockOf(one), blockOf(cidr)), `${one} is no part of ${cidr}`),
    ])),
  ];
}

function isIdentity(id: string): boolean {
  if (!id.startsWith('spiffe://')) {
    return /^(\*|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)$/.test(id);
  }
  const [domain, ...elements] = id.slice('spiffe://'.length).split('/');
  return /^[a-z0-9._-]+$/.test(domain) && elements.every(element => /^[A-Za-z0-9._-]+$/.test(element) && element !== '.' && element !== '..');
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

function millis(duration: string): number {
  return [...duration.matchAll(/(\d+)(ms|h|m|s)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit], 0);
}

import type { Client, Request } from '../../../src/evaluators/access/request';
import { portOf, spiffeIdOf } from '../../../src/evaluators/access/request';
import { contains } from '../../../src/evaluators/address';
import { whole } from '../../../src/evaluators/expression';
import type { AccessModel, AccessRule, Source, SourceFields } from '../../../src/model/access';
import { byKind } from '../../../src/model/by-kind';
import type { ClaimCondition, EndUser } from '../../../src/model/end-user';
import type { Fields } from '../../../src/model/fields';
import type { NamedCondition, RequestMatch } from '../../../src/model/match';
import type { PathCondition } from '../../../src/model/path';
import type { Readings } from '../../total';
import { allHold, unsaid } from '../../total';

/** Whether a policy lets a request to its workload in, read as naively as can be. */
export function allowedByIntent(model: AccessModel, request: Request): boolean {
  const { protocol } = portOf(request);
  const datagrams = protocol === 'UDP';
  const isMeant = ({ sources, exceptSources, ports, requests, exceptRequests, endUsers }: AccessRule) =>
    sources.some(source => isSource(source, request.client))
      && !exceptSources.some(source => isSource(source, request.client))
      && ports.some(p => p.port === request.port && (p.protocol === 'UDP') === datagrams)
      && (requests.length === 0 || requests.some(match => holds(match, request)))
      && !exceptRequests.some(match => holds(match, request))
      && (endUsers.length === 0 || endUsers.some(user => isEndUser(user, request)));
  return model.audit
    || isProbe(model, request)
    || (!model.denials.some(isMeant) && (model.leavesRest || model.rules.some(isMeant)));
}

/** Whether a token that nobody has forged says all this. */
export function isEndUser({ issuer, claims }: Fields<EndUser, 'issuer' | 'claims'>, { tokens = [] }: Request): boolean {
  return tokens.some(token => token.genuine && token.claims.iss === issuer
    && claims.every(({ path, values }: Fields<ClaimCondition, 'path' | 'values'>) => {
      const claim = path.reduce<any>((within, name) => Object.prototype.toString.call(within) === '[object Object]' ? within[name] : undefined, token.claims);
      const said = typeof claim === 'string' && ['scope', 'permission'].includes(path.join()) ? claim.split(' ') : claim;
      return [said].flat().some(one => typeof one === 'string' && one !== '' && values.some(({ type, value }) => VALUE_READINGS[type](value, one)));
    }));
}

function isProbe(model: AccessModel, request: Request): boolean {
  return request.client.kind === 'kubelet' && asksLikeProbe(model, request);
}

/** What the kubelet calls over gRPC. */
export const GRPC_HEALTH_CHECK = '/grpc.health.v1.Health/Check';

/** Whether a request is one that a health check makes, whoever makes it. A target that knows no kubelets lets all of them in. */
export function asksLikeProbe({ healthProbes }: AccessModel, { port, method, path }: Request): boolean {
  return healthProbes.some(probe => probe.port === port
    && (probe.kind === 'grpc' ? method === 'POST' && path === GRPC_HEALTH_CHECK : method === 'GET' && path === probe.path));
}

/** Whether a client is one of those that are meant. */
export function isSource(source: Source, client: Client): boolean {
  // Words that name no cluster are for this one.
  const isHere = client.cluster === (source.kind === 'pods' ? source.cluster : undefined);
  return (isHere || source.kind === 'anyone' || source.kind === 'ipBlock') && isClient(source, client);
}

const isClient = byKind<Source, boolean, [Client]>({
  serviceAccount: ({ namespace, name }: SourceFields<'serviceAccount', 'namespace' | 'name'>, client) =>
    isOwn(client) && client.namespace === namespace && client.serviceAccount === name,
  namespace: ({ name }: SourceFields<'namespace', 'name'>, client) => isOwn(client) && client.namespace === name,
  namespaceLabels: ({ labels }: SourceFields<'namespaceLabels', 'labels'>, client) =>
    Object.entries(labels).every(([key, value]) => client.namespaceLabels?.[key] === value),
  spiffeId: ({ id }: SourceFields<'spiffeId', 'id'>, client) => spiffeIdOf(client) === id,
  gateway: ({ pods }: SourceFields<'gateway', 'pods', 'name' | 'namespace' | 'className'>, client) =>
    (client.kind === 'gateway' || isOwn(client)) && client.namespace === pods.namespace && client.serviceAccount === pods.serviceAccount,
  pods: ({ labels, namespace, namespaceLabels }: SourceFields<'pods', 'labels' | 'namespace' | 'namespaceLabels', 'cluster'>, client) =>
    Object.entries(labels).every(([key, value]) => client.labels?.[key] === value)
    && (namespace === undefined
      ? client.namespace !== undefined && Object.entries(namespaceLabels ?? {}).every(([key, value]) => client.namespaceLabels?.[key] === value)
      : client.namespace === namespace),
  uninitialized: (_, { kind }) => kind === 'uninitialized',
  trustDomain: ({ name }: SourceFields<'trustDomain', 'name'>, client) => spiffeIdOf(client)?.startsWith(`spiffe://${name}/`) ?? false,
  apiServer: (_, { kind }) => kind === 'apiServer',
  nodes: (_, { kind }) => kind === 'node' || kind === 'kubelet',
  nodeLabels: ({ labels }: SourceFields<'nodeLabels', 'labels'>, client) =>
    client.kind === 'node' && Object.entries(labels).every(([key, value]) => client.labels?.[key] === value),
  ipBlock: ({ cidr, except }: SourceFields<'ipBlock', 'cidr' | 'except'>, { ip }) => contains(cidr, ip) && !except.some(block => contains(block, ip)),
  anyAuthenticated: (_, { meshed }) => meshed,
  anyone: () => true,
});

/** Names of ServiceAccounts and namespaces are those of the mesh itself, proven by mutual TLS. */
function isOwn({ meshed, trustDomain }: Client): boolean {
  return meshed && trustDomain === undefined;
}

/** Whether all conditions hold. */
export function holds(match: RequestMatch, request: Sent): boolean {
  return allHold(READINGS, match, request);
}

/** What tells requests apart. */
export type Sent = Pick<Request, 'method' | 'path' | 'headers' | 'query'>;

const READINGS: Readings<RequestMatch, Sent> = {
  methods: (methods, { method }) => methods.length === 0 || methods.includes(method),
  path: (condition, { path }) => pathHolds(condition, path),
  headers: (conditions, { headers }) => conditions.every(c => conditionHolds(c, headers)),
  query: (conditions, { query }) => conditions.every(c => conditionHolds(c, query)),
  hosts: unsaid,
};

/** What the server behind the proxy makes of a path: whether the proxy has resolved it, or the server does. */
export function resolved(path: string): string {
  const elements: string[] = [];
  const all = path.replace(/%2e/gi, '.').replaceAll('\\', '/').split('/').slice(1);
  all.forEach((element, i) => {
    if (element !== '.' && element !== '..') {
      elements.push(element);
      return;
    }
    if (element === '..') {
      elements.pop();
    }
    if (i === all.length - 1) {
      elements.push('');
    }
  });
  return `/${elements.join('/')}`;
}

function pathHolds({ type, value }: Fields<PathCondition, 'type' | 'value', 'grpc'>, sent: string): boolean {
  const actual = resolved(sent);
  switch (type) {
    case 'exact': return actual === value;
    case 'below': return actual.startsWith(`${value}/`);
    case 'start': return actual.startsWith(value);
    case 'end': return actual.endsWith(value);
    case 'prefix': return value === '/' || actual === value || actual.startsWith(`${value}/`);
    case 'regex': return whole(value, actual);
    case 'template': return elementsHold(value.split('/'), actual.split('/'));
  }
}

function elementsHold([wanted, ...others]: readonly string[], elements: readonly string[]): boolean {
  if (wanted === undefined || elements.length === 0) return wanted === undefined && elements.length === 0;
  if (wanted === '{**}') return elements.some((_, i) => elementsHold(others, elements.slice(i + 1)));
  return (wanted === '{*}' ? elements[0] !== '' : wanted === elements[0]) && elementsHold(others, elements.slice(1));
}

function conditionHolds({ name, type, value }: Fields<NamedCondition, 'name' | 'type' | 'value'>, values: Readonly<Record<string, string>>): boolean {
  return Object.hasOwn(values, name) && VALUE_READINGS[type](value, values[name]);
}

const VALUE_READINGS: Readonly<Record<NamedCondition['type'], (value: string, actual: string) => boolean>> = {
  exact: (value, actual) => actual === value,
  start: (value, actual) => actual.startsWith(value),
  end: (value, actual) => actual.endsWith(value),
  regex: (value, actual) => whole(value, actual),
  present: () => true,
};

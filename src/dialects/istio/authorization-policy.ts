import { SECURITY_API_VERSION } from './apis';
import type { Requests } from './excepted-requests';
import { excepting } from './excepted-requests';
import { hostsAlone, hostsHoweverSpelled } from './hosts';
import { paths, pathsAsServed } from './paths';
import type {
  AuthorizationPolicySpec, AuthorizationPolicySpecRules, AuthorizationPolicySpecRulesFrom, AuthorizationPolicySpecRulesToOperation,
  AuthorizationPolicySpecRulesWhen,
} from '../../../imports/istio/security.istio.io';
import type { AccessRule, Source, SourceFields } from '../../model/access';
import { byKind } from '../../model/by-kind';
import type { ClaimCondition, EndUser } from '../../model/end-user';
import { merged, nothing } from '../../model/fields';
import type { Fields } from '../../model/fields';
import type { GatewayClient, RemoteIpBlockSource } from '../../model/gateway-access';
import { flatMap } from '../../model/lists';
import type { NamedCondition, RequestMatch, StringCondition } from '../../model/match';
import type { Manifest, Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';

/** What a policy holds for: pods by their labels, or an object whose waypoint enforces it; without either, the whole namespace. And who decides. */
export type Attachment = Pick<Plain<AuthorizationPolicySpec>, 'selector' | 'targetRefs' | 'provider'>;

/** CUSTOM has a provider asked about what DENY would deny. */
export type Action = 'ALLOW' | 'DENY' | 'CUSTOM';

export type Rule = Plain<AuthorizationPolicySpecRules>;

/**
 * One AuthorizationPolicy, of action ALLOW if nothing else is said. Without any rules that denies everything: a rule with nothing in it
 * would allow everything.
 */
export function authorizationPolicy(
  metadata: Manifest['metadata'], attachment: Attachment, rules: readonly Rule[], action: Action = 'ALLOW',
): Manifest {
  const spec: Plain<AuthorizationPolicySpec> = { action, ...rules.length > 0 && { rules }, ...attachment };
  return { apiVersion: SECURITY_API_VERSION, kind: 'AuthorizationPolicy', metadata, spec };
}

/** Whether a client calls pods by their addresses makes no difference to who enforces it. */
export type PolicyRule = Fields<AnyRule, 'sources' | 'exceptSources' | 'requests' | 'exceptRequests' | 'endUsers', 'ports' | 'byAddress'>;

/** A rule for a workload, or for a gateway, which knows more of its clients. */
interface AnyRule extends Omit<AccessRule, 'sources'> {
  readonly sources: readonly GatewayClient[];
}

/**
 * The rules for what one rule of the model is for, on the ports that the enforcing proxy sees; without any, on every port. Conditions on headers
 * hold for all operations of a rule, so each request with such conditions is a rule of its own.
 */
export function policyRules(rule: PolicyRule, ports: readonly number[], trustDomain: string, action: Action = 'ALLOW'): Rule[] {
  const rules = clientRules(rule, ports, trustDomain, action);
  return rule.endUsers.length === 0 ? rules
    : flatMap(rule.endUsers, user => rules.map(one => ({ ...one, when: [...one.when ?? [], ...tokenConditions(user)] })));
}

/** What holds for each token. The attribute for principals joins issuer and subject by a slash, which both may have; claims are apart. */
function tokenConditions({ issuer, claims }: Fields<EndUser, 'issuer' | 'claims'>): Plain<AuthorizationPolicySpecRulesWhen>[] {
  return [
    { key: 'request.auth.claims[iss]', values: [issuer] },
    ...claims.map(({ path, values }: Fields<ClaimCondition, 'path' | 'values'>) =>
      ({ key: `request.auth.claims${path.map(name => `[${name}]`).join('')}`, values: values.map(textPattern) })),
  ];
}

function clientRules(
  { sources, exceptSources, requests: included, exceptRequests }: PolicyRule, ports: readonly number[], trustDomain: string, action: Action,
): Rule[] {
  const from = sources.some(({ kind }) => kind === 'anyone') ? undefined : clients(sources, exceptSources, trustDomain);
  const ruleFor = (all: readonly Operation[]): Rule => from === undefined ? operations(all) : { from, ...operations(all) };
  const requests = excepting(included, exceptRequests);
  if (requests.length === 0) return [ruleFor([portsOf(ports)])];
  const plain = requests.filter(request => !hasHeaders(request));
  const rules: Rule[] = plain.length === 0 ? [] : [ruleFor(plain.map(request => operation(ports, request, action)))];
  for (const request of requests) {
    if (!hasHeaders(request)) continue;
    rules.push({
      ...ruleFor([operation(ports, request, action)]),
      when: [
        ...request.headers.map(header => ({ key: headerKey(header), values: [textPattern(header)] })),
        ...request.not.headers.map(header => ({ key: headerKey(header), notValues: [textPattern(header)] })),
      ],
    });
  }
  return rules;
}

type Operation = Plain<AuthorizationPolicySpecRulesToOperation>;

/** Without conditions, it is one on every request, which the API says by nothing at all. */
function operations(all: readonly Operation[]): Pick<Rule, 'to'> {
  return all.some(one => Object.keys(one).length === 0) ? {} : { to: all.map(one => ({ operation: one })) };
}

function portsOf(ports: readonly number[]): Operation {
  return ports.length === 0 ? {} : { ports: ports.map(String) };
}

function hasHeaders({ headers, not }: Requests): boolean {
  return headers.length > 0 || not.headers.length > 0;
}

function headerKey({ name }: NamedCondition): string {
  return `request.headers[${name}]`;
}

function operation(ports: readonly number[], request: Requests, action: Action): Operation {
  const { methods, paths: notPaths, hosts: notHosts } = request.not;
  const [asWritten, negated] = action === 'DENY' ? [hostsHoweverSpelled, hostsAlone] : [hostsAlone, hostsHoweverSpelled];
  return {
    ...notHosts.length > 0 && { notHosts: negated(notHosts, ports) },
    ...request.hosts !== undefined && { hosts: asWritten(request.hosts, ports) },
    ...portsOf(ports),
    ...conditions(request),
    ...action !== 'ALLOW' && request.path !== undefined && { paths: pathsAsServed(request.path) },
    ...methods.length > 0 && { notMethods: [...methods] },
    ...notPaths.length > 0 && { notPaths: [...new Set(flatMap(notPaths, action !== 'ALLOW' ? paths : pathsAsServed))] },
  };
}

/** All conditions except those on headers, and those on hosts, whose spellings depend on what is to hold for them. */
const conditions = merged<Omit<RequestMatch, 'headers' | 'hosts'>, Operation>({
  methods: methods => ({ methods: [...methods] }),
  path: path => ({ paths: paths(path) }),
  query: refused,
});

/** `*` is any value, even an empty one of a header; at the end or the start of a value it stands for any text there. */
function textPattern({ type, value }: Fields<StringCondition, 'type' | 'value'>): string {
  switch (type) {
    case 'present': return '*';
    case 'start': return `${value}*`;
    case 'end': return `*${value}`;
    case 'exact': return value;
    case 'regex': return refused();
  }
}

/** All fields of one source have to hold, so addresses and identities are separate sources. Exceptions are of identities only. */
export function clients(
  sources: readonly GatewayClient[], exceptSources: readonly Source[], trustDomain: string,
): Plain<AuthorizationPolicySpecRulesFrom>[] {
  const principals = flatMap(sources, source => source.kind === 'remoteIpBlock' ? [] : principal(source, trustDomain));
  const notPrincipals = flatMap(exceptSources, source => principal(source, trustDomain));
  return [
    ...(principals.length > 0 ? [{ source: { principals, ...(notPrincipals.length > 0 && { notPrincipals }) } }] : []),
    ...flatMap(sources, source => source.kind === 'ipBlock' ? [ipBlocks(source)] : source.kind === 'remoteIpBlock' ? [remoteIpBlocks(source)] : []),
  ];
}

/** The identity in a client's certificate, without its scheme. `*` is any identity at all. */
const principal = byKind<Source, readonly string[], [string]>({
  serviceAccount: (account: SourceFields<'serviceAccount', 'namespace' | 'name'>, trustDomain) => [serviceAccountPrincipal(account, trustDomain)],
  namespace: ({ name: namespace }: SourceFields<'namespace', 'name'>, trustDomain) => [serviceAccountPrincipal({ namespace, name: '*' }, trustDomain)],
  spiffeId: ({ id }: SourceFields<'spiffeId', 'id'>) => [id.replace(/^spiffe:\/\//, '')],
  trustDomain: ({ name }: SourceFields<'trustDomain', 'name'>) => [`${name}/*`],
  anyAuthenticated: () => ['*'],
  ipBlock: nothing,
  anyone: refused,
  gateway: refused,
  namespaceLabels: refused,
  pods: refused,
  uninitialized: refused,
  apiServer: refused,
  nodes: refused,
  nodeLabels: refused,
});

function ipBlocks({ cidr, except }: SourceFields<'ipBlock', 'cidr' | 'except'>): Plain<AuthorizationPolicySpecRulesFrom> {
  return { source: { ipBlocks: [cidr], ...(except.length > 0 && { notIpBlocks: [...except] }) } };
}

function remoteIpBlocks({ cidr, except }: Fields<RemoteIpBlockSource, 'cidr' | 'except', 'kind'>): Plain<AuthorizationPolicySpecRulesFrom> {
  return { source: { remoteIpBlocks: [cidr], ...(except.length > 0 && { notRemoteIpBlocks: [...except] }) } };
}

export function serviceAccountPrincipal({ namespace, name }: { readonly namespace: string; readonly name: string }, trustDomain: string): string {
  return `${trustDomain}/ns/${namespace}/sa/${name}`;
}

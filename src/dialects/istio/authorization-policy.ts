import { SECURITY_API_VERSION } from './apis';
import type {
  AuthorizationPolicySpec, AuthorizationPolicySpecRules, AuthorizationPolicySpecRulesFrom, AuthorizationPolicySpecRulesToOperation,
} from '../../../imports/istio/security.istio.io';
import type { AccessRule, Source, SourceFields } from '../../model/access';
import { byKind } from '../../model/by-kind';
import { merged, nothing } from '../../model/fields';
import type { Fields } from '../../model/fields';
import { flatMap } from '../../model/lists';
import type { NamedCondition, RequestMatch } from '../../model/match';
import type { PathCondition } from '../../model/path';
import { plainPaths } from '../../model/path';
import type { Manifest, Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';

/** What a policy holds for: pods by their labels, or an object whose waypoint enforces it; without either, the whole namespace. */
export type Attachment = Pick<Plain<AuthorizationPolicySpec>, 'selector' | 'targetRefs'>;

export type Rule = Plain<AuthorizationPolicySpecRules>;

/**
 * One AuthorizationPolicy of action ALLOW. Without any rules it denies everything: a rule with nothing in it would
 * allow everything.
 */
export function authorizationPolicy(metadata: Manifest['metadata'], attachment: Attachment, rules: readonly Rule[]): Manifest {
  const spec: Plain<AuthorizationPolicySpec> = rules.length === 0 ? { ...attachment, action: 'ALLOW' } : { ...attachment, action: 'ALLOW', rules };
  return { apiVersion: SECURITY_API_VERSION, kind: 'AuthorizationPolicy', metadata, spec };
}

/** Whether a client calls pods by their addresses makes no difference to who enforces it. */
type PolicyRule = Fields<AccessRule, 'sources' | 'exceptSources' | 'requests', 'ports' | 'byAddress' | 'exceptRequests'>;

/**
 * The rules that allow what one rule of the model allows, on the ports that the enforcing proxy sees. Conditions on headers hold
 * for all operations of a rule, so each request with such conditions is a rule of its own.
 */
export function policyRules({ sources, exceptSources, requests }: PolicyRule, ports: readonly number[], trustDomain: string): Rule[] {
  const from = sources.some(({ kind }) => kind === 'anyone') ? {} : { from: clients(sources, exceptSources, trustDomain) };
  if (requests.length === 0) {
    return [{ ...from, to: [{ operation: { ports: ports.map(String) } }] }];
  }
  const plain = requests.filter(request => request.headers.length === 0);
  const rules: Rule[] = plain.length === 0 ? [] : [{ ...from, to: plain.map(request => ({ operation: operation(ports, request) })) }];
  for (const request of requests) {
    if (request.headers.length === 0) continue;
    rules.push({
      ...from,
      to: [{ operation: operation(ports, request) }],
      when: request.headers.map(header => ({ key: `request.headers[${header.name}]`, values: [headerValue(header)] })),
    });
  }
  return rules;
}

function operation(ports: readonly number[], request: RequestMatch): Plain<AuthorizationPolicySpecRulesToOperation> {
  return { ports: ports.map(String), ...conditions(request) };
}

/** All conditions except those on headers. */
const conditions = merged<Omit<RequestMatch, 'headers'>, Plain<AuthorizationPolicySpecRulesToOperation>>({
  methods: methods => ({ methods: [...methods] }),
  path: path => ({ paths: paths(path) }),
  query: refused,
  hosts: refused,
});

/** A template has Istio's form; a trailing `*` makes a prefix. */
function paths(path: PathCondition): string[] {
  return path.type === 'template' ? [path.value] : plainPaths(path).map(({ type, value }) => type === 'prefix' ? `${value}*` : value);
}

/** `*` is any value, even an empty one; at the end or the start of a value it stands for any text there. */
function headerValue({ type, value }: NamedCondition): string {
  switch (type) {
    case 'present': return '*';
    case 'start': return `${value}*`;
    case 'end': return `*${value}`;
    case 'exact': return value;
    case 'regex': return refused();
  }
}

/** All fields of one source have to hold, so addresses and identities are separate sources. Exceptions are of identities only. */
function clients(sources: readonly Source[], exceptSources: readonly Source[], trustDomain: string): Plain<AuthorizationPolicySpecRulesFrom>[] {
  const principals = flatMap(sources, source => principal(source, trustDomain));
  const notPrincipals = flatMap(exceptSources, source => principal(source, trustDomain));
  return [
    ...(principals.length > 0 ? [{ source: { principals, ...(notPrincipals.length > 0 && { notPrincipals }) } }] : []),
    ...flatMap(sources, source => source.kind === 'ipBlock' ? [ipBlocks(source)] : []),
  ];
}

/** The identity in a client's certificate, without its scheme. `*` is any identity at all. */
const principal = byKind<Source, readonly string[], [string]>({
  serviceAccount: (account: SourceFields<'serviceAccount', 'namespace' | 'name'>, trustDomain) => [serviceAccountPrincipal(account, trustDomain)],
  namespace: ({ name: namespace }: SourceFields<'namespace', 'name'>, trustDomain) => [serviceAccountPrincipal({ namespace, name: '*' }, trustDomain)],
  spiffeId: ({ id }: SourceFields<'spiffeId', 'id'>) => [id.replace(/^spiffe:\/\//, '')],
  anyAuthenticated: () => ['*'],
  ipBlock: nothing,
  anyone: refused,
  gateway: refused,
  namespaceLabels: refused,
  pods: refused,
  apiServer: refused,
  nodes: refused,
  clientAddress: refused,
});

function ipBlocks({ cidr, except }: SourceFields<'ipBlock', 'cidr' | 'except'>): Plain<AuthorizationPolicySpecRulesFrom> {
  return { source: { ipBlocks: [cidr], ...(except.length > 0 && { notIpBlocks: [...except] }) } };
}

export function serviceAccountPrincipal({ namespace, name }: { readonly namespace: string; readonly name: string }, trustDomain: string): string {
  return `${trustDomain}/ns/${namespace}/sa/${name}`;
}

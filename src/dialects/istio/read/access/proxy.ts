import type { Policy, Rule } from './authorization-policy';
import { namespaceCondition, principalCondition, serviceAccountCondition, trustDomainCondition } from './identities';
import type { MeshConfig } from '../mesh-config';
import type { Subject, SubjectType, Term } from './term';
import { headerText, hostText, isTemplate, templateText, valueText } from './texts';
import type { Tokens } from './tokens';
import { allOf, ALWAYS, anyOf, type Condition, type Doubt, NEVER, noneOf } from '../../../../meaning/condition';
import { ANYTHING, exactly, prefix, suffix, type Text } from '../../../../meaning/text';

/** The proxy that reads a rule, and the port that is called. */
export interface Proxy {
  readonly port: number;
  /** Whether it reads requests there. */
  readonly isHttp: boolean;
  /** Whether it looks for itself what is spoken there: at a port of no Service (istio/istio `listener_inbound.go`, `buildInboundPassthroughChains`). */
  readonly looks: boolean;
  /** When it sees certificates of clients. */
  readonly certificates: Condition;
  /** Whether it sees the address of clients. */
  readonly seesAddresses: boolean;
  readonly tokens: Tokens;
  readonly config: MeshConfig;
}

const LOOKS = 'no Service leads to the port, so that the proxy looks for HTTP, and the rule asks about requests';

/**
 * When a rule holds, as Envoy is told of it. Where it reads no requests, conditions on these are left out: with their rule where that
 * allows, and without it where it denies (istio/istio `pilot/pkg/security/authz/model/model.go`, `checkError`).
 */
export function ruleCondition({ from, to, when }: Rule, policy: Policy, proxy: Proxy): Condition {
  const all = [...from ?? [], ...to ?? [], when].flat();
  const isOfRequests = !proxy.isHttp && all.some(term => readsRequests(term.of));
  if (isOfRequests && !proxy.looks && policy.action === 'ALLOW') return NEVER;
  const condition = (terms: readonly Term[]) => allOf(...terms.map(term => termCondition(term, policy, proxy)));
  return allOf(
    ...isOfRequests && proxy.looks ? [{ type: 'unknown' as const, why: LOOKS, place: policy.source.place }] : [],
    from === undefined ? ALWAYS : anyOf(...from.map(condition)), to === undefined ? ALWAYS : anyOf(...to.map(condition)), condition(when),
  );
}

const OF_REQUESTS: Readonly<Record<SubjectType, boolean>> = {
  principal: false,
  namespace: false,
  serviceAccount: false,
  trustDomain: false,
  address: false,
  remoteAddress: false,
  port: false,
  destinationAddress: false,
  serverName: false,
  requestPrincipal: true,
  host: true,
  method: true,
  path: true,
  header: true,
  claim: true,
};

export function readsRequests(of: Subject): boolean {
  return of.type !== 'unknown' && OF_REQUESTS[of.type];
}

function termCondition({ of, values, notValues, place }: Term, policy: Policy, proxy: Proxy): Condition {
  if (of.type === 'unknown') return of;
  if (!proxy.isHttp && readsRequests(of)) return ALWAYS;
  const reading = READINGS[of.type] as (value: string, at: At) => Condition;
  const doubt: Doubt = { type: 'unknown', why: 'it is not known here', place };
  const conditions = (all: Term['values']) => all.map(value => typeof value === 'string' ? reading(value, { of, policy, proxy, doubt }) : value);
  return allOf(values.length === 0 ? ALWAYS : anyOf(...conditions(values)), notValues.length === 0 ? ALWAYS : noneOf(...conditions(notValues)));
}

interface At {
  readonly of: Exclude<Subject, Doubt>;
  readonly policy: Policy;
  readonly proxy: Proxy;
  readonly doubt: Doubt;
}

const READINGS: { readonly [Type in SubjectType]: (value: string, at: At) => Condition } = {
  principal: (value, { proxy, doubt }) => identity(proxy, principalCondition(value, proxy.config, doubt)),
  namespace: (value, { proxy }) => identity(proxy, namespaceCondition(value)),
  serviceAccount: (value, { proxy, policy }) => identity(proxy, serviceAccountCondition(value, policy.namespace)),
  trustDomain: (value, { proxy, doubt }) => identity(proxy, trustDomainCondition(value, proxy.config, doubt)),
  address: (value, at) => address(value, at),
  remoteAddress: (value, at) => !at.proxy.isHttp ? address(value, at)
    : anyOf(allOf(address(value, at), noneOf(FORWARDED)), allOf(FORWARDED, { ...at.doubt, why: 'what a header says of the address counts for some proxies' })),
  port: (value, { proxy }) => Number(value) === proxy.port ? ALWAYS : NEVER,
  destinationAddress: (_, { doubt }) => ({ ...doubt, why: 'the address of the pod is not known' }),
  serverName: (_, { doubt }) => ({ ...doubt, why: 'the name that a proxy asks for is not known' }),
  requestPrincipal: (value, { proxy: { tokens } }) => requestPrincipal(value, tokens),
  host: value => value === '*' ? ANY_REQUEST : { type: 'host', is: hostText(value) },
  method: value => ({ type: 'method', is: headerText(value) }),
  path: (value, { doubt }) => pathCondition(value, doubt),
  header: (value, { of, proxy, doubt }) => of.type !== 'header' ? NEVER : headerCondition(of.name, headerText(value), proxy.tokens, doubt),
  claim: (value, { of, proxy: { tokens } }) => of.type !== 'claim' ? NEVER : tokens.claim(of.path, valueText(value)),
};

const ANY_REQUEST: Condition = { type: 'method', is: ANYTHING };
const FORWARDED: Condition = { type: 'header', name: 'x-forwarded-for', is: ANYTHING };

function identity({ certificates }: Proxy, condition: Condition): Condition {
  return allOf(certificates, condition);
}

function address(value: string, { proxy, doubt }: At): Condition {
  return proxy.seesAddresses ? { type: 'address', within: value, except: [] } : { ...doubt, why: 'a waypoint does not see the address of a client' };
}

/** What stands before the last slash is the issuer, and behind it the subject (istio/istio `pilot/pkg/security/authz/model/generator.go`). */
function requestPrincipal(value: string, tokens: Tokens): Condition {
  const [issuer, subject] = issuerAndSubject(value);
  return allOf(tokens.claim(['iss'], issuer), tokens.claim(['sub'], subject));
}

function issuerAndSubject(value: string): [issuer: Text, subject: Text] {
  const some = valueText('*');
  const slash = value.lastIndexOf('/');
  const [issuer, subject] = [value.slice(0, Math.max(slash, 0)), value.slice(slash + 1)];
  if (value === '*') return [some, some];
  if (value.startsWith('*')) return slash === -1 ? [some, suffix(value.slice(1))] : [issuer === '*' ? some : suffix(issuer.slice(1)), exactly(subject)];
  if (value.endsWith('*')) return slash === -1 ? [prefix(value.slice(0, -1)), some] : [exactly(issuer), subject === '*' ? some : prefix(subject.slice(0, -1))];
  return slash === -1 ? [exactly(value), exactly('')] : [exactly(issuer), exactly(subject)];
}

/** One proxy reads all templates alike. */
const OF_ELEMENTS = { why: 'proxies differ in the characters that they take for an element of a template', about: 'elements of templates' };

function pathCondition(value: string, doubt: Doubt): Condition {
  if (!isTemplate(value)) return { type: 'path', is: valueText(value) };
  return anyOf({ type: 'path', is: templateText(value, false) },
    allOf({ type: 'path', is: templateText(value, true) }, { ...doubt, ...OF_ELEMENTS }));
}

/** What proxies write or take away themselves. */
const OF_PROXIES = /^(?::|host$|connection$|te$|forwarded$|x-forwarded-|x-envoy-|x-request-id$|x-b3-|traceparent$|tracestate$)/;

function headerCondition(name: string, is: Text, tokens: Tokens, doubt: Doubt): Condition {
  if (OF_PROXIES.test(name)) return { ...doubt, why: 'proxies write this header themselves' };
  return anyOf({ type: 'header', name, is }, allOf(tokens.standIn(name), { ...doubt, why: 'the text of the token is not known' }));
}

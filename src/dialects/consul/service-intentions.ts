import { ANY, CONSUL_API_VERSION } from './apis';
import type { Providers } from './jwt-provider';
import { exceptsAllowed, mixes, permissions } from './permissions';
import type { ConsulServices } from './services';
import { ALL_SERVICES, includes, named, servicesOf } from './services';
import type { ServiceIntentionsSpec, ServiceIntentionsSpecSources } from '../../../imports/consul/consul.hashicorp.com';
import type { AccessModel, AccessRule } from '../../model/access';
import { tellsRequestsApart } from '../../model/access';
import type { Fields } from '../../model/fields';
import { distinctBy, flatMap } from '../../model/lists';
import type { Manifest, Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';
import type { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';

/** The probes of the kubelet bypass the intentions, or are refused; policies that only report and denials alone are refused too. */
export type Policy = Fields<AccessModel, 'name' | 'namespace' | 'destination' | 'denials' | 'rules' | 'grant', 'healthProbes' | 'audit' | 'leavesRest'>;

/** Whether a client calls pods by their addresses makes no difference to their proxies. */
export type IntentionRule = Fields<AccessRule, 'sources' | 'exceptSources' | 'requests' | 'exceptRequests' | 'endUsers', 'ports' | 'byAddress'>;

/**
 * One ServiceIntentions: an entry for each client that a rule names, and one that denies every other client. Only the entry that
 * fits a client best counts, so each entry holds everything that its clients may do.
 */
export function serviceIntentions(policy: Policy, namespaces: ConsulNamespaces, providers: Providers): Manifest {
  const { name, namespace, destination, denials, rules } = policy;
  const spec: Plain<ServiceIntentionsSpec> = {
    destination: named({ name: destination.service ?? refused(), namespace }, namespaces),
    sources: entriesOf(policy).map(services => ({ ...named(services, namespaces), ...decision(denials, rules, services, providers) })),
  };
  return { apiVersion: CONSUL_API_VERSION, kind: 'ServiceIntentions', metadata: { name, namespace }, spec };
}

/** Whether, of the rules for one client, an exception of one may deny what another allows. */
export function exceptsWhatItAllows(policy: Policy): boolean {
  return entriesOf(policy).some(services => exceptsAllowed(applying(policy.rules, services)));
}

/** Whether, of the rules for one client, those for different end users have requests in common, and neither includes the other. */
export function mixesEndUsers(policy: Policy): boolean {
  return entriesOf(policy).some(services => mixes(applying(policy.rules, services)));
}

function entriesOf({ denials, rules }: Policy): ConsulServices[] {
  const mentioned = flatMap([...denials, ...rules], rule => [...rule.sources, ...rule.exceptSources]);
  const all = [...flatMap(mentioned, source => servicesOf(source) ?? []), ALL_SERVICES];
  return distinctBy(all, services => JSON.stringify(services)).sort(bestFirst);
}

/** One ServiceIntentions for every service of the namespace, or of all, that has no better entry: it denies every client. */
export function denyAll({ name, namespace }: { readonly name: string; readonly namespace?: string }, namespaces: ConsulNamespaces): Manifest {
  const spec: Plain<ServiceIntentionsSpec> = {
    destination: named({ name: ANY, namespace: namespace ?? ANY }, namespaces),
    sources: [{ ...named(ALL_SERVICES, namespaces), action: 'deny' }],
  };
  return { apiVersion: CONSUL_API_VERSION, kind: 'ServiceIntentions', metadata: { name, namespace }, spec };
}

/** What the clients of the entry may do; clients with an entry of their own are not among them. */
function decision(
  denials: readonly IntentionRule[], rules: readonly IntentionRule[], services: ConsulServices, providers: Providers,
): Pick<Plain<ServiceIntentionsSpecSources>, 'action' | 'permissions'> {
  const [denying, allowing] = [denials, rules].map(all => applying(all, services));
  if (allowing.length === 0 || denying.some(isForEveryRequest)) {
    return { action: 'deny' };
  }
  return denying.length === 0 && allowing.some(isForEveryRequest)
    ? { action: 'allow' }
    : { permissions: permissions(flatMap(denying, ({ requests }) => requests), allowing, providers) };
}

function applying(rules: readonly IntentionRule[], services: ConsulServices): IntentionRule[] {
  return rules.filter(({ sources, exceptSources }) =>
    sources.some(source => includes(source, services)) && !exceptSources.some(source => includes(source, services)));
}

function isForEveryRequest(rule: IntentionRule): boolean {
  return !tellsRequestsApart(rule);
}

/** The order in which Consul looks at the entries; by name among equals. */
function bestFirst(a: ConsulServices, b: ConsulServices): number {
  const [x, y] = [a, b].map(({ name, namespace }) => [Number(namespace === ANY) + Number(name === ANY), namespace, name].join('/'));
  return x < y ? -1 : 1;
}

import { ANY, CONSUL_API_VERSION } from './apis';
import { permissions } from './permissions';
import type { ConsulServices } from './services';
import { ALL_SERVICES, includes, named, servicesOf } from './services';
import type { ServiceIntentionsSpec, ServiceIntentionsSpecSources } from '../../../imports/consul/consul.hashicorp.com';
import type { AccessModel, AccessRule } from '../../model/access';
import type { Fields } from '../../model/fields';
import { distinctBy, flatMap } from '../../model/lists';
import type { NamespaceDefaultModel } from '../../model/namespace-default';
import type { Manifest, Plain } from '../contract/manifest';
import type { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';

/** The probes of the kubelet bypass the intentions, or are refused; policies that only report are refused too. */
export type Policy = Fields<AccessModel, 'name' | 'namespace' | 'destination' | 'rules', 'healthProbes' | 'audit' | 'denials' | 'leavesRest'>;

/** Whether a client calls pods by their addresses makes no difference to their proxies. */
export type IntentionRule = Fields<AccessRule, 'sources' | 'exceptSources' | 'requests', 'ports' | 'byAddress' | 'endUsers' | 'exceptRequests'>;

/**
 * One ServiceIntentions: an entry for each client that a rule names, and one that denies every other client. Only the entry that
 * fits a client best counts, so each entry holds everything that its clients may do.
 */
export function serviceIntentions({ name, namespace, destination, rules }: Policy, namespaces: ConsulNamespaces): Manifest {
  const mentioned = [...flatMap(flatMap(rules, rule => [...rule.sources, ...rule.exceptSources]), source => servicesOf(source) ?? []), ALL_SERVICES];
  const distinct = distinctBy(mentioned, services => JSON.stringify(services)).sort(bestFirst);
  const spec: Plain<ServiceIntentionsSpec> = {
    destination: named({ name: destination.service, namespace }, namespaces),
    sources: distinct.map(services => ({ ...named(services, namespaces), ...decision(rules, services) })),
  };
  return { apiVersion: CONSUL_API_VERSION, kind: 'ServiceIntentions', metadata: { name, namespace }, spec };
}

/** One ServiceIntentions for every service of the namespace that has no better entry: it denies every client. */
export function denyAll({ name, namespace }: Fields<NamespaceDefaultModel, 'name' | 'namespace'>): Manifest {
  const spec: Plain<ServiceIntentionsSpec> = {
    destination: { name: ANY, namespace },
    sources: [{ ...ALL_SERVICES, action: 'deny' }],
  };
  return { apiVersion: CONSUL_API_VERSION, kind: 'ServiceIntentions', metadata: { name, namespace }, spec };
}

/** What the clients of the entry may do; clients with an entry of their own are not among them. */
function decision(rules: readonly IntentionRule[], services: ConsulServices): Pick<Plain<ServiceIntentionsSpecSources>, 'action' | 'permissions'> {
  const applying = rules.filter(({ sources, exceptSources }) =>
    sources.some(source => includes(source, services)) && !exceptSources.some(source => includes(source, services)));
  if (applying.length === 0) {
    return { action: 'deny' };
  }
  return applying.some(({ requests }) => requests.length === 0)
    ? { action: 'allow' }
    : { permissions: permissions(flatMap(applying, ({ requests }) => requests)) };
}

/** The order in which Consul looks at the entries; by name among equals. */
function bestFirst(a: ConsulServices, b: ConsulServices): number {
  const [x, y] = [a, b].map(({ name, namespace }) => [Number(namespace === ANY) + Number(name === ANY), namespace, name].join('/'));
  return x < y ? -1 : 1;
}

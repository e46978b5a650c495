import { shortHash } from '../../model/hash';
import { matchKey } from '../../model/match';
import { hasRequests } from '../../model/protocol';
import type { PortRoute, RouteModel, RouteRule, WeightedBackend } from '../../model/route';
import { isElsewhere, namespaceOf, qualified, weighted } from '../../model/route';
import type { ServiceRef } from '../../model/service-ref';
import { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';

/** The port whose rules are those of the service, since all its ports are routed alike; `undefined` if none is routed. */
export function routedPort({ ports }: RouteModel): PortRoute | undefined {
  return ports.find(({ rules }) => rules.length > 0);
}

export function routedRules(model: RouteModel): readonly RouteRule[] {
  return routedPort(model)?.rules ?? [];
}

/** Whether a ServiceRouter is needed; otherwise a ServiceSplitter alone says where all requests go. */
export function isRouted({ rules }: PortRoute): boolean {
  return rules.length > 1 || rules.some(({ handling: { timeouts, retries, requestHeaders, responseHeaders, rewrite } }) =>
    [timeouts, retries, requestHeaders, responseHeaders, rewrite].some(handling => handling !== undefined));
}

/** Whether a rule needs a ServiceSplitter: there are several backends, or changes for one of them. */
export function isSplit({ backends }: RouteRule): boolean {
  return backends.length > 1 || backends.some(({ requestHeaders, responseHeaders }) => requestHeaders !== undefined || responseHeaders !== undefined);
}

/**
 * The name of the ServiceSplitter of a rule. That of the last rule has the name of the service; the others stand for services that
 * have no pods, since a ServiceRouter can only name services. So does the last one if an earlier rule sends its requests to the
 * service itself: Consul would split those requests too.
 */
export function splitterName(model: RouteModel, rule: RouteRule): string {
  const rules = routedRules(model);
  const last = rules[rules.length - 1];
  const isBackend = rules.some(one => one !== last && one.backends.some(b => serviceKey(model, b) === serviceKey(model, model.service)));
  return rule === last && !isBackend ? model.service.name : `${model.service.name}-${shortHash(rule.matches.map(matchKey))}`;
}

/** The fields that name a backend. Its namespace is that of the service, unless it lives elsewhere. */
export function serviceOf(
  model: RouteModel, backend: ServiceRef, namespaces: ConsulNamespaces,
): { readonly service: string; readonly namespace?: string } {
  return { service: backend.name, ...(namespaces === ConsulNamespaces.MIRRORED && isElsewhere(model, backend) && { namespace: backend.namespace }) };
}

/** The same key for the same service, and for no other. */
export function serviceKey(model: RouteModel, service: ServiceRef): string {
  return qualified(service.name, namespaceOf(model, service));
}

/** The backends that are other services. */
export function elsewhere(model: RouteModel, rule: RouteRule): readonly WeightedBackend[] {
  return weighted(rule).filter(backend => serviceKey(model, backend) !== serviceKey(model, model.service));
}

/** Whether the connections to the service go to another one. */
export function redirects(model: RouteModel): boolean {
  const port = routedPort(model);
  return port !== undefined && !hasRequests(port.protocol) && elsewhere(model, port.rules[0]).length > 0;
}

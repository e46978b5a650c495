import { API_VERSION } from './apis';
import { backendRefs, parentRefs, routeMetadata } from './refs';
import type { TlsRouteSpec } from '../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import { collected } from '../../model/fields';
import { shortHash } from '../../model/hash';
import { coversHost } from '../../model/host';
import { flatMap } from '../../model/lists';
import type { RequestMatch } from '../../model/match';
import type { PortRoute, RouteModel, RouteRule } from '../../model/route';
import type { Manifest, Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';

/**
 * A TLSRoute for each server name, since a TLSRoute has one rule, and Istio drops names from those that have several. If two names
 * match one server, the longer decides, so a name that an earlier rule covers is left to that rule.
 */
export function tlsRoutes(model: RouteModel, port: PortRoute): Manifest[] {
  const { name, namespace } = routeMetadata(model, port);
  return flatMap(port.rules, (rule, i) => decidingHosts(port, i).map((host): Manifest => {
    const spec: Plain<TlsRouteSpec> = {
      parentRefs: parentRefs(model, port),
      hostnames: [host],
      rules: [{ ...(rule.name !== undefined && { name: rule.name }), backendRefs: backendRefs(model, rule.backends) }],
    };
    return { apiVersion: API_VERSION, kind: 'TLSRoute', metadata: { name: `${name}-${shortHash(host)}`, namespace }, spec };
  }));
}

/** The hosts of a rule that no earlier one covers. */
export function decidingHosts({ rules }: PortRoute, i: number): string[] {
  const earlier = flatMap(rules.slice(0, i), hostsOf);
  return hostsOf(rules[i]).filter(host => !earlier.some(other => coversHost(other, host)));
}

function hostsOf({ matches }: RouteRule): string[] {
  return [...new Set(flatMap(matches, match => hostsIn(match)))].sort();
}

/** A TLS port takes matches on hosts alone. */
const hostsIn = collected<RequestMatch, string>({ hosts: hosts => hosts, path: refused, methods: refused, headers: refused, query: refused });

import { expression } from '../../../src/evaluators/expression';
import { milliseconds } from '../../../src/evaluators/routes/duration';
import { routedByGatewayApi } from '../../../src/evaluators/routes/gateway-api';
import { READINGS } from '../../../src/evaluators/routes/gateway-api-readings';
import { forwarded, type Outcome, type Taker } from '../../../src/evaluators/routes/outcome';
import { hasRequests, type RouteRequest } from '../../../src/evaluators/routes/request';
import { Unknown } from '../../../src/evaluators/unknown';

/**
 * What becomes of a request by the proxies of Linkerd, where there are ServiceProfiles: `controller/api/destination/` of linkerd2 makes profiles of them,
 * and `linkerd/service-profiles/src/proto.rs` and `linkerd/app/outbound/src/` of linkerd2-proxy follow them.
 */
export function routedByProfiles(manifests: readonly any[], request: RouteRequest): Outcome {
  const { to, client } = request;
  const name = `${to.service}.${to.namespace}.svc.cluster.local`;
  const profiles = manifests.filter(({ kind, metadata }) => kind === 'ServiceProfile' && metadata.name === name);
  const found = (namespace: string) => profiles.find(({ metadata }) => metadata.namespace === namespace);
  const profile = found(client.namespace) ?? found(to.namespace);
  const below = () => routedByGatewayApi(READINGS.linkerd)(manifests.filter(one => !profiles.includes(one)), request);
  if (profile === undefined) return below();
  const { routes = [], dstOverrides = [] } = profile.spec;
  const counted = dstOverrides.map(({ authority, weight }: any) => ({ authority, weight: decimillis(weight) }));
  const targets = counted.filter(({ weight }: any) => weight > 0);
  const isHttp = hasRequests(request);
  if (targets.length === 0 && !(isHttp && routes.length > 0)) return below();
  const isRouted = ({ kind, spec }: any) => kind.endsWith('Route') && spec.parentRefs.some((ref: any) => ref.name === to.service);
  if (request.protocol === 'TLS' && manifests.some(isRouted)) {
    throw new Unknown('whether TLS is told apart there');
  }
  const takers = targets.length === 0 ? [{ to, weight: 1 }] : targets.map(({ authority, weight }: any): Taker => {
    const [host, port = String(to.port)] = authority.split(':');
    const [service, namespace, ...domain] = host.split('.');
    if (domain.join('.') !== 'svc.cluster.local') throw new Unknown(`no Service: ${host}`);
    return { to: { service, namespace, port: Number(port) }, weight };
  });
  const route = isHttp ? routes.find(({ condition }: any) => holds(condition, request)) : undefined;
  const timeouts = route?.timeout && milliseconds({ request: route.timeout });
  return forwarded(request, takers, { policies: timeouts?.request ? { timeouts } : {} });
}

/** A weight of 1 is 1000 thousandths, and ten times as many of what the proxy counts. */
function decimillis(weight: string | number): number {
  const text = String(weight);
  return text.endsWith('m') ? 10 * Number(text.slice(0, -1)) : 10_000 * Number(text);
}

function holds(condition: any, request: RouteRequest): boolean {
  const { all, any, not, method, pathRegex } = condition;
  if (Object.keys(condition).length === 0) throw new Unknown('it asks for nothing');
  return (all === undefined || all.every((one: any) => holds(one, request)))
    && (any === undefined || any.some((one: any) => holds(one, request)))
    && (not === undefined || !holds(not, request))
    && (method === undefined || method.toUpperCase() === request.method)
    && (pathRegex === undefined || pathHolds(pathRegex.trim(), request.path));
}

/** An expression without anchors gets them, and then is looked for in the path. */
function pathHolds(text: string, path: string): boolean {
  const [head, tail] = [text.startsWith('^') ? '' : '^', text.endsWith('$') ? '' : '$'];
  return expression(`${head}${text}${tail}`).test(path);
}

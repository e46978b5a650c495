import type { Request } from './request';
import { isHttp, portOf } from './request';

/**
 * How implementations read TrafficTargets: the specification ties the requests of each to its ports; Open Service Mesh
 * lets a source through to the ports of any of its TrafficTargets, and there make the requests of any of them.
 */
export type SmiReading = 'specification' | 'osm';

/**
 * Whether an SMI mesh lets a request in: what no TrafficTarget allows is denied.
 *
 * @see https://github.com/servicemeshinterface/smi-spec/blob/main/apis/traffic-access/v1alpha3/traffic-access.md
 */
export function allowedBySmi(reading: SmiReading): (manifests: readonly any[], request: Request) => boolean {
  return (manifests, request) => {
    const { client, pod, port } = request;
    if (client.kind === 'kubelet') {
      // Open Service Mesh rewrites probes to ports of the proxy that policies do not reach.
      return true;
    }
    if (reading === 'osm' && portOf(request).servicePorts?.length === 0) {
      // No listener is for a port that no Service declares.
      return false;
    }
    const find = (kind: string, name: string) =>
      manifests.find(m => m.kind === kind && m.metadata.name === name && m.metadata.namespace === pod.namespace);
    const targets = manifests.filter(({ kind, metadata, spec }) => kind === 'TrafficTarget'
      && spec.destination.name === pod.serviceAccount && spec.destination.namespace === pod.namespace
      && (reading === 'specification' || isReadByOsm(metadata, spec)));
    const admits = ({ spec }: any) => client.meshed && client.trustDomain === undefined
      && spec.sources.some((s: any) => s.name === client.serviceAccount && s.namespace === client.namespace);
    const routeKind = portOf(request).protocol === 'UDP' ? 'UDPRoute' : 'TCPRoute';
    const opens = ({ spec }: any) => {
      const routes = spec.rules.filter(({ kind }: any) => kind === routeKind).map(({ name }: any) => find(routeKind, name));
      const ports = routes.flatMap((route: any) => route?.spec.matches?.ports ?? []);
      return reading === 'osm' ? !routes.includes(undefined) && (ports.length === 0 || ports.includes(port)) : ports.includes(port);
    };
    const matching = ({ spec }: any): any[] => spec.rules.filter((rule: any) => rule.kind === 'HTTPRouteGroup').flatMap((rule: any) =>
      (find('HTTPRouteGroup', rule.name)?.spec.matches ?? []).filter((match: any) =>
        (rule.matches ?? []).includes(match.name) && matches(match, request, reading)));
    if (reading === 'specification') {
      return targets.some(target => admits(target) && opens(target) && (!isHttp(request) || matching(target).length > 0));
    }
    return targets.some(target => admits(target) && opens(target)) && (!isHttp(request) || byFirstRoute(targets, matching, admits));
  };
}

/** Open Service Mesh passes over a TrafficTarget of another namespace, without rules, or with a rule of another kind. */
function isReadByOsm({ namespace }: any, { destination, rules = [] }: any): boolean {
  return namespace === destination.namespace && rules.length > 0 && rules.every(({ kind }: any) => kind === 'HTTPRouteGroup' || kind === 'TCPRoute');
}

/** The order of the routes decides, and that is not certain. */
export class Uncertain extends Error {}

/** All that say the same make one route, for the sources of all of them. Of the routes that match, any may come first. */
function byFirstRoute(targets: readonly any[], matching: (target: any) => any[], admits: (target: any) => boolean): boolean {
  const routes = new Map<string, boolean>();
  for (const target of targets) {
    for (const { methods = ['*'], pathRegex = '.*', headers } of matching(target)) {
      const key = JSON.stringify({ methods, pathRegex, headers });
      routes.set(key, (routes.get(key) ?? false) || admits(target));
    }
  }
  const verdicts = new Set(routes.values());
  if (verdicts.size > 1) {
    throw new Uncertain('the order of the routes decides, which is not certain');
  }
  return verdicts.has(true);
}

/** The specification anchors paths at the start only; Envoy, under Open Service Mesh, on both ends. */
function matches({ methods = ['*'], pathRegex = '.*', headers }: any, request: Request, reading: SmiReading): boolean {
  const found = (pattern: string, actual: string, path: boolean) => reading === 'osm'
    ? new RegExp(`^(?:${pattern})$`).test(actual)
    : new RegExp(path ? `^(?:${pattern})` : pattern).test(actual);
  return (methods.includes('*') || methods.includes(request.method))
    && found(pathRegex, request.path, true)
    && (headers ?? []).every((header: Record<string, string>) => Object.entries(header).every(([name, pattern]) =>
      Object.hasOwn(request.headers, name) && found(pattern, request.headers[name], false)));
}

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
    const targets = manifests.filter(({ kind, spec }) => kind === 'TrafficTarget'
      && spec.destination.name === pod.serviceAccount && spec.destination.namespace === pod.namespace
      && client.meshed && client.trustDomain === undefined
      && spec.sources.some((s: any) => s.name === client.serviceAccount && s.namespace === client.namespace));
    const find = (kind: string, name: string) =>
      manifests.find(m => m.kind === kind && m.metadata.name === name && m.metadata.namespace === pod.namespace);
    const routeKind = portOf(request).protocol === 'UDP' ? 'UDPRoute' : 'TCPRoute';
    const opens = ({ spec }: any) => spec.rules.some((rule: any) =>
      rule.kind === routeKind && find(routeKind, rule.name).spec.matches.ports.includes(port));
    const permits = ({ spec }: any) => !isHttp(request) || spec.rules
      .filter((rule: any) => rule.kind === 'HTTPRouteGroup')
      .some((rule: any) => find('HTTPRouteGroup', rule.name).spec.matches
        .some((match: any) => (rule.matches ?? []).includes(match.name) && matches(match, request, reading)));
    return reading === 'osm' ? targets.some(opens) && targets.some(permits) : targets.some(target => opens(target) && permits(target));
  };
}

/** The specification anchors paths at the start only; Envoy, under Open Service Mesh, on both ends. */
function matches({ methods, pathRegex, headers }: any, request: Request, reading: SmiReading): boolean {
  const found = (pattern: string, actual: string, path: boolean) => reading === 'osm'
    ? new RegExp(`^(?:${pattern})$`).test(actual)
    : new RegExp(path ? `^(?:${pattern})` : pattern).test(actual);
  return (methods.includes('*') || methods.includes(request.method))
    && found(pathRegex, request.path, true)
    && (headers ?? []).every((header: Record<string, string>) => Object.entries(header).every(([name, pattern]) =>
      Object.hasOwn(request.headers, name) && found(pattern, request.headers[name], false)));
}

import type { Request } from './request';

/**
 * How implementations read a TrafficTarget: the specification ties its requests to its ports; Open Service Mesh lets a
 * source through to the ports of any of its TrafficTargets, and there make the requests of any of them.
 */
export type SmiReading = 'specification' | 'osm';

/** Whether an SMI mesh lets a request in, by the TrafficTargets of one ServiceAccount. */
export function allowedBySmi(manifests: readonly any[], request: Request, reading: SmiReading, http: (port: number) => boolean): boolean {
  const targets = manifests.filter(m => m.kind === 'TrafficTarget' && m.spec.sources.some((s: any) =>
    request.source !== undefined && s.name === request.source.serviceAccount && s.namespace === request.source.namespace));
  const opens = (target: any) => {
    const tcp = target.spec.rules.filter((rule: any) => rule.kind === 'TCPRoute');
    return tcp.length === 0 || tcp.some((rule: any) => find(manifests, 'TCPRoute', rule.name).spec.matches.ports.includes(request.port));
  };
  const permits = (target: any) => !http(request.port) || target.spec.rules
    .filter((rule: any) => rule.kind === 'HTTPRouteGroup')
    .some((rule: any) => find(manifests, 'HTTPRouteGroup', rule.name).spec.matches
      .filter((match: any) => (rule.matches ?? []).includes(match.name)).some((match: any) => requestMatches(match, request, reading)));
  return reading === 'osm' ? targets.some(opens) && targets.some(permits) : targets.some(target => opens(target) && permits(target));
}

function find(manifests: readonly any[], kind: string, name: string): any {
  return manifests.find(m => m.kind === kind && m.metadata.name === name);
}

/** The specification anchors a path at its start; Open Service Mesh matches the whole of it. */
function requestMatches({ pathRegex, methods, headers }: any, request: Request, reading: SmiReading): boolean {
  const path = new RegExp(reading === 'osm' ? `^(?:${pathRegex})$` : `^(?:${pathRegex})`);
  return path.test(request.path)
    && (methods.includes('*') || methods.includes(request.method))
    && (headers ?? []).flatMap(Object.entries).every(([name, value]: any) =>
      request.headers[name] !== undefined && new RegExp(value).test(request.headers[name]));
}

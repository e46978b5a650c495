import type { Call } from './call';
import { ANY_SENT, labelsOfNamespace } from './call';
import { allowsRequest, isDroppedByCilium, isInCiliumBlock, isRedirected } from '../../../src/evaluators/access/cilium';
import { only, selects } from '../../../src/evaluators/fields';
import { Unknown } from '../../../src/evaluators/unknown';
import { resolved, type Sent } from '../access/intent';

/**
 * Whether Cilium lets a call out. A pod that no policy with rules for egress, or denials, selects calls everything; another one what a rule of
 * any of them allows. A host is the addresses that were looked up by its name, where lookups pass the proxy that takes note.
 *
 * @see https://docs.cilium.io/en/stable/security/policy/language/
 */
export function letOutByCilium(all: readonly any[], call: Call): boolean {
  const manifests = all.filter(one => !isDroppedByCilium(one, all));
  const labels = Object.fromEntries(Object.entries(call.labels ?? {}).map(([key, value]) => [`k8s:${key}`, value]));
  const denying = manifests.filter(({ kind, metadata, spec }) => kind === 'CiliumNetworkPolicy' && metadata.namespace === call.namespace
    && (spec.egress ?? spec.egressDeny) !== undefined && selects(spec.endpointSelector, labels));
  const rules: any[] = denying.flatMap(({ spec }) => spec.egress ?? []);
  const lookups = rules.flatMap(({ toPorts = [] }) => toPorts).flatMap((opening: any) => opening.rules?.dns ?? []);
  const noted = lookups.some(({ matchPattern }: any) => matchPattern === '*');
  const openings = rules.filter(rule => isMeant(rule, call, noted, manifests)).flatMap(openingsOf)
    .filter(opening => isOfPort(opening, call));
  // One that tells requests apart leads the port to a proxy for them.
  const isForRequests = openings.some(opening => opening.rules?.http !== undefined);
  const kept = manifests.filter(({ kind, metadata, spec }) => kind === 'CiliumNetworkPolicy' && metadata.namespace === call.namespace
    && selects(spec.endpointSelector, labels)).flatMap(({ spec }) => spec.egressDeny ?? [])
    .some((rule: any) => isMeant(rule, call, noted, manifests) && openingsOf(rule).some((opening: any) => isOfPort(opening, call)));
  return kept ? false : denying.length === 0 || ((!isForRequests || passesProxy(call)) && openings.some(opening => opens(opening, call)));
}

/** Without ports and messages of ICMP, a rule is for everything. */
function openingsOf({ toPorts, icmps }: any): any[] {
  return toPorts ?? (icmps === undefined ? [{}] : [{ icmps }]);
}

function passesProxy({ says }: Call): boolean {
  return says.kind === 'http' && !isRedirected(says.request ?? ANY_SENT);
}

function isMeant(rule: any, { inside, to, ip, name, pod }: Call, noted: boolean, manifests: readonly any[]): boolean {
  const { toEntities, toCIDRSet, toFQDNs, toEndpoints, toNodes, toServices } = only(rule, 'toEntities', 'toCIDRSet', 'toFQDNs', 'toEndpoints', 'toNodes', 'toServices', 'toPorts', 'icmps');
  // Without peers, a rule is for all of them, and an empty one for nothing.
  if (Object.keys(rule).every(field => field === 'toPorts')) return rule.toPorts !== undefined;
  if (toEntities !== undefined) {
    return inside !== true ? toEntities.includes('world') : pod?.cluster === undefined && toEntities.some((entity: string) => isEntity(entity, to));
  }
  if (toServices !== undefined) {
    return toServices.some((one: any) => {
      const { serviceName, namespace } = only(only(one, 'k8sService').k8sService, 'serviceName', 'namespace');
      const service = manifests.find(({ kind, metadata }) => kind === 'Service' && metadata.name === serviceName && metadata.namespace === namespace);
      if (service?.spec.selector === undefined) throw new Unknown('where the Service leads');
      return inside === true && pod !== undefined && pod.namespace === namespace && selects({ matchLabels: service.spec.selector }, pod.labels);
    });
  }
  if (toNodes !== undefined) {
    if (inside === true && pod === undefined) throw new Unknown('labels of nodes');
    return false;
  }
  if (toCIDRSet !== undefined) {
    return inside !== true && toCIDRSet.some((block: any) => isInCiliumBlock(block, ip, manifests));
  }
  if (toEndpoints !== undefined) {
    const labels = pod && Object.fromEntries([
      ['io.kubernetes.pod.namespace', pod.namespace],
      ['io.cilium.k8s.policy.cluster', pod.cluster ?? 'default'],
      ...Object.entries(labelsOfNamespace(pod)).map(([key, value]) => [`io.cilium.k8s.namespace.labels.${key}`, value]),
      ...Object.entries(pod.labels),
    ].map(([key, value]) => [`k8s:${key}`, value]));
    return inside === true && labels !== undefined && toEndpoints.some((selector: any) => selects(selector, labels)
      // A selector that names no cluster is for this one.
      && (pod!.cluster === undefined || 'k8s:io.cilium.k8s.policy.cluster' in (selector.matchLabels ?? {})));
  }
  return noted && name !== undefined && toFQDNs.some((one: any) => {
    const { matchName, matchPattern } = only(one, 'matchName', 'matchPattern');
    return matchName === name || (matchPattern !== undefined && patternHolds(matchPattern, name));
  });
}

function isEntity(entity: string, to: Call['to']): boolean {
  return entity === 'cluster' || (entity === 'kube-apiserver' && to === 'apiServer') || (entity === 'remote-node' && to === 'node') || (entity === 'host' && to === 'ownNode');
}

/** Two stars in front are any number of labels, and one is one. */
function patternHolds(pattern: string, name: string): boolean {
  const text = (stars: string) => new RegExp(`^${stars}${pattern.replace(/^\*+/, '').replaceAll('.', '\\.')}$`);
  return pattern.startsWith('**.') ? text('.+').test(name) : pattern.startsWith('*.') ? text('[^.]+').test(name) : pattern === name;
}

/** A name is that of a port of the pod that is called. */
function isOfPort(opening: any, { port, says, pod }: Call): boolean {
  const { ports, icmps } = only(opening, 'ports', 'serverNames', 'rules', 'icmps');
  if (icmps !== undefined || (says.kind === 'echo' && ports !== undefined)) {
    return says.kind === 'echo' && icmps?.some(({ fields }: any) => fields.some(({ family, type }: any) => family === 'IPv4' && type === 'EchoRequest'));
  }
  const transport = says.kind === 'datagram' ? 'UDP' : 'TCP';
  return ports === undefined || ports.some((one: any) => [transport, 'ANY'].includes(only(one, 'port', 'endPort', 'protocol').protocol)
    && ((Number(one.port) <= port && port <= (one.endPort ?? Number(one.port))) || (transport === 'TCP' && pod?.ports?.[one.port] === port)));
}

function opens({ serverNames, rules }: any, { says }: Call): boolean {
  return (serverNames === undefined || (says.kind === 'tls' && says.serverName !== undefined
      && serverNames.some((pattern: string) => patternHolds(pattern, says.serverName!))))
    && (rules?.http === undefined || (says.kind === 'http' && rules.http.some(({ host, ...rule }: any) =>
      new RegExp(`^(?:${host})$`).test(says.host) && allowsRequest(rule, normalized(says.request ?? ANY_SENT)))));
}

/** The proxy resolves dot segments on the way out as on the way in. */
function normalized(request: Sent): Sent {
  return { ...request, path: resolved(request.path) };
}

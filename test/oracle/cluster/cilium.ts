import type { Exchange, Party, Said } from './exchange';
import { contains } from '../../../src/evaluators/address';
import { only, selects } from '../../../src/evaluators/fields';

/**
 * Whether the policies of the whole cluster let something pass, by the identities of Cilium. What a policy selects is closed in the directions in
 * which it has rules, unless it says otherwise; denials go first. Pods without an identity are closed in
 * any case, and only where a policy has rules for ingress does their node reach them.
 *
 * @see https://github.com/cilium/cilium/blob/v1.20.2/pkg/policy/api/rule_validation.go
 * @see https://github.com/cilium/cilium/blob/v1.20.2/pkg/k8s/apis/cilium.io/utils/utils.go
 */
export function passesByCilium(manifests: readonly any[], { direction, subject, peer, says }: Exchange): boolean {
  const selecting = manifests.map(({ kind, spec }) => {
    if (kind !== 'CiliumClusterwideNetworkPolicy') throw new Error(`not known here: ${kind}`);
    return only(spec, 'nodeSelector', 'endpointSelector', 'ingress', 'ingressDeny', 'egress', 'egressDeny', 'enableDefaultDeny');
  }).filter(spec => isSelected(spec, subject));
  const [word, deny] = direction === 'ingress' ? ['from', 'ingressDeny'] : ['to', 'egressDeny'];
  const rulesIn = (name: string) => selecting.flatMap(spec => spec[name] ?? []).filter((rule: any) => isPeer(rule, word, peer) && isOn(rule, says));
  if (rulesIn(deny).length > 0) return false;
  const governing = selecting.filter(spec => [direction, deny].some(name => spec[name] !== undefined));
  const closed = subject.kind === 'uninitialized' || governing.some(spec => spec.enableDefaultDeny?.[direction] ?? true);
  return !closed || (governing.length > 0 && direction === 'ingress' && peer.kind === 'node') || rulesIn(direction).length > 0;
}

function isSelected({ nodeSelector, endpointSelector }: any, party: Party): boolean {
  return nodeSelector === undefined ? party.kind !== 'node' && selects(endpointSelector, labelsOf(party))
    : party.kind === 'node' && selects(nodeSelector, party.labels!);
}

/** The reserved labels of what is no pod, and of pods without labels. */
const RESERVED: Readonly<Record<Party['kind'], readonly string[]>> = {
  'pod': [],
  'node': ['host'],
  'other node': ['remote-node'],
  'node of the API server': ['remote-node', 'kube-apiserver'],
  'API server': ['world', 'kube-apiserver'],
  'outside': ['world'],
  'health': ['health'],
  'uninitialized': ['init'],
  'gateway': ['ingress'],
};

function labelsOf({ kind, labels = {}, namespace, namespaceLabels = {}, cluster = 'default' }: Party): Record<string, string> {
  const reserved = Object.fromEntries(RESERVED[kind].map(label => [`reserved:${label}`, '']));
  if (kind !== 'pod') return reserved;
  return {
    ...Object.fromEntries(Object.entries(labels).map(([key, value]) => [`k8s:${key}`, value])),
    ...Object.fromEntries(Object.entries(namespaceLabels).map(([key, value]) => [`k8s:io.cilium.k8s.namespace.labels.${key}`, value])),
    'k8s:io.kubernetes.pod.namespace': namespace!,
    'k8s:io.cilium.k8s.policy.cluster': cluster,
  };
}

const CLUSTER = ['host', 'remote-node', 'init', 'ingress', 'health', 'unmanaged', 'kube-apiserver'];

function isPeer(rule: any, word: string, party: Party): boolean {
  const names = ['Entities', 'Endpoints', 'CIDRSet'].map(name => `${word}${name}`);
  const [entities, endpoints, blocks] = names.map(name => only(rule, ...names, 'toPorts', 'icmps')[name]);
  if (names.filter(name => rule[name] !== undefined).length > 1) throw new Error('Cilium takes peers of one kind');
  const labels = labelsOf(party);
  return (entities ?? []).some((entity: string) => entity === 'all'
      || (entity === 'cluster' ? CLUSTER.some(one => `reserved:${one}` in labels) || labels['k8s:io.cilium.k8s.policy.cluster'] === 'default' : `reserved:${entity}` in labels))
    // A selector that names no cluster is for this one.
    || (endpoints ?? []).some((selector: any) => selects(selector, labels)
      && (Object.keys(selector.matchLabels ?? {}).includes('k8s:io.cilium.k8s.policy.cluster') || party.cluster === undefined))
    || (blocks ?? []).some(({ cidr, except = [] }: any) => 'reserved:world' in labels && contains(cidr, party.ip)
      && !except.some((part: string) => contains(part, party.ip)));
}

function isOn({ toPorts, icmps }: any, says: Said): boolean {
  if (toPorts !== undefined && icmps !== undefined) throw new Error('Cilium takes no ports beside ICMP');
  const echo = (icmps ?? []).flatMap(({ fields }: any) => fields).some(({ type }: any) => type === 'EchoRequest');
  return (toPorts === undefined && icmps === undefined) || (says.protocol === 'ping' && echo)
    || (toPorts ?? []).flatMap((opening: any) => only(opening, 'ports').ports).some((one: any) => {
      const { port, endPort, protocol } = only(one, 'port', 'endPort', 'protocol');
      return protocol === says.protocol && (!('port' in says) || (Number(port) <= says.port && says.port <= (endPort ?? Number(port))));
    });
}

import { contains } from '../address';
import { whole } from '../expression';
import { only, selects } from '../fields';
import type { Client, Pod, Request } from './request';
import { isHttp, portOf, requestTarget } from './request';
import { known, Unknown } from '../unknown';

const NAMESPACE = 'k8s:io.kubernetes.pod.namespace';
const NAMESPACE_LABELS = 'k8s:io.cilium.k8s.namespace.labels';
const SERVICE_ACCOUNT = 'k8s:io.cilium.k8s.policy.serviceaccount';
const CLUSTER = 'k8s:io.cilium.k8s.policy.cluster';

/**
 * Whether Cilium lets a request in. A pod that no policy with rules for ingress selects takes everything, and so does one
 * whose policies all say that they deny nothing by default; another one takes what a rule of any of them allows, and
 * everything from its node. A rule that denies goes before all others. Where a rule for the client on a port tells requests
 * apart, a proxy stands before it, and lets in what any rule for the client allows there.
 *
 * @see https://docs.cilium.io/en/stable/security/policy/
 */
export function allowedByCilium(manifests: readonly any[], request: Request): boolean {
  const { pod } = request;
  const kept = manifests.filter(one => !isDroppedByCilium(one, manifests));
  const policies = kept.flatMap(specificationsOf).filter(({ metadata, spec }) => [undefined, pod.namespace].includes(metadata.namespace)
    && isSelected(only(spec, ...FIELDS).endpointSelector, pod)
    && (spec.ingress ?? []).length + (spec.ingressDeny ?? []).length > 0);
  const openings = (direction: 'ingress' | 'ingressDeny') => policies.flatMap(({ metadata, spec }) => (spec[direction] ?? [])
    // What is for ICMP opens no ports.
    .filter((rule: any) => rule.icmps === undefined && admits(rule, metadata.namespace, request.client, manifests))
    .flatMap(({ toPorts }: any) => toPorts ?? [{}])
    .filter((opening: any) => opens(opening, request)));
  if (openings('ingressDeny').length > 0) {
    return false;
  }
  const denying = policies.some(({ spec }) => spec.enableDefaultDeny?.ingress ?? true);
  const opened = [...openings('ingress'), ...!denying || request.client.kind === 'kubelet' ? [{}] : []];
  return opened.some(({ rules }) => rules !== undefined) ? passesProxy(opened, request) : opened.length > 0;
}

const KINDS = ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'];
const FIELDS = ['endpointSelector', 'ingress', 'ingressDeny', 'enableDefaultDeny', 'egress', 'egressDeny', 'description', 'labels'];

/** Whether agents drop an object: one for pods with a part for nodes, or one that names nodes by labels, where the installation has none of these. */
export function isDroppedByCilium({ kind, spec, specs = [] }: any, manifests: readonly any[]): boolean {
  if (!KINDS.includes(kind)) return false;
  const all: any[] = [...(spec === undefined ? [] : [spec]), ...specs];
  const rules = all.flatMap(({ ingress = [], ingressDeny = [], egress = [], egressDeny = [] }) => [ingress, ingressDeny, egress, egressDeny].flat());
  const namesNodes = rules.some(({ fromNodes, toNodes }: any) => (fromNodes ?? toNodes) !== undefined);
  const installed = manifests.find(one => one.kind === 'ConfigMap' && one.metadata.name === 'cilium-config');
  return (kind === 'CiliumNetworkPolicy' && all.some(({ nodeSelector }) => nodeSelector !== undefined))
    || (namesNodes && installed !== undefined && installed.data['enable-node-selector-labels'] !== 'true');
}

/** Policies for pods, each with one specification. Those of the whole cluster have no namespace. */
function specificationsOf({ kind, metadata: { name, namespace }, spec, specs = [] }: any): { readonly metadata: any; readonly spec: any }[] {
  if (!KINDS.includes(kind)) return [];
  const metadata = kind === 'CiliumNetworkPolicy' ? { name, namespace } : { name };
  const all: any[] = [...(spec === undefined ? [] : [spec]), ...specs];
  return all.filter(({ nodeSelector }) => nodeSelector === undefined).map(one => ({ metadata, spec: one }));
}

function isSelected(written: any, pod: Pod): boolean {
  const selector = of(written);
  const keys = selector.matchExpressions.map(({ key }: any) => key);
  if (keys.some((key: string) => key.startsWith(NAMESPACE_LABELS))) throw new Unknown('the labels of the namespace of the pod are not known');
  return selects(selector, labelsOf(pod));
}

function labelsOf({ namespace, serviceAccount, labels }: Pick<Pod, 'namespace' | 'serviceAccount' | 'labels'>): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(labels).map(([key, value]) => [`k8s:${key}`, value])),
    [NAMESPACE]: namespace,
    [SERVICE_ACCOUNT]: serviceAccount,
  };
}

/** Of the peers of a rule only one kind may be there. Without any, everyone is meant, but by a rule without anything nobody. */
function admits(rule: any, namespace: string | undefined, client: Client, manifests: readonly any[]): boolean {
  const { fromEndpoints, fromEntities, fromCIDR, fromCIDRSet, fromNodes } = only(rule, 'fromEndpoints', 'fromEntities', 'fromCIDR', 'fromCIDRSet', 'fromNodes', 'toPorts');
  const blocks = fromCIDRSet ?? fromCIDR?.map((cidr: string) => ({ cidr }));
  const [peers, ...others] = [fromEndpoints, fromEntities, blocks, fromNodes].filter(list => list !== undefined);
  if (others.length > 0) {
    throw new Unknown(`no rule that Cilium takes: ${JSON.stringify(rule)}`);
  }
  if (peers === undefined) {
    return Object.keys(rule).length > 0;
  }
  return (fromEndpoints ?? []).some((selector: any) => isEndpoint(selector, namespace, client))
    || (fromEntities ?? []).some((entity: string) => isEntity(entity, client))
    || (fromNodes ?? []).some((selector: any) => isNode(selector, client))
    // Blocks hold for what has no identity of its own.
    || (isOutside(client) && (blocks ?? []).some((block: any) => isInCiliumBlock(block, client.ip, manifests)));
}

/** Whether an address is in a block, or in one of those of groups that are there. */
export function isInCiliumBlock(block: any, ip: string, manifests: readonly any[]): boolean {
  const { cidr, cidrGroupRef, cidrGroupSelector, except = [] } = only(block, 'cidr', ...block.cidr === undefined ? ['cidrGroupRef', 'cidrGroupSelector'] : ['except']);
  if (cidr !== undefined) return contains(cidr, ip) && !except.some((other: string) => contains(other, ip));
  const around = manifests.filter(({ kind, spec }) => kind === 'CiliumCIDRGroup' && only(spec, 'externalCIDRs').externalCIDRs.some((one: string) => contains(one, ip)));
  return cidrGroupSelector === undefined ? around.some(({ metadata: { name } }) => name === cidrGroupRef)
    : areSelected(cidrGroupSelector, around.map(({ metadata: { labels = {} } }) => labels));
}

/** Whether all that are around an address have together what a selector wants. */
function areSelected(selector: any, around: readonly Record<string, string>[]): boolean {
  const { matchLabels = {}, matchExpressions = [] } = only(selector, 'matchLabels', 'matchExpressions');
  const wanted: any[] = [...Object.entries(matchLabels).map(([key, value]) => ({ key, operator: 'In', values: [value] })), ...matchExpressions];
  if (!wanted.some(({ operator }) => operator === 'In' || operator === 'Exists')) throw new Unknown('whether pods are meant, too');
  return wanted.every(({ key, operator, values }) => {
    const own = around.flatMap(labels => key in labels ? [labels[key]] : []);
    const has = own.some(value => values === undefined || values.includes(value));
    if (has && values !== undefined && !own.every(value => values.includes(value))) throw new Unknown('which of the labels an address has');
    return has === (operator === 'In' || operator === 'Exists');
  });
}

/** Whether an address has no node and no pod behind it. So it is with an API server that someone else runs; it has the entity of one, too. */
function isOutside({ kind }: Pick<Client, 'kind'>): boolean {
  return kind === 'outside' || kind === 'apiServer';
}

function isEntity(entity: string, { kind, cluster }: Pick<Client, 'kind' | 'cluster'>): boolean {
  switch (entity) {
    case 'all': return true;
    case 'world': return isOutside({ kind });
    case 'cluster': return kind !== 'outside' && cluster === undefined;
    case 'cluster-mesh': return kind !== 'outside';
    case 'host': return kind === 'kubelet';
    case 'remote-node': return kind === 'node';
    case 'kube-apiserver': return kind === 'apiServer';
    // Gateways of Cilium are no pods.
    case 'ingress': return kind === 'gateway';
    case 'init': return kind === 'uninitialized';
    default: throw new Unknown(`not known here: ${entity}`);
  }
}

/** The labels of what is no pod. */
const RESERVED: Readonly<Record<Client['kind'], readonly string[]>> = {
  pod: [],
  outside: ['world'],
  kubelet: ['host'],
  node: ['remote-node'],
  apiServer: ['kube-apiserver', 'world'],
  gateway: ['ingress'],
  uninitialized: ['init'],
};

/**
 * A selector without a namespace, or labels of one, means that of the policy, and any for one of the whole cluster. All of them mean pods of
 * this cluster.
 */
function isEndpoint(written: any, namespace: string | undefined, client: Client): boolean {
  const selector = of(written);
  const keys = selector.matchExpressions.map(({ key }: any) => key);
  if (keys.some((key: string) => key.startsWith('reserved:'))) {
    // Such a selector is taken as it is, and means more than pods.
    return selects(selector, Object.fromEntries(RESERVED[client.kind].map(label => [`reserved:${label}`, ''])));
  }
  if (client.kind !== 'pod') {
    return false;
  }
  const labels: Record<string, string> = {
    [CLUSTER]: client.cluster ?? 'default',
    ...labelsOf({
      namespace: known(client.namespace, 'the namespace of a client'),
      serviceAccount: known(client.serviceAccount, 'the ServiceAccount of a client'),
      labels: known(client.labels, 'a label of a client'),
    }),
    ...Object.fromEntries(Object.entries(known(client.namespaceLabels, 'a label of a namespace')).map(([key, value]) => [`${NAMESPACE_LABELS}.${key}`, value])),
  };
  // One that names no cluster is for this one.
  return selects(selector, labels) && (client.cluster === undefined || keys.includes(CLUSTER))
    && (keys.some((key: string) => key === NAMESPACE || key.startsWith(NAMESPACE_LABELS))
    || namespace === undefined || labels[NAMESPACE] === namespace);
}

/** Of another node than that of the pod. */
function isNode(selector: any, { kind, labels }: Client): boolean {
  const { matchLabels = {}, matchExpressions = [] } = only(selector, 'matchLabels', 'matchExpressions');
  const keys = [...Object.keys(matchLabels), ...matchExpressions.map(({ key }: any) => key)];
  if (keys.some((key: string) => key.includes(':'))) throw new Unknown(`not known here: ${keys}`);
  return kind === 'node' && selects({ matchLabels, matchExpressions }, known(labels, 'a label of a node'));
}

/** A selector whose keys say where the labels come from: any source, if it is not said, and here that is Kubernetes. */
function of(selector: any): any {
  const { matchLabels = {}, matchExpressions = [] } = only(selector, 'matchLabels', 'matchExpressions');
  const labels = Object.entries(matchLabels).map(([key, value]) => ({ key, operator: 'In', values: [value] }));
  return {
    // The same label of two sources stands for two conditions.
    matchLabels: {},
    matchExpressions: [...labels, ...matchExpressions].map((expression: any) => ({ ...expression, key: fromKubernetes(expression.key) })),
  };
}

function fromKubernetes(key: string): string {
  const colon = key.indexOf(':');
  const [source, label] = colon < 0 ? ['any', key] : [key.slice(0, colon), key.slice(colon + 1)];
  if (source === 'reserved') {
    return key;
  }
  if (source !== 'any' && source !== 'k8s') {
    throw new Unknown(`not known here: ${key}`);
  }
  return `k8s:${label}`;
}

function opens(opening: any, request: Request): boolean {
  const own = portOf(request);
  const transport = own.protocol === 'UDP' ? 'UDP' : 'TCP';
  return (only(opening, 'ports', 'rules').ports ?? [{ port: '0' }]).some((given: any) => {
    const { port, endPort = port, protocol = 'ANY' } = only(given, 'port', 'endPort', 'protocol');
    if (opening.rules !== undefined && protocol !== 'TCP') {
      throw new Unknown(`no rules on requests over ${protocol}`);
    }
    return (port === '0' || port.toLowerCase() === own.name || (Number(port) <= request.port && request.port <= Number(endPort))) && (protocol === 'ANY' || protocol === transport);
  });
}

function passesProxy(opened: readonly any[], request: Request): boolean {
  return isHttp(request) && !isRedirected(request)
    && opened.some(({ rules }) => rules === undefined || only(rules, 'http').http.some((rule: any) => allowsRequest(rule, request)));
}

/** A path with an escaped slash is answered with a redirection to the one with the slash. */
export function isRedirected({ path }: Pick<Request, 'path'>): boolean {
  return /%2f|%5c/i.test(path);
}

/**
 * Whether a rule of the proxy holds for a request. Expressions hold for the whole of the method, and of the path with its query. A header
 * without a value is any.
 */
export function allowsRequest(rule: any, request: Pick<Request, 'method' | 'path' | 'query' | 'headers'>): boolean {
  const { method = '', path = '', headers = [], headerMatches = [] } = only(rule, 'method', 'path', 'headers', 'headerMatches');
  const named = headers.map((line: string) => ({ name: line.split(' ')[0].replace(/:$/, ''), value: line.split(' ').slice(1).join(' ') }));
  return (method === '' || whole(method, request.method))
    && (path === '' || whole(path, requestTarget(request)))
    && [...headerMatches, ...named].every((match: any) => {
      const { name, value = '' } = only(match, 'name', 'value');
      const actual = Object.hasOwn(request.headers, name.toLowerCase()) ? request.headers[name.toLowerCase()] : undefined;
      return actual !== undefined && (value === '' || value === actual);
    });
}

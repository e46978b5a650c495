import { only, selects } from './fields';
import { contains } from './intent';
import type { Client, Pod, Request } from './request';
import { isHttp, portOf, requestTarget } from './request';

const NAMESPACE = 'k8s:io.kubernetes.pod.namespace';
const NAMESPACE_LABELS = 'k8s:io.cilium.k8s.namespace.labels';
const SERVICE_ACCOUNT = 'k8s:io.cilium.k8s.policy.serviceaccount';

/**
 * Whether Cilium lets a request in. A pod that no policy with rules for ingress selects takes everything; another one what
 * a rule of any of them allows, and everything from its node. Where a rule for the client on a port tells requests apart, a
 * proxy stands before it, and lets in what any rule for the client allows there.
 *
 * @see https://docs.cilium.io/en/stable/security/policy/
 */
export function allowedByCilium(manifests: readonly any[], request: Request): boolean {
  const { pod } = request;
  const denying = manifests.filter(({ kind, metadata, spec }) => kind === 'CiliumNetworkPolicy' && metadata.namespace === pod.namespace
    && selects(only(spec, 'endpointSelector', 'ingress').endpointSelector, labelsOf(pod))
    && spec.ingress.length > 0);
  const opened = [
    ...denying.flatMap(({ metadata, spec }) => spec.ingress
      .filter((rule: any) => admits(rule, metadata.namespace, request.client))
      .flatMap(({ toPorts }: any) => toPorts ?? [{}])
      .filter((opening: any) => opens(opening, request))),
    ...request.client.kind === 'kubelet' ? [{}] : [],
  ];
  return denying.length === 0 || (opened.some(({ rules }) => rules !== undefined) ? passesProxy(opened, request) : opened.length > 0);
}

function labelsOf({ namespace, serviceAccount, labels }: Pick<Pod, 'namespace' | 'serviceAccount' | 'labels'>): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(labels).map(([key, value]) => [`k8s:${key}`, value])),
    [NAMESPACE]: namespace,
    [SERVICE_ACCOUNT]: serviceAccount,
  };
}

/** Of the peers of a rule only one kind may be there. Without any, everyone is meant, but by a rule without anything nobody. */
function admits(rule: any, namespace: string, client: Client): boolean {
  const { fromEndpoints, fromEntities, fromCIDRSet } = only(rule, 'fromEndpoints', 'fromEntities', 'fromCIDRSet', 'toPorts');
  const [peers, ...others] = [fromEndpoints, fromEntities, fromCIDRSet].filter(list => list !== undefined);
  if (others.length > 0 || peers?.length === 0) {
    throw new Error(`no rule that Cilium takes: ${JSON.stringify(rule)}`);
  }
  if (peers === undefined) {
    return Object.keys(rule).length > 0;
  }
  return (fromEndpoints ?? []).some((selector: any) => isEndpoint(selector, namespace, client))
    || (fromEntities ?? []).some(isEntity)
    // Blocks hold for what has no identity of its own.
    || (client.kind === 'outside' && (fromCIDRSet ?? []).some((block: any) => {
      const { cidr, except = [] } = only(block, 'cidr', 'except');
      return contains(cidr, client.ip) && !except.some((other: string) => contains(other, client.ip));
    }));
}

function isEntity(entity: string): boolean {
  if (entity !== 'all') {
    throw new Error(`not known here: ${entity}`);
  }
  return true;
}

/** A selector without a namespace, or labels of one, means that of the policy. */
function isEndpoint(selector: any, namespace: string, client: Client): boolean {
  const keys = [...Object.keys(selector.matchLabels ?? {}), ...(selector.matchExpressions ?? []).map(({ key }: any) => key)];
  const foreign = keys.find(key => !key.startsWith('k8s:'));
  if (foreign !== undefined) {
    throw new Error(`not known here: ${foreign}`);
  }
  const labels = client.kind !== 'pod' ? {} : {
    ...labelsOf({ namespace: client.namespace!, serviceAccount: client.serviceAccount!, labels: client.labels! }),
    ...Object.fromEntries(Object.entries(client.namespaceLabels!).map(([key, value]) => [`${NAMESPACE_LABELS}.${key}`, value])),
  };
  return selects(selector, labels) && (keys.some(key => key === NAMESPACE || key.startsWith(NAMESPACE_LABELS)) || labels[NAMESPACE] === namespace);
}

function opens(opening: any, request: Request): boolean {
  const transport = portOf(request).protocol === 'UDP' ? 'UDP' : 'TCP';
  return (only(opening, 'ports', 'rules').ports ?? [{ port: '0' }]).some((given: any) => {
    const { port, protocol = 'ANY' } = only(given, 'port', 'protocol');
    if (opening.rules !== undefined && protocol !== 'TCP') {
      throw new Error(`no rules on requests over ${protocol}`);
    }
    return (port === '0' || port === String(request.port)) && (protocol === 'ANY' || protocol === transport);
  });
}

function passesProxy(opened: readonly any[], request: Request): boolean {
  // A path with an escaped slash is answered with a redirection to the one with the slash.
  return isHttp(request) && !/%2f|%5c/i.test(request.path)
    && opened.some(({ rules }) => rules === undefined || only(rules, 'http').http.some((rule: any) => allows(rule, request)));
}

/** Expressions hold for the whole of the method, and of the path with its query. A header without a value is any. */
function allows(rule: any, request: Request): boolean {
  const { method = '', path = '', headerMatches = [] } = only(rule, 'method', 'path', 'headerMatches');
  return (method === '' || whole(method).test(request.method))
    && (path === '' || whole(path).test(requestTarget(request)))
    && headerMatches.every((match: any) => {
      const { name, value = '' } = only(match, 'name', 'value');
      const actual = Object.hasOwn(request.headers, name.toLowerCase()) ? request.headers[name.toLowerCase()] : undefined;
      return actual !== undefined && (value === '' || value === actual);
    });
}

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

import { RE2JS } from 're2js';
import { expectValid } from '../../schema';

/** Reads a CiliumNetworkPolicy as Cilium does. */

export interface Client {
  /** Of a pod that Cilium manages. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Of a client outside. */
  readonly address?: string;
}

export interface Call {
  readonly port: number;
  readonly protocol?: string;
  readonly method?: string;
  /** With its query. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function pod(namespace: string, serviceAccount: string, namespaceLabels: Readonly<Record<string, string>> = {}): Client {
  return {
    labels: {
      'k8s:io.kubernetes.pod.namespace': namespace,
      'k8s:io.cilium.k8s.policy.serviceaccount': serviceAccount,
      ...Object.fromEntries(Object.entries(namespaceLabels).map(([key, value]) => [`k8s:io.cilium.k8s.namespace.labels.${key}`, value])),
    },
  };
}

export const outside = (address: string): Client => ({ address });

export function letsIn(manifest: any, client: Client, call: Call): boolean {
  expectValid(manifest);
  return manifest.spec.ingress.some((rule: any) => isPeer(rule, client) && rule.toPorts?.some((ports: any) => isPort(ports, call)));
}

/** A rule without any peer is one that selects nobody, as long as it has no ports either. */
function isPeer({ fromEndpoints, fromCIDRSet, fromEntities }: any, { labels, address }: Client): boolean {
  const isIn = ({ cidr, except = [] }: any) => within(cidr, address!) && !except.some((part: string) => within(part, address!));
  return fromEntities?.includes('all')
    || labels !== undefined && fromEndpoints?.some((selector: any) => selects(selector, labels))
    || address !== undefined && fromCIDRSet?.some(isIn);
}

export function selects({ matchLabels = {}, matchExpressions = [] }: any, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value) && matchExpressions.every(({ key, operator, values }: any) => {
    switch (operator) {
      case 'Exists': return labels[key] !== undefined;
      case 'NotIn': return !values.includes(labels[key]);
      default: throw new Error(`not rendered: ${operator}`);
    }
  });
}

function isPort({ ports, rules }: any, { port, protocol = 'TCP', method, path, headers = {} }: Call): boolean {
  return ports.some((p: any) => p.port === String(port) && p.protocol === protocol) && (rules === undefined || rules.http.some((rule: any) =>
    whole(rule.method, method) && whole(rule.path, path)
    && (rule.headerMatches ?? []).every(({ name, value }: any) => headers[name] !== undefined && (value ?? headers[name]) === headers[name])));
}

function whole(pattern: string | undefined, text: string | undefined): boolean {
  return pattern === undefined || RE2JS.compile(pattern).matches(text!);
}

function within(cidr: string, address: string): boolean {
  const bits = (ip: string) => ip.split('.').map(part => Number(part).toString(2).padStart(8, '0')).join('');
  const [network, length] = cidr.split('/');
  return bits(network).slice(0, Number(length)) === bits(address).slice(0, Number(length));
}

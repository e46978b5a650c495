import type { Claim, ServedHost, Subject, Topic } from '../dialects/contract/claim';
import { qualified } from '../model/route';

/** What a claim is on, in words. The words are for people; values decide what is in conflict. */
export function claimInWords(claim: Claim): string {
  switch (claim.by) {
    case 'requests': return servedHost(claim.of);
    case 'labels': return `${topic(claim)}${pods(claim.labels)} in namespace '${claim.namespace}'`;
    case 'subject': return topic(claim) + subjectInWords(claim.of);
  }
}

const TOPICS: Record<Topic, string> = {
  pods: 'the pods',
  route: 'the route',
  inPlace: 'who answers in place',
  release: 'the release',
  policy: 'the policy',
  besideDenials: 'what is allowed beside the denials',
  default: 'the default',
  mutualTls: 'the mutual TLS',
  mutualTlsMode: 'the mode of mutual TLS',
  identities: 'the identities of clients',
  egressPolicy: 'the policy on calls to the outside',
  egress: 'the egress',
  egressHost: 'what happens to requests to the outside',
  tokens: 'the tokens',
  authorizer: 'who decides on requests',
  allowances: 'what is allowed beside the policies',
  loadBalancing: 'the load balancing',
  circuitBreaking: 'the circuit breaking',
  connections: 'the connections',
  rateLimit: 'the rate limit',
  Sidecar: 'the Sidecar',
  DestinationRule: 'the DestinationRule',
  ServiceDefaults: 'the ServiceDefaults',
  ServiceResolver: 'the ServiceResolver',
  XBackendTrafficPolicy: 'the XBackendTrafficPolicy',
};

function topic({ on, port }: { readonly on?: Topic; readonly port?: number | string }): string {
  return on === undefined ? '' : `${TOPICS[on]}${port === undefined ? '' : ` on port ${port}`} of `;
}

export function subjectInWords(of: Subject): string {
  switch (of.type) {
    case 'service': return `${of.kind ?? 'Service'} '${qualified(of.name, of.namespace)}'${of.clients === undefined ? '' : ` for the clients of namespace '${of.clients}'`}`;
    case 'consulService': return `Consul's service '${qualified(of.name, of.namespace)}'`;
    case 'serviceAccount': return `the pods that run as ServiceAccount '${qualified(of.name, of.namespace)}'`;
    case 'namespace': return `namespace '${of.namespace}'`;
    case 'mesh': return 'the mesh';
    case 'ofCluster': return `all ${of.what}`;
    case 'servicesIn': return `the services in namespace '${of.namespace}'`;
    case 'host': return `'${of.host}'${of.namespace === undefined ? '' : ` in namespace '${of.namespace}'`}`;
    case 'listener': return `the ${of.protocol} listener for ${host(of)} on port ${of.port} of Gateway '${qualified(of.gateway, of.namespace)}'`;
    case 'tokenIssuer': return `the issuer '${of.issuer}' for ${of.workload} in namespace '${of.namespace}'`;
    case 'object': return `${of.kind} '${qualified(of.name, of.namespace)}' of ${of.apiVersion}`;
  }
}

function servedHost(of: ServedHost): string {
  switch (of.type) {
    case 'gateway': return `${host(of)} on ${of.listenerSet === undefined ? `Gateway '${qualified(of.gateway, of.namespace)}'` : `ListenerSet '${of.listenerSet}'`}`;
    case 'ingressClass': return `${host(of)} by Ingresses of class '${of.className}'`;
  }
}

function host({ host: name }: { readonly host?: string }): string {
  return name === undefined ? 'every host' : `'${name}'`;
}

function pods(labels: Readonly<Record<string, string>>): string {
  const words = Object.entries(labels).sort().map(([key, value]) => `${key}=${value}`);
  return words.length === 0 ? 'all pods' : `the pods '${words.join(',')}'`;
}

import type { Call } from './call';
import { ANY_SENT, labelsOfNamespace } from './call';
import { contains } from '../../../src/evaluators/address';
import type { WorkloadPort } from '../../../src/model/access';
import { byKind } from '../../../src/model/by-kind';
import type {
  AnyPodDestination, ApiServerDestination, CidrDestination, EgressDestination, EgressModel, EgressPort, EgressProtocol, HostDestination,
  InsideDestination, NamespaceDestination, NamespaceLabelsDestination, NodesDestination, OwnNodeDestination, PodsDestination, ServiceDestination,
} from '../../../src/model/egress';
import type { Fields } from '../../../src/model/fields';
import { holds } from '../access/intent';

/** Whether a policy lets a call out, read as naively as can be. */
export function letOutByIntent({ destinations, inside, denials = [] }: Pick<EgressModel, 'destinations' | 'inside' | 'denials'>, call: Call): boolean {
  if (denials.some(denied => denied.kind === 'cidr' ? !call.inside && isMeant(denied, call) && isOn(denied, call) : call.inside && isMeantInside(denied, call))) {
    return false;
  }
  if (call.inside) {
    return inside === undefined ? call.pod?.cluster === undefined : inside.some(destination => isMeantInside(destination, call));
  }
  return destinations.some(destination => isMeant(destination, call)
    && (destination.anyPort || (call.says.kind === 'echo' ? destination.kind === 'cidr' && destination.ping : destination.ports.some(port => isSaid(port, call)))));
}

/** Pods of another cluster are outside this one, and are meant by its name only. */
function isMeantInside(destination: InsideDestination, call: Call): boolean {
  return (call.pod?.cluster === undefined || destination.kind === 'pods') && isCalled(destination, call);
}

type InNamespaces = Fields<NamespaceLabelsDestination, 'labels' | 'ports' | 'anyPort' | 'ping', 'kind'>;

const isCalled = byKind<InsideDestination, boolean, [Call]>({
  service: ({ namespace, podSelector, ports }: Fields<ServiceDestination, 'namespace' | 'podSelector' | 'ports', 'kind' | 'service' | 'subset'>, call) =>
    namespace === call.pod?.namespace && has(call.pod.labels, podSelector!) && ports.some(port => isPortOfPod(port, call)),
  pods: ({ labels, namespace, namespaceLabels = {}, cluster, ports, anyPort, ping }: Fields<PodsDestination, 'labels' | 'namespace' | 'namespaceLabels' | 'cluster' | 'ports' | 'anyPort' | 'ping', 'kind'>, call) =>
    call.pod !== undefined && call.pod.cluster === cluster && has(call.pod.labels, labels) && isOn({ ports, anyPort, ping }, call)
    && (namespace === undefined ? has(labelsOfNamespace(call.pod), namespaceLabels) : namespace === call.pod.namespace),
  namespace: ({ name, ports, anyPort, ping }: Fields<NamespaceDestination, 'name' | 'ports' | 'anyPort' | 'ping', 'kind'>, call) =>
    name === call.pod?.namespace && isOn({ ports, anyPort, ping }, call),
  namespaceLabels: ({ labels, ports, anyPort, ping }: InNamespaces, call) =>
    call.pod !== undefined && has(labelsOfNamespace(call.pod), labels) && isOn({ ports, anyPort, ping }, call),
  anyPod: ({ ports, anyPort, ping }: Fields<AnyPodDestination, 'ports' | 'anyPort' | 'ping', 'kind'>, call) => call.to === undefined && isOn({ ports, anyPort, ping }, call),
  apiServer: ({ ports, anyPort, ping }: Fields<ApiServerDestination, 'ports' | 'anyPort' | 'ping', 'kind'>, call) => call.to === 'apiServer' && isOn({ ports, anyPort, ping }, call),
  ownNode: ({ ports, anyPort, ping }: Fields<OwnNodeDestination, 'ports' | 'anyPort' | 'ping', 'kind'>, call) => call.to === 'ownNode' && isOn({ ports, anyPort, ping }, call),
  nodes: ({ ports, anyPort, ping }: Fields<NodesDestination, 'ports' | 'anyPort' | 'ping', 'kind'>, call) => (call.to === 'node' || call.to === 'ownNode') && isOn({ ports, anyPort, ping }, call),
});

function has(labels: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** By its number, or by the name that the containers of the pod give it. An echo is for no port. */
function isPortOfPod({ port, protocol }: Pick<WorkloadPort, 'port' | 'protocol'>, call: Call): boolean {
  return call.says.kind !== 'echo' && (port === call.port || call.pod!.ports?.[port] === call.port) && (protocol === 'UDP') === (call.says.kind === 'datagram');
}

function isOn({ ports, anyPort, ping }: Pick<AnyPodDestination, 'ports' | 'anyPort' | 'ping'>, { port: called, says }: Call): boolean {
  return anyPort === true || (says.kind === 'echo' ? ping === true : ports.some(({ port, endPort = port, protocol }) =>
    port <= called && called <= endPort && (protocol === 'UDP') === (says.kind === 'datagram')));
}

/** What happens to a request on its way makes no difference. */
function isSaid(
  { port, endPort, protocol, requests }: Fields<EgressPort, 'port' | 'endPort' | 'protocol' | 'requests', 'timeouts' | 'retries' | 'tls'>, { port: called, says }: Call,
): boolean {
  if (endPort !== undefined) {
    // Whatever is spoken there.
    return port <= called && called <= endPort && (protocol === 'UDP') === (says.kind === 'datagram');
  }
  return port === called && SAID[protocol] === says.kind
    && (requests === undefined || (says.kind === 'http' && requests.some(match => holds(match, says.request ?? ANY_SENT))));
}

const SAID: Record<EgressProtocol, Call['says']['kind']> = { HTTP: 'http', TLS: 'tls', TCP: 'bytes', UDP: 'datagram', ServerFirst: 'bytes' };

const isMeant = byKind<EgressDestination, boolean, [Call]>({
  cidr: ({ cidr, except = [] }: Fields<CidrDestination, 'cidr' | 'except', 'kind' | 'ports' | 'anyPort' | 'ping'>, { ip }) =>
    contains(cidr, ip) && !except.some(part => contains(part, ip)),
  outside: () => true,
  host: ({ host }: Fields<HostDestination, 'host', 'kind' | 'ports' | 'anyPort'>, { name }) => name !== undefined && hostHolds(host, name),
});

/** A wildcard holds for every name below. */
export function hostHolds(pattern: string, name: string): boolean {
  return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern;
}

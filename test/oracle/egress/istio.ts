import type { Call } from './call';
import { ANY_SENT } from './call';
import { contains } from '../../../src/evaluators/address';
import { only } from '../../../src/evaluators/fields';
import { matchHolds } from '../../../src/evaluators/routes/virtual-service';
import { resolved } from '../access/intent';

/**
 * Whether Istio's sidecar lets a call out. The Sidecar that selects the pod stands in place of that of its namespace; it names the
 * hosts that are reached, and with REGISTRY_ONLY there are no others.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/
 */
export function letOutByIstio(manifests: readonly any[], call: Call): boolean {
  const sidecars = manifests.filter(({ kind, metadata, spec }) => kind === 'Sidecar' && metadata.namespace === call.namespace
    && Object.entries(only(spec, 'workloadSelector', 'egress', 'outboundTrafficPolicy').workloadSelector?.labels ?? {})
      .every(([key, value]) => call.labels?.[key] === value));
  const own = sidecars.filter(({ spec }) => spec.workloadSelector !== undefined);
  const [sidecar, ...others] = own.length > 0 ? own : sidecars;
  if (others.length > 0) {
    throw new Error('the older of two Sidecars decides');
  }
  // Datagrams pass by the proxy.
  if (sidecar === undefined || call.says.kind === 'datagram') {
    return true;
  }
  const { mode } = sidecar.spec.outboundTrafficPolicy;
  if (mode !== 'REGISTRY_ONLY' && mode !== 'ALLOW_ANY') {
    throw new Error(`not known here: ${mode}`);
  }
  const hosts: string[] = sidecar.spec.egress.flatMap((listener: any) => only(listener, 'hosts').hosts);
  if (call.inside) {
    return hosts.includes('*/*.svc.cluster.local');
  }
  // What no host of the Sidecar is for passes through.
  if (mode === 'ALLOW_ANY' && hosts.every(host => host.startsWith('*/'))) {
    return true;
  }
  const there = manifests.filter(({ metadata }) => metadata.namespace === call.namespace);
  return there.filter(({ kind }) => kind === 'ServiceEntry')
    .some(({ spec }) => hosts.includes(`./${spec.hosts[0]}`) && isFor(only(spec, 'hosts', 'addresses', 'ports', 'resolution', 'location', 'exportTo'), call)
      && arrives(there, spec, call));
}

/** Whether a request reaches its host: with TLS where that port speaks it, and by the first route that takes it, which leads nowhere else. */
function arrives(manifests: readonly any[], { hosts: [host], ports }: any, { port, labels = {}, says }: Call): boolean {
  const { targetPort } = ports.find(({ number }: any) => number === port);
  const rules = manifests.filter(({ kind, spec }) => kind === 'DestinationRule' && spec.host === host
    && Object.entries(only(spec, 'host', 'workloadSelector', 'trafficPolicy', 'exportTo').workloadSelector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value));
  const [tls] = rules.flatMap(({ spec }) => only(spec.trafficPolicy, 'portLevelSettings').portLevelSettings)
    .filter((one: any) => one.port.number === port).map((one: any) => only(one, 'port', 'tls').tls);
  const isSpoken = tls !== undefined && tls.sni === host && tls.subjectAltNames.join() === host
    && (tls.mode === 'MUTUAL' ? tls.credentialName !== undefined : tls.mode === 'SIMPLE' && (tls.caCertificates ?? tls.credentialName) !== undefined);
  const routes = manifests.filter(({ kind, spec }) => kind === 'VirtualService' && spec.hosts.includes(host))
    .flatMap(({ spec }) => only(spec, 'hosts', 'exportTo', 'http').http).filter(({ match }: any) => match.some((one: any) => one.port === port));
  if ((targetPort !== undefined) !== isSpoken) {
    throw new Error(`plain text to a port of '${host}' that speaks TLS, or the reverse`);
  }
  if (routes.length === 0 || says.kind !== 'http') {
    return true;
  }
  const { request = ANY_SENT } = says;
  // The proxy resolves dot segments before it picks a route.
  const normalized = { ...request, path: resolved(request.path) };
  const taking = routes.find(({ match }: any) => match.some((one: any) => one.port === port && matchHolds(one, normalized)));
  const { route } = only(taking ?? {}, 'match', 'route', 'timeout', 'retries', 'directResponse');
  if (route !== undefined && (route.length !== 1 || route[0].destination.host !== host || route[0].destination.port.number !== port)) {
    throw new Error('a route that leads elsewhere');
  }
  return route !== undefined;
}

/** A host is what the client says; addresses take what it sends there. */
function isFor({ hosts, addresses, ports, resolution }: any, { ip, port, says }: Call): boolean {
  const [spoken, ...others] = ports.filter(({ number }: any) => number === port).map(({ protocol }: any) => protocol);
  if (hosts.length !== 1 || others.length > 0) {
    throw new Error('one host, and each port once');
  }
  if (resolution === 'NONE') {
    return spoken === 'TCP' && addresses.some((cidr: string) => contains(cidr, ip));
  }
  return says.kind === 'http' ? spoken === 'HTTP' && says.host === hosts[0]
    : says.kind === 'tls' ? spoken === 'TLS' && says.serverName === hosts[0]
      : false;
}

import type { Call } from './call';
import { ANY_SENT } from './call';
import { letOutByIstio } from './istio';
import { letOutByNetworkPolicy } from './network-policy';
import { GATEWAY_NAME_LABEL, passesGateway } from '../../../src/evaluators/access/istio-gateway';
import { only } from '../../../src/evaluators/fields';
import { matchHolds } from '../../../src/evaluators/routes/virtual-service';
import { resolved } from '../access/intent';

/**
 * Whether a call gets out by any way that a pod has, whatever it does: past its sidecar, as far as NetworkPolicies let it, or by a gateway that it
 * calls with the certificate of its ServiceAccount, saying what it likes. Where it gets out, its sidecar has to lead it there, too.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/
 */
export function letOutByIstioGateway(manifests: readonly any[], call: Call): boolean {
  if (call.inside) {
    return letOutByNetworkPolicy(manifests, call) && letOutByIstio(manifests, call);
  }
  if (letOutByNetworkPolicy(manifests, call)) {
    // Who names the host may get there as well by the gateway.
    if (!letOutByIstio(manifests.filter(isOfAddresses), call)) throw new Error('the sidecar holds back what the NetworkPolicy lets out');
    return true;
  }
  return gatewaysIn(manifests).some(gateway => {
    const isOut = letOutBy(gateway, manifests, call);
    if (isOut && !leadsTo(gateway, manifests, call)) throw new Error('the gateway lets out what the sidecar does not lead there');
    return isOut;
  });
}

interface Gateway {
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
}

function isOfAddresses({ kind, spec }: any): boolean {
  return kind === 'Sidecar' || (kind === 'ServiceEntry' && spec.resolution === 'NONE');
}

/** Whoever has no certificate of the mesh does not get in. */
function gatewaysIn(manifests: readonly any[]): Gateway[] {
  return manifests.filter(({ kind }) => kind === 'Gateway').map(({ metadata: { name, namespace }, spec }) => {
    const { listeners: [listener, ...others] } = only(spec, 'gatewayClassName', 'listeners');
    const { port, protocol, tls, allowedRoutes } = only(listener, 'name', 'port', 'protocol', 'tls', 'allowedRoutes');
    if (spec.gatewayClassName !== 'istio' || others.length > 0 || protocol !== 'HTTPS' || tls.mode !== 'Terminate' || allowedRoutes.namespaces.from !== 'Same'
      || tls.options['gateway.istio.io/tls-terminate-mode'] !== 'ISTIO_MUTUAL') {
      throw new Error('a gateway with more than one listener, or one that takes something else than mutual TLS of the mesh');
    }
    return { name, namespace, port };
  });
}

/** What a client says there decides: which host, which request, and as whom. */
function letOutBy({ name, namespace, port }: Gateway, manifests: readonly any[], { serviceAccount = '', says, ...call }: Call): boolean {
  if (says.kind !== 'http') return false;
  const { request = ANY_SENT, host } = says;
  const there = manifests.filter(({ metadata }) => metadata.namespace === namespace);
  const labels = { [GATEWAY_NAME_LABEL]: name };
  const pod = { service: `${name}-istio`, namespace, serviceAccount: `${name}-istio`, labels, ports: [{ port, protocol: 'HTTP' as const }] };
  const client = { kind: 'pod' as const, ip: '10.1.0.9', namespace: call.namespace, serviceAccount, meshed: true };
  if (!passesGateway(there, { client, pod, port, ...request, path: resolved(request.path), host })) return false;
  const to = there.filter(({ kind, spec }) => kind === 'HTTPRoute' && spec.parentRefs.some((one: any) => one.name === name) && spec.hostnames.includes(bare(host)))
    .flatMap(({ spec }) => spec.rules.flatMap((rule: any) => only(rule, 'matches', 'backendRefs').backendRefs));
  const [{ group, kind, name: reached, port: number }, ...others] = to.length === 0 ? [{}] : to;
  if (others.length > 0 || (to.length > 0 && (group !== 'networking.istio.io' || kind !== 'Hostname' || reached !== bare(host)))) {
    throw new Error('a route that leads elsewhere');
  }
  return number === call.port && isReached(there, reached, number);
}

/** A gateway goes to a host at the addresses of its name, and begins TLS where the port speaks it. */
function isReached(there: readonly any[], host: string, port: number): boolean {
  const entries = there.filter(({ kind, spec }) => kind === 'ServiceEntry' && spec.hosts.includes(host));
  const [{ spec: { ports: [outside], resolution } }, ...others] = entries;
  const begins = there.filter(({ kind, spec }) => kind === 'DestinationRule' && spec.host === host)
    .flatMap(({ spec }) => only(spec.trafficPolicy, 'portLevelSettings').portLevelSettings)
    .some(({ port: { number }, tls }: any) => number === port && tls.mode === 'SIMPLE' && tls.sni === host && tls.subjectAltNames.join() === host);
  if (others.length > 0 || resolution !== 'DNS' || outside.number !== port || (outside.targetPort !== undefined) !== begins) {
    throw new Error('a host that is not what the route says');
  }
  return true;
}

/** Whether the sidecar of the client sends it to the gateway, with its certificate. */
function leadsTo({ name, namespace, port }: Gateway, manifests: readonly any[], { labels = {}, ...call }: Call): boolean {
  if (call.says.kind !== 'http') return false;
  const { host, request = ANY_SENT } = call.says;
  const service = `${name}-istio.${namespace}.svc.cluster.local`;
  const own = manifests.filter(({ metadata }) => metadata.namespace === call.namespace);
  const imports = own.some(({ kind, spec }) => kind === 'Sidecar' && Object.entries(spec.workloadSelector.labels).every(([key, value]) => labels[key] === value)
    && spec.egress.some((listener: any) => listener.hosts.includes(`./${bare(host)}`) && listener.hosts.includes('*/*.svc.cluster.local')));
  const isKnown = own.some(({ kind, spec }) => kind === 'ServiceEntry' && spec.hosts.includes(bare(host))
    && spec.ports.some((one: any) => one.number === call.port && one.protocol === 'HTTP' && one.targetPort === undefined));
  const normalized = { ...request, path: resolved(request.path) };
  const route = own.filter(({ kind, spec }) => kind === 'VirtualService' && spec.hosts.includes(bare(host))).flatMap(({ spec }) => spec.http)
    .find(({ match }: any) => match.some((one: any) => one.port === call.port && matchHolds(one, normalized)));
  const isProven = manifests.some(({ kind, metadata, spec }) => kind === 'DestinationRule' && metadata.namespace === namespace && spec.host === service
    && spec.exportTo === undefined && spec.trafficPolicy.portLevelSettings.some((one: any) => one.port.number === port && one.tls.mode === 'ISTIO_MUTUAL'));
  return imports && isKnown && isProven && route?.route?.length === 1
    && route.route[0].destination.host === service && route.route[0].destination.port.number === port;
}

/** Without its port, which a route leaves out. */
function bare(host: string): string {
  return host.replace(/:[0-9]+$/, '').toLowerCase();
}

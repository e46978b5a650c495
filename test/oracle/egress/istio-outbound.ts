import type { Call } from './call';
import { ANY_SENT } from './call';
import { contains } from '../../../src/evaluators/address';
import { only } from '../../../src/evaluators/fields';
import { matchHolds } from '../../../src/evaluators/routes/virtual-service';
import { Unknown } from '../../../src/evaluators/unknown';

/** A port of a Service that a pod calls by its name. */
export interface Called {
  readonly service: string;
  readonly namespace: string;
  readonly port: number;
}

/** What becomes of a call: it goes by what the proxy knows, it goes on as it is, it ends there, or it goes somewhere else. */
export type Fate = 'known' | 'past' | 'ends' | 'elsewhere';

/** What a proxy knows by one name: a Service of the cluster, or a host of a ServiceEntry. */
interface Host {
  readonly name: string;
  readonly namespace: string;
  readonly addresses: readonly string[];
  readonly ports: readonly { readonly number: number; readonly protocol?: string }[];
  readonly keepsAddress: boolean;
  readonly exportTo: readonly string[];
  /** What has to be the same for two of one host and namespace to be one. */
  readonly kin: string;
}

const FAMILIES: Readonly<Record<string, string>> = { HTTP: 'http', HTTP2: 'http', GRPC: 'http', HTTPS: 'tls', TLS: 'tls', TCP: 'bytes', UDP: 'datagram' };

/**
 * What a sidecar of Istio makes of a call, by everything that stands in the manifests: whose Sidecar it has, what that imports, and the listeners
 * and routes that come of it.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/
 */
export function fateByIstio(manifests: readonly any[], client: Pick<Call, 'namespace' | 'labels'>, to: Called | Pick<Call, 'name' | 'ip' | 'port' | 'says'>): Fate {
  const sidecar = sidecarOf(manifests, client);
  const mesh = manifests.find(({ kind }) => kind === 'ConfigMap');
  const ofMesh = mesh === undefined ? undefined : /REGISTRY_ONLY/.test(mesh.data.mesh) ? 'REGISTRY_ONLY' : 'ALLOW_ANY';
  const mode = sidecar?.spec.outboundTrafficPolicy === undefined ? ofMesh : sidecar.spec.outboundTrafficPolicy.mode ?? 'REGISTRY_ONLY';
  const hosts = hostsIn(manifests).filter(({ exportTo, namespace }) => exportTo.some(one => one === '*' || one === client.namespace || (one === '.' && namespace === client.namespace)))
    .filter((host, _, all) => {
      if (all.some(other => other.name === host.name && !areOne(host, other))) throw new Unknown('which of two?');
      return true;
    })
    .filter(host => sidecar === undefined || isImported(host, sidecar, client.namespace, to.port));
  const unknown = (): Fate => {
    if (mode === undefined) throw new Unknown('what the mesh does with the rest');
    return mode === 'ALLOW_ANY' ? 'past' : 'ends';
  };
  if ('service' in to) {
    const called = `${to.service}.${to.namespace}.svc.cluster.local`;
    if (hosts.some(({ name, namespace }) => namespace === to.namespace && name === called)) return 'known';
    const takes = ({ name, ports }: Host) =>
      ports.some(({ number, protocol = '' }) => number === to.port && (/^(?:|TCP|MONGO)$/i.test(protocol) || isWithin(called, name)));
    if (hosts.some(takes)) throw new Unknown('something else listens at the port');
    return unknown();
  }
  const listening = hosts.flatMap(host => host.ports.filter(({ number }) => number === to.port).map(({ protocol }) => ({ host, speaks: FAMILIES[protocol?.toUpperCase() ?? 'none'] ?? 'anything' })));
  const of = (speaks: string) => listening.filter(one => one.speaks === speaks).map(({ host }) => host);
  if (of('anything').length > 0) throw new Unknown('the proxy looks at the bytes');
  const said = to.says.kind === 'http' ? to.says.host : to.says.kind === 'tls' ? to.says.serverName : undefined;
  const isAt = ({ addresses }: Host) => addresses.some(one => contains(one.includes('/') ? one : `${one}/32`, to.ip));
  const [named] = said === undefined ? [] : closest(of(to.says.kind), said)
    .filter(host => to.says.kind !== 'tls' || host.addresses.length === 0 || isAt(host));
  const byAddress = of('bytes').filter(isAt);
  const everywhere = of('bytes').filter(({ addresses }) => addresses.length === 0);
  if (of('tls').some(host => isAt(host) && host.name !== named?.name)) throw new Unknown('a listener for an address, or for a block of them');
  const isWide = of('bytes').some(({ addresses }) => addresses.length === 0 || addresses.some(one => one.includes('/')));
  if (isWide && of('http').length > 0 && to.says.kind !== 'tls') throw new Unknown('one listener for requests and for everything');
  if (byAddress.length > 0) return 'known';
  if (named !== undefined) return byRoutes(manifests, sidecar, client, said!, to);
  if (to.says.kind === 'http' && of('http').length > 0) {
    if (of('http').some(({ addresses }) => addresses.some(one => one.replace('/32', '') === said))) throw new Unknown('an address as a host');
    if (hasRoutes(manifests, said!)) throw new Unknown('routes for a host that nobody knows');
  }
  if (everywhere.length > 0) {
    if (everywhere.length > 1 || of('http').length > 0) throw new Unknown('which of them?');
    const meant = said ?? to.name;
    return everywhere[0].keepsAddress || (meant !== undefined && isWithin(meant, everywhere[0].name)) ? 'known' : 'elsewhere';
  }
  if (of('http').length > 0 && to.says.kind !== 'http') throw new Unknown('no HTTP');
  return unknown();
}

function hasRoutes(manifests: readonly any[], said: string): boolean {
  return manifests.some(({ kind, spec }) => kind === 'VirtualService' && spec.hosts.some((host: string) => isWithin(said, host)));
}

/** One with the labels of the pod, or that of its namespace, or that of the root; the oldest. */
function sidecarOf(manifests: readonly any[], { namespace, labels = {} }: Pick<Call, 'namespace' | 'labels'>): any {
  const all = manifests.filter(({ kind, spec }) => kind === 'Sidecar' && only(spec, 'workloadSelector', 'egress', 'outboundTrafficPolicy') !== undefined);
  const selector = ({ spec: { workloadSelector } }: any) => workloadSelector === undefined ? undefined : Object.entries<string>(only(workloadSelector, 'labels').labels ?? {});
  const hasOne = (one: any) => (selector(one)?.length ?? 0) > 0;
  const own = all.filter(({ metadata }) => metadata.namespace === namespace);
  const levels = [
    own.filter(one => hasOne(one) && selector(one)!.every(([key, value]) => labels[key] === value)),
    own.filter(one => !hasOne(one)),
    all.filter(one => one.metadata.namespace === 'istio-system' && !hasOne(one)),
  ];
  const level = levels.find(some => some.length > 0) ?? [];
  const age = ({ metadata: { creationTimestamp } }: any): string => {
    if (creationTimestamp === undefined) throw new Unknown('which is the older one?');
    return creationTimestamp;
  };
  if (level.length < 2) return level[0];
  const [first, second] = [...level].sort((a, b) => age(a) < age(b) ? -1 : 1);
  if (age(first) === age(second)) throw new Unknown('two of the same age');
  return first;
}

function hostsIn(manifests: readonly any[]): Host[] {
  return manifests.flatMap((one): Host[] => {
    const { kind, metadata, spec } = one;
    if (kind === 'Service') {
      return [{
        name: `${metadata.name}.${metadata.namespace}.svc.cluster.local`,
        namespace: metadata.namespace,
        addresses: [],
        ports: [],
        keepsAddress: false,
        exportTo: metadata.annotations?.['networking.istio.io/exportTo']?.split(',') ?? ['*'],
        kin: '',
      }];
    }
    if (kind !== 'ServiceEntry') return [];
    const { hosts, addresses = [], ports, resolution, location, exportTo = ['*'], endpoints, workloadSelector } =
      only(spec, 'hosts', 'addresses', 'ports', 'resolution', 'location', 'exportTo', 'endpoints', 'workloadSelector');
    if (location === 'MESH_INTERNAL' || workloadSelector !== undefined || endpoints !== undefined) throw new Unknown('who decides there?');
    return hosts.map((name: string) => ({
      name,
      namespace: metadata.namespace,
      addresses,
      ports,
      keepsAddress: resolution === undefined || resolution === 'NONE',
      exportTo,
      kin: JSON.stringify([resolution ?? 'NONE', addresses, exportTo]),
    }));
  });
}

/** Of two for one host, one port has to speak one protocol. */
function areOne(one: Host, other: Host): boolean {
  return one.namespace === other.namespace && one.kin === other.kin
    && one.ports.every(({ number, protocol }) => other.ports.every(its => its.number !== number || its.protocol === protocol));
}

/** Of a namespace that is named, nothing else is imported by some releases. */
function isImported({ name, namespace }: Pick<Host, 'name' | 'namespace'>, { metadata, spec: { egress } }: any, own: string, port: number): boolean {
  if ((egress ?? []).length === 0) return true;
  const listeners = egress.filter((one: any) => only(one, 'hosts', 'port').port?.number === port);
  const catchAll = egress.filter((one: any) => one.port === undefined);
  const by = (some: any[]) => {
    const said: string[][] = some.flatMap(({ hosts }) => hosts).map((host: string) => host.split('/'));
    const pairs = said.filter(([where]) => !where.startsWith('~'));
    if (pairs.length < said.length && pairs.length > 0) throw new Unknown('releases differ on what is left out');
    const home = metadata.namespace === 'istio-system' ? own : metadata.namespace;
    const ofNamespace = pairs.filter(([where]) => (where === '.' ? home : where) === namespace);
    const ofAny = pairs.filter(([where]) => where === '*');
    const holds = ([, pattern]: string[]) => isWithin(name, pattern);
    if (ofNamespace.some(holds)) return true;
    if (ofNamespace.length > 0 && ofAny.some(holds)) throw new Unknown('releases differ');
    return ofAny.some(holds);
  };
  if (listeners.length > 0 && !by(listeners) && by(catchAll)) throw new Unknown('one listener for the port, and one for all');
  return by(listeners.length > 0 ? listeners : catchAll);
}

function isWithin(name: string, pattern: string): boolean {
  return pattern === '*' || name === pattern || (pattern.startsWith('*.') && name.endsWith(pattern.slice(1)) && name !== pattern);
}

/** The name itself, or else those with the longest end of it. */
function closest(hosts: readonly Host[], said: string): readonly Host[] {
  const own = hosts.filter(({ name }) => isWithin(said, name));
  const rank = ({ name }: Host) => name === said ? Infinity : name.length;
  return own.filter(one => rank(one) === Math.max(...own.map(rank)));
}

/** The first VirtualService for the name that the proxy knows decides; with none, it goes where it is meant to go. */
function byRoutes(manifests: readonly any[], sidecar: any, client: Pick<Call, 'namespace' | 'labels'>, said: string, { port, says }: Pick<Call, 'name' | 'ip' | 'port' | 'says'>): Fate {
  const all = manifests.filter(one => one.kind === 'VirtualService' && one.spec.hosts.some((host: string) => isWithin(said, host)));
  if (all.length > 1 || all.some(({ spec }) => spec.hosts.length > 1)) throw new Unknown('which of them?');
  const [one] = all.filter(({ metadata, spec: { exportTo = ['*'] } }) => exportTo.some((to: string) => to === '*' || to === client.namespace || (to === '.' && metadata.namespace === client.namespace)));
  if (one === undefined || (sidecar !== undefined && !seesRoutes(one, sidecar, client.namespace, port))) return 'known';
  const { http = [], tls = [], gateways = ['mesh'] } = only(one.spec, 'hosts', 'exportTo', 'http', 'tls', 'gateways');
  const routes: any[] = (says.kind === 'http' ? http : tls).map(({ match = [{}], ...route }: any) =>
    ({ ...route, match: match.filter((some: any) => (some.port ?? port) === port && (some.gateways ?? gateways).includes('mesh')) })).filter(({ match }: any) => match.length > 0);
  if (routes.length === 0) return 'known';
  const { request = ANY_SENT } = says.kind === 'http' ? says : {};
  const taken = routes.find(({ match }) => match.some((some: any) => says.kind === 'http' ? matchHolds(some, request) : some.sniHosts.some((name: string) => isWithin(said, name))));
  if (taken === undefined) return says.kind === 'http' ? 'ends' : 'known';
  if (taken.directResponse !== undefined || taken.redirect !== undefined) return 'ends';
  const { route } = only(taken, 'match', 'route', 'timeout');
  if (route.some(({ destination: { subset } }: any) => subset !== undefined)) throw new Unknown('which machines?');
  return route.every(({ destination: { host } }: any) => host === said) ? 'known' : 'elsewhere';
}

/** One name in common is enough. */
function seesRoutes({ metadata: { namespace }, spec: { hosts } }: any, { metadata, spec: { egress } }: any, own: string, port: number): boolean {
  if ((egress ?? []).length === 0) return true;
  const ofPort = egress.filter((one: any) => one.port?.number === port);
  const home = metadata.namespace === 'istio-system' ? own : metadata.namespace;
  return (ofPort.length > 0 ? ofPort : egress.filter((one: any) => one.port === undefined)).flatMap((one: any) => one.hosts).map((host: string) => host.split('/'))
    .some(([where, pattern]: string[]) => ['*', namespace].includes(where === '.' ? home : where) && hosts.some((host: string) => isWithin(host, pattern) || isWithin(pattern, host)));
}

import { speechOf } from './backend';
import { byClients, undecided } from './by-clients';
import { besides, type Conf, CONNECTION, count, time, together, zonesOf } from './conf';
import { type Inbound, inboundAt } from './inbound';
import { LIMIT, rateLimitOf } from './limits';
import type { Policies } from './policies';
import { type Item, itemsFor } from './policy';
import type { ServicePort } from '../../../../meaning/call';
import { type Decision, isUndecided, type Undecided } from '../../../../meaning/decision';
import { dependingOn } from '../../../../meaning/depending';
import type { Traffic } from '../../../../meaning/world';
import type { CircuitBreaking, Connections, FailoverTarget } from '../../../../model/handling';
import type { LoadBalancing } from '../../../../model/load-balancing';
import { portsBehind } from '../../../../reading/cluster/behind';
import type { Cluster } from '../../../../reading/cluster/cluster';
import type { ServicePort as ClusterPort } from '../../../../reading/cluster/service';
import type { Meshes } from '../mesh';

/** What holds for all that is sent to a port of a Service: by the proxies of clients, and by those of its pods. */
export function trafficTo(
  { confs }: Policies, inbound: readonly Inbound[], to: ServicePort, cluster: Cluster, { all: everyMesh, names: meshes }: Meshes,
): Decision<Traffic> | undefined {
  const zoned = to.groupKind === undefined ? undefined : everyMesh.find(({ tellsZones }) => tellsZones);
  if (zoned !== undefined) return undecided('which of its zones gets a call depends on the release of Kuma, as the Mesh says something of zones that 3.0 passes over', zoned.source);
  const isSaid = ({ kind, conf, doubt }: (typeof confs)[number]) => kind === 'MeshCircuitBreaker' || kind === 'MeshLoadBalancingStrategy'
    || (kind === 'MeshTimeout' && (doubt !== undefined || CONNECTION.some(name => conf.has(name))));
  const own = itemsFor(confs.filter(isSaid), to, cluster);
  // The pods of what is no Service may be anywhere.
  const arriving = to.groupKind !== undefined ? inbound : inbound.filter(({ namespace }) => namespace === to.namespace || namespace === 'kuma-system');
  const saying = [...own, ...arriving];
  const [source] = saying.map(one => one.source);
  if (source === undefined) return undefined;
  const held = ofPods(arriving, to, cluster, meshes);
  if (isUndecided(held)) return dependingOn(undecided(held.unknown, source), saying);
  return dependingOn(byClients<Conf, Traffic>(own, all => {
    const doubt = all.find(item => item.doubt !== undefined)?.doubt;
    if (doubt !== undefined) return undecided(doubt.why, source);
    const [breaking, balancing, timing] = ['MeshCircuitBreaker', 'MeshLoadBalancingStrategy', 'MeshTimeout'].map(kind => together(all.filter(item => item.kind === kind)));
    const circuitBreaking = breakingOf(breaking);
    if (isUndecided(circuitBreaking)) return undecided(circuitBreaking.unknown, source);
    const loadBalancing = balancingOf(balancing);
    if (isUndecided(loadBalancing)) return undecided(loadBalancing.unknown, source);
    const failover = failoverOf(all.filter(({ conf }) => conf.has(LOCALITY)), to);
    if (isUndecided(failover)) return undecided(failover.unknown, source);
    const connections = connectionsOf(timing, portOf(to, cluster));
    if (isUndecided(connections)) return undecided(connections.unknown, source);
    const value: Traffic = {
      ...(loadBalancing && { loadBalancing }),
      ...(Object.keys(circuitBreaking).length > 0 && { circuitBreaking }),
      ...(Object.keys(connections).length > 0 && { connections }),
      ...(held.rateLimit && { rateLimit: held.rateLimit }),
      ...(failover.length > 0 && { failover }),
      besides: [...besides(breaking, 'MeshCircuitBreaker', SPLIT, ...Object.keys(BREAKS)), ...besides(balancing, 'MeshLoadBalancingStrategy', 'hashPolicies', ...loadBalancing === undefined ? [] : BALANCES, ...failover.length > 0 ? [LOCALITY] : []), ...held.besides].sort(),
    };
    return { branches: [], otherwise: { value, why: 'policies of Kuma say so', source } };
  }), saying);
}

const BREAKS: Readonly<Record<string, keyof CircuitBreaking>> = {
  'connectionLimits.maxConnections': 'maxConnections',
  'connectionLimits.maxPendingRequests': 'maxPendingRequests',
  'connectionLimits.maxRequests': 'maxRequests',
  'connectionLimits.maxRetries': 'maxRetries',
  'outlierDetection.baseEjectionTime': 'ejectionTime',
  'outlierDetection.interval': 'interval',
  'outlierDetection.maxEjectionPercent': 'maxEjectionPercent',
  'outlierDetection.healthyPanicThreshold': 'minHealthPercent',
  'outlierDetection.detectors.totalFailures.consecutive': 'consecutiveErrors',
  'outlierDetection.detectors.gatewayFailures.consecutive': 'consecutiveGatewayErrors',
  'outlierDetection.detectors.localOriginFailures.consecutive': 'consecutiveConnectionFailures',
};

const SPLIT = 'outlierDetection.splitExternalAndLocalErrors';
const TIMES: readonly (keyof CircuitBreaking)[] = ['ejectionTime', 'interval'];

/** Failed connections are counted apart only where they are split from errors. */
function breakingOf(conf: Conf): CircuitBreaking | Undecided {
  const said = Object.entries(BREAKS).map(([name, field]) => [field, TIMES.includes(field) ? time(conf, name) : count(conf, name)] as const)
    .filter(([field, value]) => value !== undefined && (field !== 'consecutiveConnectionFailures' || conf.get(SPLIT) === true));
  return said.some(([, value]) => value === 'unknown') ? { unknown: 'a number in a MeshCircuitBreaker is not understood' } : Object.fromEntries(said);
}

const OF_CONNECTIONS = { connectionTimeout: 'connectTimeout', idleTimeout: 'idleTimeout' };
const TIMES_OF: Readonly<Record<ReturnType<typeof speechOf>, Readonly<Record<string, string>>>> = {
  http: { ...OF_CONNECTIONS, 'http.maxConnectionDuration': 'maxDuration' },
  http2: { ...OF_CONNECTIONS, 'http.maxConnectionDuration': 'maxDuration' },
  grpc: { connectionTimeout: 'connectTimeout' },
  tcp: OF_CONNECTIONS,
};

/** What `ClusterConfigurer` in `pkg/plugins/policies/meshtimeout/plugin/xds/configurer.go` of kumahq/kuma reads, and the listeners of connections. */
function connectionsOf(conf: Conf, port: ClusterPort | undefined): Connections | Undecided {
  if (conf.size > 0 && port === undefined) return { unknown: 'what the port speaks is not known' };
  const said = Object.entries(TIMES_OF[speechOf(port ?? {})]).map(([name, field]) => [field, time(conf, name)] as const)
    .filter(([field, value]) => value !== undefined && (field !== 'maxDuration' || value !== 0));
  return said.some(([, value]) => value === 'unknown') ? { unknown: 'a time in a MeshTimeout is not understood' } : Object.fromEntries(said);
}

const BALANCERS: Readonly<Record<string, 'roundRobin' | 'leastRequest' | 'random'>> = { RoundRobin: 'roundRobin', LeastRequest: 'leastRequest', Random: 'random' };
const BALANCES = ['loadBalancer.type', 'loadBalancer.leastRequest.choiceCount'];

/** What is hashed is said of the Service that is called, and so of the way: a hash stays as text here. */
function balancingOf(conf: Conf): LoadBalancing | Undecided | undefined {
  const type = conf.get(BALANCES[0]);
  const kind = typeof type === 'string' ? BALANCERS[type] : undefined;
  const choices = count(conf, BALANCES[1]);
  if (choices === 'unknown') return { unknown: 'a number in a MeshLoadBalancingStrategy is not understood' };
  return kind === undefined ? undefined : { kind, ...(kind === 'leastRequest' && choices !== undefined && { choices }) };
}

const LOCALITY = 'localityAwareness';

/** Zones of what has pods in several. What several policies say is put together field by field. */
function failoverOf(items: readonly Item<Conf>[], { groupKind, service: name, namespace }: ServicePort): FailoverTarget[] | Undecided {
  if (groupKind === undefined) return [];
  if (items.length > 1) return { unknown: 'several policies say which zones stand in' };
  return items.flatMap(({ conf }) => zonesOf(conf).map(cluster => ({ service: { name, namespace }, cluster })));
}

function ofPods(
  inbound: readonly Inbound[], to: ServicePort, cluster: Cluster, meshes: ReadonlySet<string>,
): Pick<Traffic, 'rateLimit' | 'besides'> | Undecided {
  if (inbound.length === 0) return { besides: [] };
  const ports = to.groupKind !== undefined ? [] : portsBehind(cluster, to);
  const held = ports.length === 0 ? { unknown: 'the pods behind it are not in the files' } : inboundAt(inbound, ports, meshes);
  if (isUndecided(held)) return held;
  const { confs, policies } = held;
  const port = portOf(to, cluster);
  const isHttp = port !== undefined && speechOf(port) !== 'tcp';
  const limits = confs.get('MeshRateLimit') ?? new Map<string, unknown>();
  const rateLimit = isHttp ? rateLimitOf(limits, policies.filter(({ kind }) => kind === 'MeshRateLimit')) : undefined;
  if (isUndecided(rateLimit)) return rateLimit;
  const others = [...confs].flatMap(([kind, conf]) => besides(kind === 'MeshRateLimit' ? ofProtocol(conf, isHttp) : conf, `${kind} of the pods`, ...LIMIT));
  return { ...(rateLimit && { rateLimit }), besides: others };
}

function portOf({ groupKind, namespace, service, port }: ServicePort, cluster: Cluster): ClusterPort | undefined {
  return groupKind !== undefined ? undefined : cluster.service(namespace, service)?.ports.find(one => one.port === port);
}

/** The proxy counts requests where the port speaks HTTP, and connections where it does not. */
function ofProtocol(conf: Conf, isHttp: boolean): Conf {
  return new Map([...conf].filter(([name]) => name.startsWith(isHttp ? 'local.http.' : 'local.tcp.')));
}

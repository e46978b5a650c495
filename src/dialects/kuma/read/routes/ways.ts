import { backendsOf, speechOf } from './backend';
import type { Backend } from './backend';
import { byClients, undecided } from './by-clients';
import { type Conf, together } from './conf';
import { copiesOf, redirected } from './filters';
import { type PortHandling, portHandling } from './handling';
import { type Part, partsOf } from './match';
import { picksByHash, type Policies } from './policies';
import { inOrder, isInRules, type Item, itemsFor } from './policy';
import { candidates, type Candidate, mergedRules, type Rule } from './rules';
import type { ServicePort } from '../../../../meaning/call';
import { ALWAYS } from '../../../../meaning/condition';
import { type Branch, type Decision, isUndecided, type Undecided } from '../../../../meaning/decision';
import { dependingOn } from '../../../../meaning/depending';
import { toService } from '../../../../meaning/way';
import type { Way } from '../../../../meaning/world';
import { hasRequests, type Protocol } from '../../../../model/protocol';
import type { Cluster } from '../../../../reading/cluster/cluster';

const HANDLING = ['MeshTimeout', 'MeshRetry', 'MeshLoadBalancingStrategy'];

/** Where the proxies of clients send what is for a port of a Service; undefined where no policy has anything to say of it. */
export function waysTo(policies: Policies, to: ServicePort, protocol: Protocol, cluster: Cluster): Decision<Way> | undefined {
  if (protocol === 'UDP') return undefined;
  const service = cluster.service(to.namespace, to.service);
  const port = service?.ports.find(one => one.port === to.port);
  const speech = port === undefined ? hasRequests(protocol) ? protocol === 'GRPC' ? 'grpc' : 'http' : 'tcp' : speechOf(port);
  const own = itemsFor(policies.routes, to, cluster);
  const others = itemsFor(policies.confs, to, cluster).filter(item => speech === 'tcp' ? endsIdle(item) : HANDLING.includes(item.kind));
  if (own.length + others.length === 0) return undefined;
  const asked = { to, speech, cluster, policies };
  const all = [...own, ...others];
  if (service?.forms.includes('headless') === true) return undecided(OF_PODS, all[0].source);
  return dependingOn(byClients<unknown, Way>(all, some => wayOfClient(some, asked)), all);
}

/** `pkg/plugins/runtime/k8s/controllers/meshservice_controller.go` of kumahq/kuma. */
const OF_PODS = 'Kuma makes a MeshService of each pod of a Service without an address, and it is not known what is said of these';

interface Asked {
  readonly to: ServicePort;
  readonly speech: 'http' | 'http2' | 'grpc' | 'tcp';
  readonly cluster: Cluster;
  readonly policies: Policies;
}

/** A MeshHTTPRoute goes before a MeshTCPRoute, where a port speaks HTTP (`getBackendRefs` in `meshtcproute/plugin/v1alpha1/listeners_backendrefs.go`). */
function wayOfClient(all: readonly Item<unknown>[], asked: Asked): Decision<Way> {
  const of = (kind: string) => all.filter(item => item.kind === kind);
  const [requests, connections] = [of('MeshHTTPRoute') as Item<readonly Rule[]>[], of('MeshTCPRoute') as Item<readonly Backend[] | undefined>[]];
  const idle = all.filter(item => endsIdle(item)) as Item<Conf>[];
  const { to, speech } = asked;
  if (speech === 'tcp') {
    return requests.length === 0 ? connectionsBy(connections, idle, asked)
      : undecided('Kuma takes the port for TCP, by its `appProtocol`, and it is not known what becomes of a MeshHTTPRoute', requests[0].source);
  }
  if (requests.length === 0 && connections.length > 0) return connectionsBy(connections, idle, asked);
  const [timeout, retry, balancing] = HANDLING.map(kind => of(kind) as Item<Conf>[]);
  // What is not understood in a rule is told apart below.
  const doubtful = requests.find(({ doubt }) => doubt !== undefined && !isInRules(doubt.place.path))
    ?? [...timeout, ...retry, ...balancing].find(({ doubt }) => doubt !== undefined);
  if (doubtful?.doubt !== undefined) return undecided(doubtful.doubt.why, doubtful.source);
  const common = portHandling(together(timeout), together(retry), together(balancing), speech);
  const [source] = all.map(item => item.source);
  if (isUndecided(common)) return undecided(common.unknown, source);
  const itself = sent([{ ...to, weight: 1 }], {}, common, asked);
  const branches = candidates(mergedRules(requests)).flatMap(candidate => partsOf(candidate.match, replacesPrefix(candidate))
    .map((part): Branch<Way> => branchOf(candidate, part, common, asked)));
  return { branches, otherwise: { value: itself, why: requests.length === 0 ? 'no route is for it' : 'no rule of its routes is for it' } };
}

function replacesPrefix({ filters: { rewrite, redirect } }: Candidate): boolean {
  return [rewrite?.path, redirect?.path].some(change => change?.type === 'prefix');
}

function branchOf({ rule, filters }: Candidate, part: Part, common: PortHandling, asked: Asked): Branch<Way> {
  const value = rule.doubt === undefined ? wayBy(rule, filters, part, common, asked) : { unknown: rule.doubt.why };
  const why = isUndecided(value) ? value.unknown : `a rule of MeshHTTPRoute '${rule.name}' is for it`;
  return { when: part.when, then: { value, why, source: rule.source }, source: rule.source };
}

function wayBy({ backends = [] }: Rule, filters: Candidate['filters'], part: Part, common: PortHandling, asked: Asked): Way | Undecided {
  const { requestHeaders, responseHeaders, rewrite, redirect } = filters;
  const replaced = replacesPrefix({ filters } as Candidate) && part.replaced !== undefined ? { replaced: part.replaced } : {};
  if (redirect !== undefined) {
    const handling = { ...redirected(redirect, asked.to.port, part), ...(responseHeaders && { responseHeaders }) };
    return { backends: [], handling, ...replaced, besides: [] };
  }
  const to = backends.length === 0 ? [{ ...asked.to, weight: 1 }] : backendsOf(backends, asked.cluster, true);
  const copies = copiesOf(filters, asked.cluster);
  if (isUndecided(to)) return to;
  if (isUndecided(copies)) return copies;
  if (to.length === 0) return { unknown: 'no backend gets anything, and releases of Kuma differ in what they make of it' };
  return {
    ...sent(to, {
      ...(copies.length > 0 && { mirrors: copies }),
      ...(requestHeaders && { requestHeaders }),
      ...(responseHeaders && { responseHeaders }),
      ...(rewrite && Object.keys(rewrite).length > 0 && { rewrite }),
    }, common, asked),
    ...replaced,
  };
}

/** A cookie picks a pod where the one Service that gets requests is told to look at it. */
function sent(backends: Way['backends'], handling: Way['handling'], common: PortHandling, { policies, cluster }: Asked): Way | Undecided {
  const { stickiness } = common;
  const looks = stickiness !== undefined && (backends.length > 1 ? false : picksByHash(policies, backends[0], cluster));
  if (looks === undefined) return { unknown: 'it is not known whether the cookie picks a pod' };
  const idle = stickiness === undefined || looks ? [] : [`MeshLoadBalancingStrategy: the cookie ${stickiness.name} picks no pod`];
  return { backends, handling: { ...common.handling, ...handling, ...(looks && { stickiness }) }, besides: [...common.besides, ...idle].sort() };
}

/** The listener of the Service that is called closes connections that are idle, whatever is said of the backend, and none because it lasts. */
function endsAlike(timeouts: readonly Item<Conf>[], backend: ServicePort, { to, speech, policies: { confs }, cluster }: Asked): boolean {
  if (backend.groupKind === undefined && backend.service === to.service && backend.namespace === to.namespace && speech === 'tcp') return true;
  const own = itemsFor(confs.filter(({ kind }) => kind === 'MeshTimeout'), backend, cluster);
  const conf = together(own);
  return own.every(({ who, doubt }) => who === ALWAYS && doubt === undefined) && conf.get(IDLE) === together(timeouts).get(IDLE)
    && (speech === 'tcp' || !(conf.has('http.maxConnectionDuration') || (speech === 'grpc' && conf.has(IDLE))));
}

function endsIdle({ kind, conf, doubt }: Item<unknown>): boolean {
  return kind === 'MeshTimeout' && (doubt !== undefined || (conf as Conf).has(IDLE));
}

const IDLE = 'idleTimeout';

/** The first that names backends decides. */
function connectionsBy(
  items: readonly Item<readonly Backend[] | undefined>[], timeouts: readonly Item<Conf>[], asked: Asked,
): Decision<Way> {
  const doubtful = timeouts.find(({ doubt: one }) => one !== undefined);
  if (doubtful?.doubt !== undefined) return undecided(doubtful.doubt.why, doubtful.source);
  if (items.length === 0) return { branches: [], otherwise: { value: toService(asked.to), why: 'no route is for it' } };
  const { cluster } = asked;
  const [first] = inOrder(items);
  const naming = inOrder(items).find(({ conf }) => conf !== undefined);
  const doubt = items.find(item => item.doubt !== undefined)?.doubt;
  if (doubt !== undefined) return undecided(doubt.why, first.source);
  const backends = backendsOf(naming?.conf ?? [], cluster, false);
  if (isUndecided(backends)) return undecided(backends.unknown, first.source);
  if (backends.length === 0) return undecided('no backend gets anything', first.source);
  if (backends.some(backend => !endsAlike(timeouts, backend, asked))) return undecided('the Service that is called closes connections at other times than its backends', first.source);
  const { source } = naming ?? first;
  return { branches: [], otherwise: { value: { backends, handling: {}, besides: [] }, why: `MeshTCPRoute '${source.name}' is for it`, source } };
}

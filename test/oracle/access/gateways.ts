import * as fc from 'fast-check';
import { ISSUERS, PODS, request as requestToPod, rule } from './arbitraries';
import type { Evaluator } from './decide';
import { isWrong } from './decide';
import { holds, isEndUser, isSource, resolved } from './intent';
import { deniesSpellings } from './promises';
import { passesWaypoint } from '../../../src/evaluators/access/istio-ambient';
import { GATEWAY_NAME_LABEL, passesGateway } from '../../../src/evaluators/access/istio-gateway';
import { isHttp, type Pod, type Request } from '../../../src/evaluators/access/request';
import { contains } from '../../../src/evaluators/address';
import type { AccessModel, AccessRule, WorkloadPort } from '../../../src/model/access';
import type { GatewayAccessFeature } from '../../../src/model/features/gateway-access';
import type { Every } from '../../../src/model/fields';
import type { GatewayAccessModel, GatewayClient, GatewayRule, PolicedGateway, RemoteIpBlockSource } from '../../../src/model/gateway-access';
import { distinctClients } from '../../../src/model/gateway-access';
import type { JwtAuthenticationModel } from '../../../src/model/jwt-authentication';
import type { RequestMatch } from '../../../src/model/match';
import { ANY_REQUEST, isAnyRequest } from '../../../src/model/match';
import { Claims } from '../../../src/targets/claims';
import { compile } from '../../../src/targets/compile';
import type { MeshTarget } from '../../../src/targets/mesh-target';
import type { Asked } from '../ask';
import { ask, atLeast, cases, checkValid } from '../ask';

/** Where policies hold, and what it is to the evaluator. */
export interface Place {
  readonly gateway: PolicedGateway;
  readonly pod: Pod;
  readonly evaluate: Evaluator;
  /** What clients are known by there. */
  readonly knows: (feature: GatewayAccessFeature) => boolean;
}

const PORTS: readonly (WorkloadPort & { readonly port: number; readonly protocol: 'HTTP' })[] = [8080, 9090].map(port => ({ port, protocol: 'HTTP' }));
const [CART] = PODS;
const OF_IDENTITY: readonly GatewayAccessFeature[] = ['ServiceAccountSource', 'NamespaceSource', 'SpiffeIdSource', 'AnyAuthenticatedSource', 'ExceptSources'];
const OF_ADDRESS: readonly GatewayAccessFeature[] = ['IpBlockSource', 'RemoteIpBlockSource', 'HostMatching'];

export const GATEWAY: Place = {
  gateway: { kind: 'gateway', name: 'public', className: 'istio' },
  pod: { service: 'public-istio', serviceAccount: 'public-istio', namespace: 'shop', labels: { [GATEWAY_NAME_LABEL]: 'public' }, ports: PORTS },
  evaluate: passesGateway,
  knows: feature => !OF_IDENTITY.includes(feature),
};

export const WAYPOINT: Place = {
  gateway: { kind: 'waypoint', name: 'waypoint' },
  pod: { ...CART, ports: PORTS },
  evaluate: (manifests, one) => passesWaypoint(manifests, one, { service: 'cart', port: one.port }),
  knows: feature => !OF_ADDRESS.includes(feature),
};

const HOSTS = ['shop.example.com', 'admin.example.com', 'example.com'];
/** As clients write them: what stands behind the last colon is the port to a route, whatever it is. */
const SENT = [
  ...HOSTS, 'SHOP.example.com', 'shop.example.com:8080', 'shop.example.com:9090', 'shop.example.com.', 'Admin.Example.Com.:9090', 'admin.example.com:1',
  'shop.example.com:', 'shop.example.com.evil.org', 'shop.example.com:x.evil.org:80', 'evil.org:shop.example.com', 'x.example.com', '192.0.2.10:8080',
];
export const REMOTE_IPS = ['192.0.2.10', '192.0.2.200', '198.51.100.7', '2001:db8:0:0:0:0:0:1'];

type Can = (feature: GatewayAccessFeature) => boolean;

const hosts = fc.uniqueArray(fc.constantFrom(...HOSTS), { minLength: 1, maxLength: 2 }).map(list => [...list].sort());
const remote: fc.Arbitrary<RemoteIpBlockSource> = fc.constantFrom<[string, string[]]>(
  ['192.0.2.0/24', ['192.0.2.128/25']], ['192.0.2.10/32', []], ['2001:db8::/32', []], ['0.0.0.0/0', []],
).map(([cidr, except]): Every<RemoteIpBlockSource> => ({ kind: 'remoteIpBlock', cidr, except }));

const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

/** Rules of workloads are nearly those of gateways: some of their clients get other addresses, and some of their requests hosts. */
const gatewayRule = (can: Can, { ports: declared }: Pod): fc.Arbitrary<GatewayRule> =>
  fc.tuple(rule(feature => can(feature as GatewayAccessFeature), declared, {}), fc.subarray(declared.map(({ port }) => port)),
    can('RemoteIpBlockSource') ? sometimes(remote) : fc.constant(undefined),
    can('HostMatching') ? fc.record({ requests: sometimes(hosts), exceptRequests: sometimes(hosts) }) : fc.constant({ requests: undefined, exceptRequests: undefined }))
    .map(([{ sources, exceptSources, requests, exceptRequests, endUsers }, ports, by, at]): Every<GatewayRule> => ({
      sources: by === undefined || exceptSources.length > 0 ? sources : distinctClients([...sources.filter(({ kind }) => kind !== 'anyone'), by]),
      exceptSources,
      ports,
      requests: withHosts(requests, at.requests),
      exceptRequests: exceptRequests.length === 0 ? [] : withHosts(exceptRequests, at.exceptRequests),
      endUsers,
    }));

function withHosts(requests: readonly RequestMatch[], at: readonly string[] | undefined): RequestMatch[] {
  const [first = ANY_REQUEST, ...others] = requests;
  // What is asked of gRPC has no hosts.
  if (at === undefined || first.path?.grpc !== undefined) return [...requests];
  return [{ ...first, hosts: at }, ...others];
}

export const model = (can: Can, { gateway, pod }: Pick<Place, 'gateway' | 'pod'>): fc.Arbitrary<GatewayAccessModel> => fc.record({
  denials: fc.oneof(
    { weight: 2, arbitrary: fc.constant<GatewayRule[]>([]) },
    { weight: 1, arbitrary: fc.array(gatewayRule(can, pod), { minLength: 1, maxLength: 2 }) },
  ),
  rules: fc.array(gatewayRule(can, pod), { maxLength: 3 }),
  alone: fc.integer({ min: 0, max: 9 }).map(n => n === 0),
}).map(({ denials, rules, alone }): Every<GatewayAccessModel> => {
  const leavesRest = alone && denials.length > 0;
  return { name: 'edge', namespace: 'shop', gateway, denials: denials.map(one => ({ ...one, endUsers: [] })), rules: leavesRest ? [] : rules, leavesRest };
});

/** Denials of another construct for the same gateway. */
export const loneDenials = (can: Can, place: Pick<Place, 'gateway' | 'pod'>): fc.Arbitrary<GatewayAccessModel> =>
  model(can, place).filter(({ denials }) => denials.length > 0).map(one => ({ ...one, name: 'other', rules: [], leavesRest: true }));

/** What a request to a pod of the same rules is, at the gateway. */
export const requestTo = (one: GatewayAccessModel, { pod, gateway: { kind } }: Place, detours = true): fc.Arbitrary<Request> => fc.record({
  request: requestToPod([asOfWorkload(one)], { mesh: kind === 'waypoint', detours }),
  port: fc.constantFrom(...PORTS.map(({ port }) => port)),
  host: fc.constantFrom(...SENT),
  remoteIp: sometimes(fc.constantFrom(...REMOTE_IPS)),
}).map(({ request, port, host, remoteIp }): Request => {
  const { trustDomain, ...client } = request.client;
  return kind === 'waypoint' ? { ...request, pod, port, client: { ...client, meshed: true } }
    : { ...request, pod, port, host, entrance: undefined, client: { kind: 'outside', ip: client.ip, meshed: false, ...remoteIp !== undefined && { remoteIp } } };
}).filter(({ client: { namespace } }) => kind === 'gateway' || namespace !== undefined);

export function asOfWorkload({ denials, rules, leavesRest }: Pick<GatewayAccessModel, 'denials' | 'rules' | 'leavesRest'>): AccessModel {
  const asRule = ({ sources, requests, exceptRequests, ...rest }: GatewayRule): AccessRule => ({
    ...rest,
    sources: sources.flatMap(one => one.kind === 'remoteIpBlock' ? [{ ...one, kind: 'ipBlock' as const }] : [one]),
    ports: PORTS,
    requests: requests.map(({ hosts: _, ...match }) => match).filter(match => !isAnyRequest(match)),
    exceptRequests: exceptRequests.map(({ hosts: _, ...match }) => match).filter(match => !isAnyRequest(match)),
  });
  return {
    name: 'edge',
    namespace: 'shop',
    destination: { service: 'cart', podSelector: CART.labels, ports: PORTS },
    denials: denials.map(asRule),
    rules: rules.map(asRule),
    leavesRest,
    healthProbes: [],
    audit: false,
  };
}

/** Whether a policy lets a request through, read as naively as can be. */
export function letThrough({ denials, rules, leavesRest }: Pick<GatewayAccessModel, 'denials' | 'rules' | 'leavesRest'>, request: Request): boolean {
  const isFor = ({ sources, exceptSources, ports }: GatewayRule) =>
    sources.some(one => isClient(one, request)) && !exceptSources.some(one => isClient(one, request))
    && (ports.length === 0 || ports.includes(request.port));
  // Bytes are no request, and nobody's: only what is said of everything there is said of them.
  const isMeant = ({ requests, exceptRequests, endUsers }: GatewayRule) => isHttp(request)
    ? (requests.length === 0 || requests.some(match => isAsked(match, request)))
      && !exceptRequests.some(match => isAsked(match, request))
      && (endUsers.length === 0 || endUsers.some(user => isEndUser(user, request)))
    : requests.every(isAnyRequest) && endUsers.length === 0;
  const isAll = ({ exceptRequests }: GatewayRule) => isHttp(request) || exceptRequests.length === 0;
  return !denials.some(one => isFor(one) && isMeant(one)) && (leavesRest || rules.some(one => isFor(one) && isMeant(one) && isAll(one)));
}

function isClient(one: GatewayClient, { client }: Request): boolean {
  if (one.kind !== 'remoteIpBlock') return isSource(one, client);
  const ip = client.remoteIp ?? client.ip;
  return contains(one.cidr, ip) && !one.except.some(block => contains(block, ip));
}

function isAsked({ hosts: at, ...match }: RequestMatch, request: Request): boolean {
  return (at === undefined || at.includes(hostOf(request))) && holds(match, request);
}

/** As a route reads it: without its port, and as DNS does, without a dot at its end. */
function hostOf({ host = '' }: Request): string {
  return host.toLowerCase().replace(/:[^:]*$/, '').replace(/\.$/, '');
}

/** An allowance is for hosts as they are written, alone or with the number of its port. */
export const isOddlySpelled = ({ host = '' }: Request) => /:|\.$/.test(host);

/** Who issues the tokens of a policy. */
export function tokensAt({ namespace, gateway, rules }: GatewayAccessModel): JwtAuthenticationModel[] {
  return rules.every(({ endUsers }) => endUsers.length === 0) ? [] : [{
    name: 'tokens',
    namespace,
    workload: { gateway },
    issuers: ISSUERS.map(issuer => ({ issuer, keys: { kind: 'inline', jwks: '{"keys":[{"kty":"RSA"}]}' }, audiences: [], locations: [], forward: false })),
  }];
}

interface Program {
  readonly model: GatewayAccessModel;
  /** Denials of another construct for the same gateway. */
  readonly other?: GatewayAccessModel;
  /** Whether the namespace of the gateway denies by default. */
  readonly closed: boolean;
}

const EACH = 30;

/** What a target can express there. */
export function canBeSaid({ supports }: MeshTarget['_dialects']['gatewayAccess'], { knows }: Pick<Place, 'knows'>): Can {
  return feature => supports[feature] !== undefined && supports[feature].level !== 'none' && knows(feature);
}

/** Compares the decisions of a gateway, or a waypoint, with those of the intent, wherever the target does not refuse. */
export function gatewayDecidesAsWritten(wanted: number, target: MeshTarget, place: Place): Asked {
  const can = canBeSaid(target._dialects.gatewayAccess, place);
  const programs: fc.Arbitrary<Program> = fc.record({
    model: model(can, place),
    other: sometimes(loneDenials(can, place)),
    closed: place.gateway.kind === 'gateway' ? fc.boolean() : fc.constant(false),
  });
  const counts = { allowed: 0, denied: 0, stricter: 0 };
  const asked = ask(wanted, EACH, cases(programs, ({ model: one }: Program) => requestTo(one, place)), ({ model: own, other, closed }, requests) => {
    const models = [own, ...other === undefined ? [] : [other]];
    const compiled = [
      ...models.map(one => compile('gatewayAccess', target, one)),
      ...closed ? [compile('namespaceDefault', target, { name: 'default', namespace: 'shop', rules: [] })] : [],
      ...tokensAt(own).map(tokens => compile('jwtAuthentication', target, tokens)),
    ];
    const laid = new Claims<number>();
    if (compiled.some(({ errors }) => errors.length > 0)) return undefined;
    if (compiled.some(({ claims }, i) => claims.some(claim => laid.lay(claim, i).length > 0))) throw new Error('denials of another construct are no conflict');
    const manifests = compiled.flatMap(one => one.manifests);
    checkValid(manifests as any[]);
    const before = counts.allowed + counts.denied;
    for (const one of requests) {
      const written = models.every((each, i) => letThrough({ ...each, leavesRest: each.leavesRest && (i > 0 || !closed) }, one));
      const decided = place.evaluate(manifests as any[], { ...one, path: resolved(one.path) });
      counts[decided ? 'allowed' : 'denied']++;
      if (decided === written) continue;
      if (decided || !(isOddlySpelled(one) || isWrong(one) || models.some(each => deniesSpellings(asOfWorkload(each), one)))) {
        throw new Error([`${decided ? 'LOOSER' : 'stricter'} than written: ${JSON.stringify(one)}`, ...models.map(each => `written: ${JSON.stringify(each)}`),
          ...manifests.map(manifest => JSON.stringify(manifest))].join('\n'));
      }
      counts.stricter++;
    }
    return counts.allowed + counts.denied - before;
  });
  atLeast({ ...counts, rendered: asked.programs - asked.refused }, { rendered: asked.programs / 20, allowed: wanted / 100, denied: wanted / 100 });
  return { ...asked, counts };
}

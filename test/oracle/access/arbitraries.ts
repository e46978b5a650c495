import * as fc from 'fast-check';
import { GRPC_HEALTH_CHECK } from './intent';
import { leadsElsewhere } from './promises';
import type { Support } from '../../../src/dialects/contract/support';
import type { Client, Entrance, Pod, PodPort, Request, Token } from '../../../src/evaluators/access/request';
import type {
  AccessModel, AccessRule, AnyAuthenticatedSource, AnyoneSource, ApiServerSource, GatewayPods, GatewaySource, IdentitySource,
  IpBlockSource, NamespaceLabelsSource, NamespaceSource, NodeLabelsSource, NodesSource, PodsSource, ServiceAccountSource, Source,
  SpiffeIdSource, TrustDomainSource, UninitializedSource, WorkloadPort,
} from '../../../src/model/access';
import { sourceKey } from '../../../src/model/access';
import type { OfKind } from '../../../src/model/by-kind';
import type { ClaimCondition, EndUser } from '../../../src/model/end-user';
import type { AccessFeature } from '../../../src/model/features/access';
import type { NamespaceDefaultFeature } from '../../../src/model/features/namespace-default';
import type { Every } from '../../../src/model/fields';
import type { NamedCondition, RequestMatch, StringCondition } from '../../../src/model/match';
import { ANY_REQUEST, compareNames, isAnyRequest } from '../../../src/model/match';
import type { NamespaceRule } from '../../../src/model/namespace-default';
import type { PathCondition } from '../../../src/model/path';
import { absent, total } from '../../total';

/** Few values, so that they meet often; and close ones, so that it matters where they differ. */
const PATHS = [
  '/', '/api', '/api/', '/api/v1', '/apis', '/apis/v1', '/API', '/api%2Fv1', '/api.v1', '/apixv1', '/api+v1', '/a(b)', '/a%20b',
  '/carts', '/carts/7', '/carts/7/', '/carts/7/items', '/carts/items', '/carts/7/8/items', '/carts/a.b/items', '/carts/a~b/items',
  '/api%3Fv1', `/${'long-'.repeat(12)}`, `/${'long-'.repeat(20)}`,
  '/metrics', '/healthz', '/shop.Cart/Add', '/shop.Cart/Addx', '/shop.Cart/Del', '/shop.Carts/Add',
];
const PREFIXES = ['/api', '/api/v1', '/apis', '/api.v1', '/carts', '/carts/7', '/shop.Cart', '/a(b)'];
/** None ends in a slash: that is what is below a path. */
const STARTS = ['/api', '/api/v', '/api.', '/ca', '/carts/7', '/shop.', '/shop.Cart/A', '/a(b', '/a'];
const ENDS = ['items', '/items', '7', '.v1', 'apis', '/Add', 'b'];
const TEMPLATES = ['/carts/{*}', '/carts/{*}/items', '/{*}/7/items', '/{*}/{*}', '/shop.Cart/{*}', '/api/{*}', '/carts/{**}/items', '/{*}/{**}', '/{*}/a/{**}/items'];
const REGEXES = [
  '/api.*', '/api|/apis', '/carts/[0-9]+', '.*/items', '/api(/v[0-9])?', '/carts/.+', '/[^/]+', '/api\\.v1', '/carts/7/?',
  '/carts/[^7a-z]+', '/carts/\\D{1,9}', '/api$', '.{4,6}', '/api.v1|/a.*',
];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD'];
const HEADERS = ['x-team', 'x-version', 'authorization'];
const VALUES = ['1', '2', '12', 'a.b', 'axb', 'A', 'a', '1,2', '*', 'Bearer x', ''];
const EXACT_VALUES = VALUES.filter(value => value !== '');
/** What values begin or end with. */
const VALUE_PARTS = ['1', '2', 'a', 'a.', 'b', '.b', 'Bearer ', ',2', 'x', '*'];
const VALUE_REGEXES = ['1|12', '[12]', '1.?', 'a\\.b', '.*b', 'Bearer .+'];
const QUERY = ['v', 'debug'];

const NAMESPACES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'shop': { team: 'shop' }, 'ops': { team: 'ops', tier: 'infra' }, 'ops-lab': { team: 'ops' }, 'web': {},
};
const ACCOUNTS = ['web', 'cart', 'job', 'web-admin'];

/** Of clients outside are not in 10.0.0.0/8; pods are. */
export const OUTSIDE_IPS = ['192.0.2.10', '192.0.2.200', '198.51.100.7', '2001:db8:0:0:0:0:0:1'];
const POD_IPS = ['10.1.0.5', '10.1.7.9', '10.2.0.5'];
/** Of whatever workload, the pod that has it is its canary. */
const [, CANARY_IP] = POD_IPS;
const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';
/** The name of another cluster. */
const WEST = 'west';

/** The labels of nodes. */
const NODES: readonly Readonly<Record<string, string>>[] = [{}, { pool: 'edge' }, { pool: 'edge', [CONTROL_PLANE]: '' }, { pool: 'core', [CONTROL_PLANE]: '' }];
const BLOCKS: [string, string[]][] = [
  ['192.0.2.0/24', ['192.0.2.128/25']], ['192.0.2.10/32', []], ['0.0.0.0/0', ['10.0.0.0/8']], ['10.1.0.0/16', ['10.1.7.0/24']], ['2001:db8::/32', []],
];

/** A number may stand for one port in the Service, and for another one in the pods. */
export const PORTS: readonly PodPort[] = [
  { port: 8080, protocol: 'HTTP', servicePorts: [80, 81] }, { port: 9090, protocol: 'HTTP', servicePorts: [8080] }, { port: 8081, protocol: 'GRPC' },
  { port: 6379, protocol: 'TCP' }, { port: 9443, protocol: 'TLS' }, { port: 5353, protocol: 'UDP' }, { port: 7000, protocol: 'TCP', servicePorts: [] },
];
/** Spoken by the pods, and not declared by their Service. */
const UNDECLARED = 7000;
/** Beside their own, every pod has a Service without a policy. */
const OTHER_SERVICE = 'legacy';

export const PODS: readonly Pod[] = [
  { service: 'cart', namespace: 'shop', serviceAccount: 'cart', labels: { app: 'cart', tier: 'backend' }, ports: PORTS },
  { service: 'checkout', namespace: 'shop', serviceAccount: 'checkout', labels: { app: 'checkout' }, ports: PORTS },
  // Shares its ServiceAccount with `cart`.
  { service: 'basket', namespace: 'shop', serviceAccount: 'cart', labels: { app: 'basket' }, ports: PORTS },
  { service: 'cart', namespace: 'ops', serviceAccount: 'cart', labels: { app: 'cart' }, ports: PORTS },
];

/** Who can do what: what is not supported is left out, so that most of what is generated is rendered. */
export type Can = (feature: AccessFeature) => boolean;

const pick = <T>(can: Can, ...choices: [AccessFeature, fc.Arbitrary<T>][]): fc.Arbitrary<T> =>
  fc.oneof(...choices.filter(([feature]) => can(feature)).map(([, arbitrary]) => arbitrary));

/** Each kind of source, with the feature that it is to a target; every field is generated, or said to be absent. */
const SOURCES: { readonly [Kind in Source['kind']]: [AccessFeature, fc.Arbitrary<OfKind<Source, Kind>>] } = {
  serviceAccount: ['ServiceAccountSource', total<ServiceAccountSource>({
    kind: fc.constant('serviceAccount'), name: fc.constantFrom(...ACCOUNTS), namespace: fc.constantFrom(...Object.keys(NAMESPACES)),
  })],
  namespace: ['NamespaceSource', total<NamespaceSource>({ kind: fc.constant('namespace'), name: fc.constantFrom(...Object.keys(NAMESPACES)) })],
  spiffeId: ['SpiffeIdSource', fc.constantFrom('cluster.local/ns/shop/sa/web', 'partner.example/ns/shop/sa/web', 'cluster.local/ns/ops/sa/job')
    .map((id): Every<SpiffeIdSource> => ({ kind: 'spiffeId', id: `spiffe://${id}` }))],
  namespaceLabels: ['NamespaceLabelsSource', fc.constantFrom<Record<string, string>>({ team: 'ops' }, { team: 'ops', tier: 'infra' }, { team: 'shop' })
    .map((labels): Every<NamespaceLabelsSource> => ({ kind: 'namespaceLabels', labels }))],
  pods: ['PodsSource', fc.tuple(
    fc.constantFrom<Record<string, string>>({ app: 'web' }, { app: 'job' }, { app: 'web', tier: 'none' }),
    fc.oneof(fc.constantFrom(...Object.keys(NAMESPACES)).map(namespace => ({ namespace, namespaceLabels: undefined })),
      fc.constantFrom<Record<string, string>>({}, { team: 'ops' }).map(namespaceLabels => ({ namespace: undefined, namespaceLabels }))),
  ).map(([labels, where]): Every<PodsSource> => ({ kind: 'pods', labels, cluster: undefined, ...where }))],
  nodeLabels: ['NodeLabelsSource', fc.constantFrom<Record<string, string>>({ pool: 'edge' }, { pool: 'edge', [CONTROL_PLANE]: '' }, { [CONTROL_PLANE]: '' })
    .map((labels): Every<NodeLabelsSource> => ({ kind: 'nodeLabels', labels }))],
  uninitialized: ['UninitializedSource', fc.constant<Every<UninitializedSource>>({ kind: 'uninitialized' })],
  trustDomain: ['TrustDomainSource', fc.constantFrom('cluster.local', 'partner.example', 'partner').map((name): Every<TrustDomainSource> => ({ kind: 'trustDomain', name }))],
  apiServer: ['ApiServerSource', fc.constant<Every<ApiServerSource>>({ kind: 'apiServer' })],
  nodes: ['NodesSource', fc.constant<Every<NodesSource>>({ kind: 'nodes' })],
  gateway: ['GatewaySource', fc.record({ name: fc.constantFrom(...ACCOUNTS), namespace: fc.constantFrom(...Object.keys(NAMESPACES)) })
    .map(({ name, namespace }): Every<GatewayPods> => ({ serviceAccount: name, namespace, podSelector: { app: name } }))
    .map((pods): Every<GatewaySource> => ({ kind: 'gateway', name: 'public', namespace: 'infra', className: undefined, pods }))],
  ipBlock: ['IpBlockSource', fc.constantFrom(...BLOCKS).chain(([cidr, except]) => fc.boolean()
    .map((excepting): Every<IpBlockSource> => ({ kind: 'ipBlock', cidr, except: excepting ? except : [] })))],
  anyAuthenticated: ['AnyAuthenticatedSource', fc.constant<Every<AnyAuthenticatedSource>>({ kind: 'anyAuthenticated' })],
  anyone: ['AnyoneSource', fc.constant<Every<AnyoneSource>>({ kind: 'anyone' })],
};

const IDENTITIES: [AccessFeature, fc.Arbitrary<IdentitySource>][] = [SOURCES.serviceAccount, SOURCES.namespace, SOURCES.spiffeId];

/** Pods of another cluster. */
const ELSEWHERE: [AccessFeature, fc.Arbitrary<PodsSource>] = ['OtherClusterSource', SOURCES.pods[1].map(pods => ({ ...pods, cluster: WEST }))];

const source = (can: Can): fc.Arbitrary<Source> => pick<Source>(can, ...Object.values(SOURCES), ELSEWHERE);

const sorted = <T extends Source>(sources: readonly T[]): T[] => [...sources].sort((a, b) => sourceKey(a) < sourceKey(b) ? -1 : 1);

const sources = (can: Can): fc.Arbitrary<Pick<AccessRule, 'sources' | 'exceptSources'>> => fc.oneof(
  {
    weight: 3,
    arbitrary: fc.uniqueArray(source(can), { selector: sourceKey, minLength: 1, maxLength: 3 })
      .map(list => ({ sources: sorted(list), exceptSources: [] })),
  },
  ...(can('ExceptSources') && (can('NamespaceSource') || can('AnyAuthenticatedSource')) ? [{
    weight: 1,
    arbitrary: fc.record({
      sources: fc.uniqueArray(pick<Source>(can,
        SOURCES.namespace, SOURCES.anyAuthenticated), { selector: sourceKey, minLength: 1, maxLength: 2 }).map(sorted),
      exceptSources: fc.uniqueArray(pick<IdentitySource>(can, ...IDENTITIES), { selector: sourceKey, minLength: 1, maxLength: 2 }).map(sorted),
    }),
  }] : []),
);

/** What all workloads of a namespace allow, beside what their policies do. */
export const allowancesForAll = (supports: Readonly<Record<NamespaceDefaultFeature, Support>>): fc.Arbitrary<NamespaceRule[]> => {
  const can = (feature: NamespaceDefaultFeature) => supports[feature].level !== 'none';
  return !can('AllowanceForAll') ? fc.constant([]) : fc.array(fc.tuple(
    sources(feature => feature in supports && can(feature as NamespaceDefaultFeature)),
    can('PortOfAll') ? fc.subarray(PORTS.map(({ port }) => Number(port))) : fc.constant([]),
  ).map(([from, ports]): NamespaceRule => ({ ...from, ports })), { maxLength: 2 });
};

const path = (can: Can): fc.Arbitrary<PathCondition> => pick<PathCondition>(can,
  ['PathMatching', fc.constantFrom(...PATHS).map(value => ({ type: 'exact' as const, value }))],
  ['PathMatching', fc.constantFrom(...PREFIXES).map(value => ({ type: 'prefix' as const, value }))],
  ['PathBelowMatching', fc.constantFrom(...PREFIXES).map(value => ({ type: 'below' as const, value }))],
  ['PathStartMatching', fc.constantFrom(...STARTS).map(value => ({ type: 'start' as const, value }))],
  ['PathEndMatching', fc.constantFrom(...ENDS).map(value => ({ type: 'end' as const, value }))],
  ['PathTemplateMatching', fc.constantFrom(...TEMPLATES).map(value => ({ type: 'template' as const, value }))],
  ['PathRegexMatching', fc.constantFrom(...REGEXES).map(value => ({ type: 'regex' as const, value }))],
);

const named = (names: readonly string[], condition: fc.Arbitrary<Omit<NamedCondition, 'name'>>): fc.Arbitrary<NamedCondition[]> =>
  fc.uniqueArray(fc.tuple(fc.constantFrom(...names), condition).map(([name, c]) => ({ name, ...c })), { selector: c => c.name, maxLength: 2 })
    .map(list => [...list].sort(compareNames));

const exactValue = fc.constantFrom(...EXACT_VALUES).map(value => ({ type: 'exact' as const, value }));
const partValue = fc.record({ type: fc.constantFrom('start' as const, 'end' as const), value: fc.constantFrom(...VALUE_PARTS) });
const regexValue = fc.constantFrom(...VALUE_REGEXES).map(value => ({ type: 'regex' as const, value }));
const presentValue = fc.constant({ type: 'present' as const, value: '' });

const headers = (can: Can): fc.Arbitrary<NamedCondition[]> => !can('HeaderMatching') ? fc.constant([]) : named(HEADERS, pick<Omit<NamedCondition, 'name'>>(can,
  ['HeaderMatching', exactValue], ['HeaderPartMatching', partValue], ['HeaderRegexMatching', regexValue], ['HeaderPresenceMatching', presentValue]));

const match = (can: Can): fc.Arbitrary<RequestMatch> => total<RequestMatch>({
  methods: can('MethodMatching') ? fc.uniqueArray(fc.constantFrom(...METHODS), { maxLength: 2 }).map(list => [...list].sort()) : fc.constant([]),
  path: can('PathMatching') ? fc.option(path(can), { nil: undefined, freq: 3 }) : fc.constant(undefined),
  headers: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: headers(can) }),
  query: can('QueryParamMatching')
    ? fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: named(QUERY, fc.oneof(exactValue, partValue, regexValue, presentValue)) },
    )
    : fc.constant([]),
  // No policy says them.
  hosts: absent,
});

const anyServiceMatch: fc.Arbitrary<RequestMatch> = fc.constantFrom('Add', 'Del').map(method => ({
  ...ANY_REQUEST, path: { type: 'template', value: `/{*}/${method}`, grpc: { service: undefined, method } },
}));

/** A match with a condition at least: no exception is one of every request. */
const said = (can: Can): fc.Arbitrary<RequestMatch> => match(can).filter(one => !isAnyRequest(one));

const grpcMatch: fc.Arbitrary<RequestMatch> = fc.constantFrom('Add', 'Del', undefined).map(method => ({
  ...ANY_REQUEST,
  path: {
    ...(method === undefined ? { type: 'prefix', value: '/shop.Cart' } : { type: 'exact', value: `/shop.Cart/${method}` }),
    grpc: { service: 'shop.Cart', method },
  },
}));

/** The ports of a pod that a policy can speak of. */
export function declaredPorts(can: Can, { ports }: Pick<Pod, 'ports'>): WorkloadPort[] {
  return ports.flatMap((port): WorkloadPort[] => port.port === UNDECLARED
    ? can('UndeclaredPort') ? [{ port: UNDECLARED, servicePorts: [] }] : []
    : can(`${port.protocol}Port`) ? [port] : []);
}

const takesRequests = ({ protocol }: WorkloadPort) => protocol === 'HTTP' || protocol === 'GRPC';

/** What policies are generated for. */
export interface PolicyOptions {
  /** Whether a rule is for all ports of its workload, of which there is often one. */
  readonly wholeWorkloads?: boolean;
  readonly pods?: readonly Pod[];
}

/** One has what looks like a subject of another. */
export const ISSUERS = ['https://login.example.com', 'https://login.example.com/partner'];
const SUBJECTS = ['ana', 'partner/ana', 'bo'];
const GROUPS = ['admin', 'admin-eu', 'staff', ''];
const CLAIM_PATHS = [['sub'], ['aud'], ['groups'], ['realm', 'roles'], ['scope']];
const CLAIM_VALUES = [...SUBJECTS, ...GROUPS.filter(value => value !== ''), 'shop'];

const claimCondition = (can: Can): fc.Arbitrary<ClaimCondition> => total<ClaimCondition>({
  path: fc.constantFrom(...CLAIM_PATHS.filter(([name]) => name === 'sub' || can('EndUserClaims'))),
  values: fc.array(pick<StringCondition>(can,
    ['EndUserSubject', fc.constantFrom(...CLAIM_VALUES).map(value => ({ type: 'exact' as const, value }))],
    ['EndUserClaimParts', fc.record({ type: fc.constantFrom('start' as const, 'end' as const), value: fc.constantFrom('ad', 'a', 'n', '-eu') })],
    ['EndUserClaimParts', presentValue]), { minLength: 1, maxLength: 2 }),
});

const endUser = (can: Can): fc.Arbitrary<EndUser> => total<EndUser>({
  issuer: fc.constantFrom(...ISSUERS),
  claims: fc.uniqueArray(claimCondition(can), { selector: ({ path: name }) => String(name), maxLength: can('EndUserSubject') ? 2 : 0 }),
});

/** Of an issuer that nobody knows, too; and what is no text. */
export const token: fc.Arbitrary<Token> = fc.record({
  genuine: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  claims: fc.record({
    iss: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...ISSUERS) }, { weight: 1, arbitrary: fc.constant('https://evil.example.com') }),
    sub: fc.constantFrom(...SUBJECTS),
    aud: fc.constantFrom<unknown>('shop', ['shop', 'ops'], 'ops'),
    groups: fc.oneof<fc.Arbitrary<unknown>[]>(fc.constantFrom(...GROUPS), fc.subarray(GROUPS), fc.constantFrom(7, true, null, { admin: 'admin' })),
    scope: fc.constantFrom<unknown>('admin', 'staff admin', 'admin-eu  staff', ['admin', 'staff']),
    realm: fc.oneof<fc.Arbitrary<unknown>[]>(fc.record({ roles: fc.subarray(GROUPS) }), fc.constant('admin')),
  }, { requiredKeys: ['iss'] }),
});

export const rule = (can: Can, ports: readonly WorkloadPort[], { wholeWorkloads = false }: PolicyOptions): fc.Arbitrary<AccessRule> => fc.tuple(
  sources(can),
  fc.oneof(
    { weight: 2, arbitrary: fc.constant([...ports]) },
    ...(wholeWorkloads ? [] : [{ weight: 3, arbitrary: fc.subarray([...ports], { minLength: 1 }) }]),
  ),
  fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, {
    weight: 2,
    arbitrary: fc.array(fc.oneof(
      { weight: 5, arbitrary: match(can) }, ...(can('GRPCMethodMatching') ? [{ weight: 1, arbitrary: grpcMatch }] : []),
      ...(can('GRPCAnyServiceMatching') ? [{ weight: 1, arbitrary: anyServiceMatch }] : []),
    ), { minLength: 1, maxLength: 3 }),
  }),
  can('ExceptRequests') ? fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(said(can), { minLength: 1, maxLength: 2 }) })
    : fc.constant([]),
  can('EndUsers') ? fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(endUser(can), { minLength: 1, maxLength: 2 }) })
    : fc.constant([]),
).map(([who, chosen, requests, exceptRequests, users]): Every<AccessRule> => {
  // Requests are told apart on ports only that have some.
  const http = chosen.filter(takesRequests);
  const what = requests.length + users.length > 0 && http.length > 0
    ? { ports: http, requests, endUsers: users }
    : { ports: chosen, requests: [], endUsers: [] };
  const isExcepting = exceptRequests.length > 0 && http.length > 0;
  return { ...who, ...what, ...isExcepting ? { ports: http, exceptRequests } : { exceptRequests: [] }, byAddress: undefined };
});

/** Policies of some of the pods, at most one for each. */
export const policies = (can: Can, options: PolicyOptions = {}): fc.Arbitrary<AccessModel[]> =>
  fc.subarray([...options.pods ?? PODS], { minLength: 1 }).chain(pods => fc.tuple(...pods.map(pod => policy(can, pod, options))));

const policy = (can: Can, pod: Pod, options: PolicyOptions): fc.Arbitrary<AccessModel> => fc.oneof(
  {
    weight: 1,
    arbitrary: options.wholeWorkloads ? fc.constantFrom(...declaredPorts(can, pod)).map(port => [port]) : fc.constant(declaredPorts(can, pod)),
  },
  { weight: 1, arbitrary: fc.subarray(declaredPorts(can, pod), { minLength: 1 }) },
).chain(ports => total<AccessModel>({
  name: fc.constant(`${pod.service}-access`),
  namespace: fc.constant(pod.namespace),
  destination: fc.constant({
    service: pod.service, serviceAccount: pod.serviceAccount, podSelector: pod.labels, ports,
  }),
  denials: denials(can, ports, options),
  rules: fc.array(rule(can, ports, options), { maxLength: 4 }),
  leavesRest: can('LoneDenial') ? sometimes : fc.constant(false),
  grant: absent,
  healthProbes: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: probes(can, ports) }),
  audit: can('Audit') ? fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }) : fc.constant(false),
})).map(alone);

const sometimes = fc.integer({ min: 0, max: 9 }).map(n => n === 0);

/** Rules that deny; none is for end users. */
export const denials = (can: Can, ports: readonly WorkloadPort[], options: PolicyOptions): fc.Arbitrary<AccessRule[]> =>
  ports.length === 0 || !can('Denial') ? fc.constant<AccessRule[]>([])
    : fc.oneof(
      { weight: 3, arbitrary: fc.constant<AccessRule[]>([]) },
      { weight: 1, arbitrary: fc.array(rule(can, ports, options).map(one => ({ ...one, endUsers: [] })), { minLength: 1, maxLength: 2 }) },
    );

/** Denials that stand alone have no allowances beside them, and there is at least one. */
export function alone(model: AccessModel): AccessModel {
  return !model.leavesRest ? model
    : model.denials.length === 0 ? { ...model, leavesRest: false } : { ...model, rules: [], healthProbes: [] };
}

const PARTNER = { trustDomain: 'partner.example', namespace: 'shop', serviceAccount: 'web' };

/** Whether clients differ in whether they have an identity; without a mesh they do not. */
export interface ClientOptions {
  readonly mesh: boolean;
  /** Whether some paths lead elsewhere by their dots; they do, where nothing is said. */
  readonly detours?: boolean;
  /** Whether nodes and the API server call, too. */
  readonly nodes?: boolean;
}

/** A pod, of any namespace, in the mesh or not. */
export const anyPod = ({ mesh }: ClientOptions): fc.Arbitrary<Client> => fc.record({
  ip: fc.constantFrom(...POD_IPS),
  namespace: fc.constantFrom(...Object.keys(NAMESPACES)),
  serviceAccount: fc.constantFrom(...ACCOUNTS),
  meshed: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(!mesh) }),
}).map(podClient);

const client = ({ mesh, nodes = false }: ClientOptions): fc.Arbitrary<Client> => fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(anyPod({ mesh }), fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(mesh) }))
      .map(([one, partner]) => one.meshed && partner ? { ...one, trustDomain: 'partner.example' } : one),
  },
  // A certificate of another trust domain may be that of a machine.
  {
    weight: 1,
    arbitrary: fc.record({ ip: fc.constantFrom(...OUTSIDE_IPS), meshed: fc.boolean() }).map(({ ip, meshed }) =>
      ({ kind: 'outside' as const, ip, ...(mesh && meshed ? { ...PARTNER, meshed } : { meshed: false }) })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'kubelet' as const, ip: '10.9.0.1', meshed: false }) },
  ...nodes ? [
    { weight: 1, arbitrary: fc.constantFrom('apiServer' as const, 'uninitialized' as const).map(kind => ({ kind, ip: '10.9.0.2', meshed: false })) },
    { weight: 1, arbitrary: fc.constantFrom(...NODES).map(nodeClient) },
    { weight: 1, arbitrary: anyPod({ mesh }).map(pod => ({ ...pod, cluster: WEST })) },
  ] : [],
);

function nodeClient(labels: Readonly<Record<string, string>>): Client {
  return { kind: 'node', ip: '10.9.0.2', meshed: false, labels };
}

export function podClient(pod: Pick<Client, 'namespace' | 'serviceAccount' | 'ip' | 'meshed'>): Client {
  return {
    ...pod,
    kind: 'pod',
    namespaceLabels: { ...NAMESPACES[pod.namespace!], 'kubernetes.io/metadata.name': pod.namespace! },
    labels: { app: pod.serviceAccount!, ...(pod.ip === CANARY_IP && { track: 'canary' }) },
  };
}

const mostly = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined, freq: 10 });

/** What of a request is as some rule wants it, or nearly. */
export const aim = (models: readonly AccessModel[], options: ClientOptions): fc.Arbitrary<Partial<Request>> => {
  const rules = models.flatMap(model => [...model.rules, ...model.denials].map(one => ({ ...one, pod: podOf(model) })));
  return rules.length === 0 ? fc.constant({}) : fc.constantFrom(...rules).chain(({ pod, sources: from, exceptSources, ports, requests }) => fc.tuple(
    fc.record({
      pod: fc.constant(pod),
      port: mostly(fc.constantFrom(...ports.map(({ port }) => port))),
      client: mostly(fc.constantFrom(...from, ...exceptSources).chain(one => clientOf(one, options))),
    }),
    requests.length === 0 ? fc.constant({}) : fc.constantFrom(...requests).chain(({ methods, path: wanted, headers: conditions }) => fc.record({
      method: methods.length === 0 ? fc.constant(undefined) : mostly(fc.constantFrom(...methods)),
      path: wanted === undefined ? fc.constant(undefined) : mostly(fc.constantFrom(...pathsNear(wanted, options))),
      headers: mostly(fc.tuple(...conditions.map(({ type, value }) => type === 'exact' ? fc.constant(value) : fc.constantFrom(...VALUES)))
        .map(values => Object.fromEntries(values.map((value, i) => [conditions[i].name, value])))),
    })),
  ).map(parts => Object.fromEntries(parts.flatMap(part => Object.entries(part)).filter(([, value]) => value !== undefined))));
};

function clientOf(wanted: Source, options: ClientOptions): fc.Arbitrary<Client> {
  const pod = (namespaces: string[], accounts: string[]) => fc.record({
    namespace: fc.constantFrom(...namespaces),
    serviceAccount: fc.constantFrom(...accounts),
    ip: fc.constantFrom(...POD_IPS),
    meshed: fc.constant(true),
  }).map(podClient);
  switch (wanted.kind) {
    case 'serviceAccount': return pod([wanted.namespace], [wanted.name]);
    case 'namespace': return pod([wanted.name], ACCOUNTS);
    case 'gateway': return pod([wanted.pods.namespace!], [wanted.pods.serviceAccount!]);
    case 'namespaceLabels': return pod(Object.keys(NAMESPACES).filter(name => wanted.labels.team === NAMESPACES[name].team), ACCOUNTS);
    case 'pods': return pod(wanted.namespace === undefined ? Object.keys(NAMESPACES) : [wanted.namespace], [wanted.labels.app])
      .map(one => wanted.cluster === undefined ? one : { ...one, cluster: wanted.cluster });
    case 'nodeLabels': return fc.constantFrom(...NODES).map(nodeClient);
    default: return client(options);
  }
}

/** From below one path to another. */
const DETOURS = ['..', '../carts', '../../metrics', '%2e%2e/carts', '.%2E/../api', './x', '..x', 'a..b', '.well-known'];

function pathsNear(wanted: PathCondition, { detours = true }: ClientOptions): string[] {
  return pathsAround(wanted).filter(near => detours || !leadsElsewhere({ path: near }));
}

function pathsAround({ type, value }: PathCondition): string[] {
  switch (type) {
    case 'exact': return [value];
    case 'prefix':
    case 'below': return [value, `${value}/`, `${value}/x`, `${value}x`, ...DETOURS.map(detour => `${value}/${detour}`)];
    case 'end': return ['/', '/x', '/carts/', '/../', '/x/../', '/.', '/..'].map(before => before.endsWith('/') && value.startsWith('/') ? `${before.slice(0, -1)}${value}` : `${before}${value}`);
    case 'start': return ['', 'x', '.', '/x', './x', '../x', ...DETOURS.map(detour => `/${detour}`)].map(rest => `${value}${rest}`);
    case 'template': return ['7', 'a.b', '', '7/8', '..', '.', '%2E.', '7/..', '../carts/7', '/'].flatMap(element => {
      const [near, shorter] = [value, value.replace('/{**}', '')].map(one => one.replace(/\{\*\*?\}/g, element));
      return [near, shorter, `${near}/x`];
    });
    // Short ones are what a query may complete.
    case 'regex': return ['/', '/carts/', '/api/../carts', '/carts/../metrics', ...PATHS.filter(actual => new RegExp(`^(?:${value})$`).test(actual))];
  }
}

/** A probe of a port, over what is spoken there. */
export function probes(can: Can, ports: readonly WorkloadPort[]): fc.Arbitrary<AccessModel['healthProbes']> {
  const over = (protocol: string) => ports.filter(port => port.protocol === protocol).slice(0, 1).map(({ port }) => port);
  return fc.constantFrom<AccessModel['healthProbes']>(
    ...(can('HealthProbe') ? over('HTTP').map(port => [{ path: '/healthz', port }]) : []),
    ...(can('GRPCHealthProbe') ? over('GRPC').map(port => [{ kind: 'grpc' as const, port }]) : []),
    [],
  );
}

/** A request to one of these pods; the kubelet makes health checks, and those only that a policy speaks of. */
export const request = (models: readonly AccessModel[], options: ClientOptions): fc.Arbitrary<Request> => fc.tuple(fc.record({
  client: client(options),
  pod: fc.constantFrom(...models.map(podOf)),
  method: fc.constantFrom(...METHODS, 'get'),
  path: fc.constantFrom(...PATHS),
  headers: fc.dictionary(fc.constantFrom(...HEADERS), fc.constantFrom(...VALUES), { maxKeys: 3 }),
  query: fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(fc.constantFrom(...QUERY), fc.constantFrom('1', '2', '/items', '/v1?/items')) },
  ),
  port: fc.constantFrom(...PORTS.map(p => p.port)),
  ...(models.some(({ rules }) => rules.some(({ endUsers }) => endUsers.length > 0))
    && { tokens: fc.option(token.map(one => [one]), { nil: undefined, freq: 3 }) }),
  door: fc.constantFrom(...DOORS),
}), fc.oneof(fc.constant({}), aim(models, options))).map(([{ door, ...any }, aimed]) => {
  const rest = { ...any, ...aimed };
  const model = policyOf(models, rest);
  const { authorization, ...others } = rest.headers;
  // Where a token is, nothing else is.
  const one = { ...rest, ...rest.tokens && { headers: others }, entrance: entranceOf(model, rest.port, door) };
  const [probe] = model.healthProbes;
  if (one.client.kind !== 'kubelet') {
    return one;
  }
  return probe === undefined
    ? { ...one, client: { kind: 'outside', ip: OUTSIDE_IPS[0], meshed: false } }
    : {
      ...one,
      port: Number(probe.port),
      ...(probe.kind === 'grpc' ? { method: 'POST', path: GRPC_HEALTH_CHECK } : { method: 'GET', path: probe.path! }),
      entrance: undefined,
      headers: {},
      query: {},
      tokens: undefined,
    };
});

/** By which way a request comes; a port of the pod may have several in the Service. */
const DOORS = ['pod', 'first port', 'last port', 'other Service'] as const;

function entranceOf({ destination: { service = '', ports } }: AccessModel, podPort: number, door: typeof DOORS[number]): Entrance | undefined {
  const declared = ports.find(({ port }) => port === podPort);
  const numbers = declared === undefined ? [] : declared.servicePorts ?? [podPort];
  switch (door) {
    case 'pod': return undefined;
    case 'other Service': return { service: OTHER_SERVICE, port: podPort };
    default: return numbers.length === 0 ? undefined : { service, port: door === 'first port' ? numbers[0] : numbers[numbers.length - 1] };
  }
}

function podOf({ namespace, destination }: AccessModel): Pod {
  return PODS.find(pod => pod.namespace === namespace && pod.service === destination.service)!;
}

/** The policy of the pod that a request goes to. */
export function policyOf(models: readonly AccessModel[], { pod }: Pick<Request, 'pod'>): AccessModel {
  return models.find(model => podOf(model) === pod)!;
}

import * as fc from 'fast-check';

/** Manifests of Istio as people write them, in ways that this library does not. */

export const optional = <T>(arbitrary: fc.Arbitrary<T>, freq = 2) => fc.option(arbitrary, { nil: undefined, freq });

const some = <T>(...values: T[]) => fc.subarray(values, { minLength: 1, maxLength: 2 });

/** A record of which at least one field is said. */
const saying = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(fields, { requiredKeys: [] }).chain(one => Object.keys(one).length > 0 && Object.keys(one).length < 4 ? fc.constant(one)
    : fc.constantFrom(...Object.keys(fields)).chain(name => fields[name].map(value => ({ [name]: value }))));

const PRINCIPALS = [
  'cluster.local/ns/shop/sa/web', 'cluster.local/ns/ops/sa/job', 'cluster.local/ns/shop/*', 'cluster.local/*', '*', '*/sa/web', '*/ns/ops/sa/job',
  'partner.example/ns/shop/sa/web', 'prod.example/ns/shop/sa/web', 'prod.example/*', 'prod.example/ns/shop/*', 'p*', '*.example/ns/shop/sa/web',
  'prod*/ns/shop/sa/web',
];
const TRUST_DOMAINS = ['cluster.local', 'partner.example', 'prod.example', '*', '*.example', 'prod*'];
const NAMESPACES = ['shop', 'ops', 's*', '*p', '*', 'sh*p', '*sa'];
const BLOCKS = ['10.1.0.0/16', '10.1.0.5', '192.0.2.0/24', '0.0.0.0/0'];
const SUBJECTS = ['https://login.example.com/ana', 'https://login.example.com/*', '*', '*/ana', '*ana', 'https://login.example.com/a*', 'https://*'];

const both = (name: string, values: fc.Arbitrary<unknown>) => ({ [name]: values, [`not${name.charAt(0).toUpperCase()}${name.slice(1)}`]: values });

const source = fc.oneof(
  saying({ ...both('principals', some(...PRINCIPALS)), ...both('namespaces', some(...NAMESPACES)), ...both('ipBlocks', some(...BLOCKS)) }),
  saying({ ...both('serviceAccounts', some('web', 'ops/job', 'shop/web')), ...both('trustDomains', some(...TRUST_DOMAINS)) }),
  saying({ ...both('remoteIpBlocks', some(...BLOCKS)), ...both('requestPrincipals', some(...SUBJECTS)), ...both('namespaces', some(...NAMESPACES)) }),
);

const operation = saying({
  ...both('ports', some('8080', '9090', '9443')),
  ...both('methods', some('GET', 'POST', '*', 'P*', '*T')),
  ...both('paths', some('/cart', '/cart/*', '*/items', '*', '/carts/{*}', '/carts/{*}/items', '/carts/{**}', '/carts/{**}/items', '/ca*rt')),
  ...both('hosts', some('shop.example.com', 'SHOP.example.com', '*.example.com', 'shop.*', '*')),
});

const condition = fc.oneof(
  fc.tuple(fc.constant('source.principal'), some(...PRINCIPALS)),
  fc.tuple(fc.constant('source.namespace'), some(...NAMESPACES)),
  fc.tuple(fc.constant('source.serviceAccount'), some('web', 'ops/job')),
  fc.tuple(fc.constant('source.trustDomain'), some(...TRUST_DOMAINS)),
  fc.tuple(fc.constantFrom('source.ip', 'remote.ip'), some(...BLOCKS)),
  fc.tuple(fc.constant('destination.port'), some('8080', '9090', '9443')),
  fc.tuple(fc.constantFrom('request.headers[x-team]', 'request.headers[X-Version]'), some('1', '1*', '*2', '*')),
  fc.tuple(fc.constant('request.auth.principal'), some(...SUBJECTS)),
  fc.tuple(fc.constantFrom('request.auth.audiences', 'request.auth.claims[aud]'), some('shop', 's*', '*')),
  fc.tuple(fc.constantFrom('request.auth.claims[groups]', 'request.auth.claims[realm][roles]', 'request.auth.claims[scope]'), some('admin', 'ad*', '*-eu', '*')),
).chain(([key, values]) => fc.constantFrom<object>(
  { key, values }, { key, notValues: values }, ...key.endsWith('.ip') || key.endsWith('.port') ? [] : [{ key, values, notValues: ['none-of-these', values[0]] }],
));

const rule = fc.record({
  from: optional(fc.array(source.map(one => ({ source: one })), { minLength: 1, maxLength: 2 })),
  to: optional(fc.array(operation.map(one => ({ operation: one })), { minLength: 1, maxLength: 2 })),
  when: optional(fc.array(condition, { minLength: 1, maxLength: 2 }), 1),
});

export const SELECTORS: (Record<string, string> | undefined)[] = [undefined, undefined, { app: 'cart' }, { tier: 'backend' }, { app: 'cart', tier: 'backend' }, { app: 'web' }];

const WHERE = ['shop', 'shop', 'shop', 'istio-system', 'ops'];

export const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const spec = fc.record({
  action: fc.constantFrom(undefined, 'ALLOW', 'ALLOW', 'DENY', 'DENY', 'AUDIT', 'CUSTOM'),
  rules: fc.oneof(
    { weight: 5, arbitrary: fc.array(rule, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: fc.constantFrom<object[] | undefined>(undefined, [{}]) },
  ),
  matchLabels: fc.constantFrom(...SELECTORS),
}).map(({ matchLabels, action, ...rest }) => ({
  action,
  ...rest,
  ...(action === 'DENY' && rest.rules === undefined && { rules: [{}] }),
  ...(action === 'CUSTOM' && { provider: { name: 'opa' }, rules: rest.rules ?? [{}] }),
  ...(matchLabels !== undefined && { selector: { matchLabels } }),
}));

/** What policies are for, in place of pods. */
type Targets = fc.Arbitrary<readonly object[] | undefined>;

const CART = { kind: 'Service', name: 'cart' };
const WAYPOINT = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' };
const WAYPOINTS = { group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' };
const OTHERS = [
  { group: 'core', kind: 'Service', name: 'stock' }, { ...WAYPOINT, name: 'front' }, { ...WAYPOINTS, name: 'istio' },
  { group: 'networking.istio.io', kind: 'ServiceEntry', name: 'cart' },
];

const RARELY: Targets = fc.constantFrom(...new Array<undefined>(6).fill(undefined), [CART], [WAYPOINT]);
const MOSTLY: Targets = fc.oneof(
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 4, arbitrary: fc.constantFrom([CART], [CART], [WAYPOINT], [WAYPOINT], [WAYPOINTS]) },
  { weight: 2, arbitrary: fc.subarray<object>([CART, WAYPOINT, WAYPOINTS, ...OTHERS], { minLength: 1, maxLength: 2 }) },
);

/** What is for all waypoints stands in the root namespace, or is for none. */
const whereFor = (targetRefs: readonly object[] | undefined) => fc.constantFrom(...targetRefs?.includes(WAYPOINTS) ? [...WHERE, ...WHERE.map(() => 'istio-system')] : WHERE);

const placed = (targets: Targets) => targets.chain(targetRefs => whereFor(targetRefs).map(namespace => ({ targetRefs, namespace })));

const authorizationPolicy = (targets: Targets) => fc.record({
  spec,
  place: placed(targets),
  dryRun: fc.constantFrom(...new Array<undefined>(8).fill(undefined), 'true', 'T', 'yes', 'false'),
}).map(({ spec: { selector, ...rest }, place: { namespace, targetRefs }, dryRun }) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { namespace, ...(dryRun !== undefined && { annotations: { 'istio.io/dry-run': dryRun } }) },
  spec: { ...rest, ...(targetRefs === undefined ? selector !== undefined && { selector } : { targetRefs }) },
}));

const MODES = ['STRICT', 'STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET'];

const peerAuthentication = fc.record({
  namespace: fc.constantFrom(...WHERE),
  matchLabels: fc.constantFrom(...SELECTORS),
  mode: fc.constantFrom(undefined, ...MODES),
  ports: fc.dictionary(fc.constantFrom('8080', '9090', '9443'), fc.constantFrom(...MODES).map(mode => ({ mode })), { minKeys: 1 }),
  hasPorts: fc.boolean(),
}).map(({ namespace, matchLabels, mode, ports, hasPorts }) => ({
  apiVersion: 'security.istio.io/v1beta1',
  kind: 'PeerAuthentication',
  metadata: { namespace },
  spec: {
    ...(mode !== undefined && { mtls: { mode } }),
    ...(matchLabels !== undefined && { selector: { matchLabels } }),
    ...(matchLabels !== undefined && hasPorts && { portLevelMtls: ports }),
  },
}));

export const ISSUER = 'https://login.example.com';

const requestAuthentication = (targets: Targets) => fc.record({
  place: placed(targets),
  matchLabels: fc.constantFrom(...SELECTORS),
  rules: fc.array(fc.record({
    issuer: fc.constantFrom(ISSUER, 'https://other.example.com'),
    audiences: optional(some('shop', 'https://shop/'), 1),
    forwardOriginalToken: optional(fc.boolean(), 1),
  }), { minLength: 1, maxLength: 2 }),
}).map(({ place: { namespace, targetRefs }, matchLabels, rules }) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'RequestAuthentication',
  metadata: { namespace },
  spec: {
    ...(targetRefs === undefined ? matchLabels !== undefined && { selector: { matchLabels } } : { targetRefs }),
    jwtRules: rules.map(one => ({ ...one, jwks: '{"keys":[]}' })),
  },
}));

/** Up to four policies of access, and some of authentication beside them. */
const all = (ofAccess: Targets, ofTokens: Targets) => fc.tuple(
  fc.array(authorizationPolicy(ofAccess), { maxLength: 4 }),
  fc.array(peerAuthentication, { maxLength: 3 }),
  fc.array(requestAuthentication(ofTokens), { maxLength: 2 }),
).map(lists => plain(lists.flat()).map((one, i) => ({ ...one, metadata: { ...one.metadata, name: `p${i}` } })));

export const manifests = all(RARELY, fc.constant(undefined));
/** The same, most of them for waypoints. */
export const ofWaypoints = all(MOSTLY, MOSTLY);

/** What tokens say. */
export const claims = fc.record({
  iss: fc.constantFrom(ISSUER, ISSUER, 'https://other.example.com', 'https://evil.example.com'),
  sub: fc.constantFrom('ana', 'bo'),
  aud: fc.constantFrom<unknown>('shop', ['shop', 'ops'], 'ops'),
  groups: fc.constantFrom<unknown>('admin', ['staff', 'admin-eu'], 7, []),
  scope: fc.constantFrom<unknown>('admin', 'staff admin', 'admin-eu  staff', ['admin', 'staff']),
  realm: fc.constantFrom<unknown>({ roles: ['admin'] }, { roles: 'admin-eu' }, 'admin'),
}, { requiredKeys: ['iss'] });

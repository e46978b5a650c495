import { address, type Case, pod, type Probe, service } from './case';
import { GATEWAY_LABELS, world } from './gateways';
import { type Flaw, jwksOf, seenAs, textOf, verdictOnTokens, withTokens, type Written } from './signers';
import { waypoint } from './waypoints';
import { istioAccess } from '../../src/dialects/istio/access';
import { istioAmbientAccess } from '../../src/dialects/istio/ambient-access';
import { istioAmbientJwtAuthentication, istioJwtAuthentication } from '../../src/dialects/istio/jwt-authentication';
import { allowedByIstio } from '../../src/evaluators/access/istio';
import { passesWaypoint } from '../../src/evaluators/access/istio-ambient';
import type { Pod, Request, TokenPlace } from '../../src/evaluators/access/request';
import type { AccessModel, AccessRule } from '../../src/model/access';
import type { EndUser } from '../../src/model/end-user';
import type { TokenIssuer } from '../../src/model/jwt-authentication';
import { ANY_REQUEST, type StringCondition } from '../../src/model/match';
import { PODS } from '../../test/oracle/access/arbitraries';
import { allowedByIntent } from '../../test/oracle/access/intent';
import { stored, verdict } from '../harness/case';

const [CART] = PODS;
const PORT = { port: 8080, protocol: 'HTTP' as const };
const GATEWAY_PORT = { port: 80, protocol: 'HTTP' as const };

/** The second begins like the first, and sorts behind it. */
const LOGIN = 'https://login.example.com';
const PARTNER = 'https://login.example.com/partner';
const STRANGER = 'https://evil.example.com';

const issuer = (name: string, more: Partial<TokenIssuer> = {}): TokenIssuer =>
  ({ issuer: name, keys: { kind: 'inline', jwks: jwksOf(name) }, audiences: [], locations: [], forward: false, ...more });
const BOTH = [issuer(LOGIN), issuer(PARTNER)];

const rule = (more: Partial<AccessRule> = {}): AccessRule => ({
  sources: [{ kind: 'serviceAccount', name: 'web', namespace: 'shop' }],
  exceptSources: [],
  ports: [PORT],
  requests: [],
  exceptRequests: [],
  endUsers: [],
  ...more,
});
const user = (claims: EndUser['claims'] = [], of = LOGIN): EndUser => ({ issuer: of, claims });
const claim = (path: string, ...values: StringCondition[]) => ({ path: path.split('.'), values });
const exact = (value: string): StringCondition => ({ type: 'exact', value });
const said = (path: string, ...values: string[]) => rule({ endUsers: [user([claim(path, ...values.map(exact))])] });
const ANA = rule({ endUsers: [user([claim('sub', exact('ana'))])] });
const ANY_USER = rule({ endUsers: [user()] });
const EVERYONE = rule();
const HEALTH = rule({ requests: [{ ...ANY_REQUEST, path: { type: 'exact', value: '/health' } }] });

const token = (claims: Written['claims'] = {}, more: Omit<Written, 'claims'> = {}): Written => ({ claims: { iss: LOGIN, sub: 'ana', ...claims }, ...more });
const flawed = (flaw: Flaw) => token({}, { flaw });
const HEADER: TokenPlace = { kind: 'header', name: 'x-token' };
const PREFIXED: TokenPlace = { kind: 'header', name: 'x-token', prefix: 'Token ' };
const PARAMETER: TokenPlace = { kind: 'query', name: 'token' };
const COOKIE: TokenPlace = { kind: 'cookie', name: 'session' };
const USUAL_PARAMETER: TokenPlace = { kind: 'query', name: 'access_token' };
const inCookies = () => ({ locations: [COOKIE as TokenIssuer['locations'][0]], forward: true });
/** Pods get what is in a cookie. */
const at = (...locations: TokenPlace[]) =>
  [issuer(LOGIN, { locations: locations as TokenIssuer['locations'], forward: locations.some(({ kind }) => kind === 'cookie') })];

type Answer = 'allowed' | 'denied' | 'rejected';

interface Asked {
  /** Issuers of the JwtAuthentication; none where there is none. */
  readonly issuers: readonly TokenIssuer[];
  readonly rules: readonly AccessRule[];
  readonly denials?: readonly AccessRule[];
  readonly tokens: readonly Written[];
  readonly request?: Partial<Pick<Request, 'method' | 'path' | 'headers'>> & { readonly client?: string };
  /** Whether the pod gets the first token, where that is asked. */
  readonly passedOn?: boolean;
  readonly answer: Answer;
}

type Row = readonly [says: string, rules: readonly AccessRule[], tokens: readonly Written[], answer: Answer, more?: Partial<Asked>];

/** What Istio's documentation and its source say of tokens. */
const ROWS: readonly Row[] = [
  ['no token is no end user', [ANY_USER], [], 'denied'],
  ['no token, where nobody demands one', [EVERYONE], [], 'allowed'],
  ['a token', [ANY_USER], [token()], 'allowed'],
  ['a token of another client', [ANY_USER], [token()], 'denied', { request: { client: 'job' } }],
  ['a token, where nobody demands one', [EVERYONE], [token()], 'allowed'],
  ...(['signed by another key', 'changed after it was signed', 'expired', 'not valid yet', 'signed by nobody', 'signed with the public key', 'no token'] as const)
    .flatMap((flaw): Row[] => [
      [`a token that is ${flaw}`, [ANY_USER], [flawed(flaw)], 'rejected'],
      [`a token that is ${flaw}, where nobody demands one`, [EVERYONE], [flawed(flaw)], 'rejected'],
    ]),
  ['no JwtAuthentication', [ANY_USER], [token()], 'denied', { issuers: [] }],
  ['no JwtAuthentication, and a forged token', [EVERYONE], [flawed('signed by another key')], 'allowed', { issuers: [] }],
  ['an issuer that nobody knows', [EVERYONE], [token({ iss: STRANGER })], 'rejected'],
  ['the keys of another issuer', [EVERYONE], [flawed('signed by a key that is not given')], 'rejected', { issuers: [issuer(LOGIN, { keys: { kind: 'inline', jwks: jwksOf(STRANGER) } })] }],
  ['no issuer', [EVERYONE], [token({ iss: undefined })], 'rejected'],

  ['an audience', [ANY_USER], [token({ aud: 'shop' })], 'allowed', { issuers: [issuer(LOGIN, { audiences: ['shop'] })] }],
  ['one audience of several', [ANY_USER], [token({ aud: ['ops', 'shop'] })], 'allowed', { issuers: [issuer(LOGIN, { audiences: ['bank', 'shop'] })] }],
  ['another audience', [EVERYONE], [token({ aud: 'ops' })], 'denied', { issuers: [issuer(LOGIN, { audiences: ['shop'] })] }],
  ['no audience', [EVERYONE], [token()], 'denied', { issuers: [issuer(LOGIN, { audiences: ['shop'] })] }],
  ['an audience as a URL', [EVERYONE], [token({ aud: 'https://shop/' })], 'allowed', { issuers: [issuer(LOGIN, { audiences: ['shop'] })] }],
  ['an audience in other letters', [EVERYONE], [token({ aud: 'Shop' })], 'denied', { issuers: [issuer(LOGIN, { audiences: ['shop'] })] }],
  ['an audience of a policy', [said('aud', 'shop')], [token({ aud: 'shop' })], 'allowed'],
  ['an audience of a policy, as a URL', [said('aud', 'shop')], [token({ aud: 'https://shop/' })], 'denied'],

  ['a subject', [ANA], [token()], 'allowed'],
  ['another subject', [ANA], [token({ sub: 'bo' })], 'denied'],
  ['no subject', [ANA], [token({ sub: undefined })], 'denied'],
  ['a subject with a slash', [said('sub', 'partner/ana')], [token({ sub: 'partner/ana' })], 'allowed'],
  ['a subject and an issuer that share a slash', [said('sub', 'partner/ana')], [token({ iss: PARTNER })], 'denied', { issuers: BOTH }],
  ['a claim', [said('group', 'admin')], [token({ group: 'admin' })], 'allowed'],
  ['a claim that begins so', [said('group', 'admin')], [token({ group: 'administrator' })], 'denied'],
  ['a claim in other letters', [said('group', 'admin')], [token({ group: 'Admin' })], 'denied'],
  ['a claim of another name', [said('group', 'admin')], [token({ groups: 'admin' })], 'denied'],
  ['a claim of a list', [said('groups', 'admin')], [token({ groups: ['staff', 'admin'] })], 'allowed'],
  ['a claim of a list without it', [said('groups', 'admin')], [token({ groups: ['staff'] })], 'denied'],
  ['a claim of an empty list', [said('groups', 'admin')], [token({ groups: [] })], 'denied'],
  ['a claim with commas', [said('groups', 'admin')], [token({ groups: 'staff,admin' })], 'denied'],
  ['one of several values', [said('groups', 'boss', 'admin')], [token({ groups: ['admin'] })], 'allowed'],
  ['two claims, of which one holds', [rule({ endUsers: [user([claim('groups', exact('admin')), claim('sub', exact('bo'))])] })], [token({ groups: ['admin'] })], 'denied'],
  ['two end users, of whom one is meant', [rule({ endUsers: [user([claim('sub', exact('bo'))]), user([claim('sub', exact('ana'))])] })], [token()], 'allowed'],
  ['a claim within claims', [said('realm.roles', 'admin')], [token({ realm: { roles: ['admin'] } })], 'allowed'],
  ['a claim within claims, flat', [said('realm.roles', 'admin')], [token({ 'realm.roles': ['admin'] })], 'denied'],
  ['a claim within a list', [said('realm.roles', 'admin')], [token({ realm: [{ roles: ['admin'] }] })], 'denied'],
  ['an element of a list', [said('roles.0', 'admin')], [token({ roles: ['admin'] })], 'denied'],
  ['a list within a list', [said('roles', 'admin')], [token({ roles: [['admin']] })], 'denied'],
  ['a number', [said('level', '7')], [token({ level: 7 })], 'denied'],
  ['a number as a text', [said('level', '7')], [token({ level: '7' })], 'allowed'],
  ['a boolean', [said('admin', 'true')], [token({ admin: true })], 'denied'],
  ['null', [said('admin', 'null')], [token({ admin: null })], 'denied'],
  ['the beginning of a claim', [rule({ endUsers: [user([claim('email', { type: 'start', value: 'ana@' })])] })], [token({ email: 'ana@example.com' })], 'allowed'],
  ['the end of a claim', [rule({ endUsers: [user([claim('email', { type: 'end', value: '@example.com' })])] })], [token({ email: 'ana@example.com' })], 'allowed'],
  ['another end', [rule({ endUsers: [user([claim('email', { type: 'end', value: '@example.com' })])] })], [token({ email: 'ana@example.com.evil' })], 'denied'],
  ['a claim that is there', [rule({ endUsers: [user([claim('email', { type: 'present', value: '' })])] })], [token({ email: 'x' })], 'allowed'],
  ['an empty claim', [rule({ endUsers: [user([claim('email', { type: 'present', value: '' })])] })], [token({ email: '' })], 'denied'],
  ['a claim of a line and another', [rule({ endUsers: [user([claim('email', { type: 'present', value: '' })])] })], [token({ email: 'a\nb' })], 'denied'],
  ['a word of a scope', [said('scope', 'read')], [token({ scope: 'write read' })], 'allowed'],
  ['a scope as a list', [said('scope', 'read')], [token({ scope: ['write', 'read'] })], 'allowed'],
  ['a scope that begins so', [said('scope', 'read')], [token({ scope: 'reader' })], 'denied'],
  ['a word of a permission', [said('permission', 'read')], [token({ permission: 'write read' })], 'allowed'],
  ['a word of another claim', [said('scp', 'read')], [token({ scp: 'write read' })], 'denied'],
  ['a word of a scope within', [said('realm.scope', 'read')], [token({ realm: { scope: 'write read' } })], 'denied'],

  ['a parameter, as usual', [ANY_USER], [token({}, { at: USUAL_PARAMETER })], 'allowed'],
  ['a header', [ANY_USER], [token({}, { at: HEADER })], 'allowed', { issuers: at(HEADER) }],
  ['a header with a prefix', [ANY_USER], [token({}, { at: PREFIXED })], 'allowed', { issuers: at(PREFIXED) }],
  ['a header without its prefix', [EVERYONE], [], 'allowed', { issuers: at(PREFIXED), request: { headers: { 'x-token': 'x' } } }],
  ['a header of another name', [ANY_USER], [token()], 'denied', { issuers: at(HEADER) }],
  ['a parameter', [ANY_USER], [token({}, { at: PARAMETER })], 'allowed', { issuers: at(PARAMETER) }],
  ['a parameter, and conditions on the path', [rule({ ...ANY_USER, requests: HEALTH.requests })], [token({}, { at: PARAMETER })], 'allowed', { issuers: at(PARAMETER), request: { path: '/health' } }],
  ['a cookie', [ANY_USER], [token({}, { at: COOKIE })], 'allowed', { issuers: at(COOKIE) }],
  ['a cookie of another name', [ANY_USER], [token({}, { at: { ...COOKIE, name: 'sessions' } })], 'denied', { issuers: at(COOKIE) }],
  ['a forged cookie', [EVERYONE], [token({}, { at: COOKIE, flaw: 'signed by another key' })], 'rejected', { issuers: at(COOKIE) }],
  ['any of several places', [ANY_USER], [token({}, { at: COOKIE })], 'allowed', { issuers: at(HEADER, PARAMETER, COOKIE) }],
  ['two places, one forged', [ANY_USER], [token({}, { at: HEADER }), token({}, { at: COOKIE, flaw: 'signed by another key' })], 'rejected', { issuers: at(HEADER, COOKIE) }],
  ['two places, two subjects', [ANA], [token({}, { at: HEADER }), token({ sub: 'bo' }, { at: COOKIE })], 'allowed', { issuers: at(HEADER, COOKIE) }],
  ['two places, two subjects', [ANA], [token({ sub: 'bo' }, { at: HEADER }), token({}, { at: COOKIE })], 'denied', { issuers: at(HEADER, COOKIE) }],
  ['two places, of which one is not asked', [ANY_USER], [token({}, { at: HEADER }), token({}, { at: COOKIE, flaw: 'signed by another key' })], 'allowed', { issuers: at(HEADER) }],
  ['no token in the usual header', [EVERYONE], [], 'rejected', { request: { headers: { authorization: 'Bearer x' } } }],
  ['a password in the usual header', [EVERYONE], [], 'allowed', { request: { headers: { authorization: 'Basic x' } } }],

  ['the first of two issuers', [ANY_USER], [token()], 'allowed', { issuers: BOTH }],
  ['the second of two issuers', [rule({ endUsers: [user([], PARTNER)] })], [token({ iss: PARTNER })], 'allowed', { issuers: BOTH }],
  ['one issuer for another', [ANY_USER], [token({ iss: PARTNER })], 'denied', { issuers: BOTH }],
  ['two issuers, no token', [EVERYONE], [], 'allowed', { issuers: BOTH }],
  ['two issuers, and a stranger', [EVERYONE], [token({ iss: STRANGER })], 'rejected', { issuers: BOTH }],
  ['two issuers, and a forged token', [EVERYONE], [token({ iss: PARTNER }, { flaw: 'signed by another key' })], 'rejected', { issuers: BOTH }],
  ['the audience of another issuer', [EVERYONE], [token({ iss: PARTNER, aud: 'shop' })], 'denied',
    { issuers: [issuer(LOGIN, { audiences: ['shop'] }), issuer(PARTNER, { audiences: ['ops'] })] }],
  ['two issuers in two places', [rule({ endUsers: [user([], PARTNER)] })], [token({ iss: PARTNER }, { at: COOKIE })], 'allowed',
    { issuers: [issuer(LOGIN), issuer(PARTNER, inCookies())] }],
  ['an issuer in the place of another', [EVERYONE], [token({ iss: PARTNER })], 'rejected',
    { issuers: [issuer(LOGIN), issuer(PARTNER, inCookies())] }],
  ['tokens of two issuers: the first counts', [ANY_USER], [token(), token({ iss: PARTNER }, { at: COOKIE })], 'allowed',
    { issuers: [issuer(LOGIN), issuer(PARTNER, inCookies())] }],
  ['tokens of two issuers: the second does not', [rule({ endUsers: [user([], PARTNER)] })], [token(), token({ iss: PARTNER }, { at: COOKIE })], 'denied',
    { issuers: [issuer(LOGIN), issuer(PARTNER, inCookies())] }],
  ['tokens of two issuers, the second forged', [ANY_USER], [token(), token({ iss: PARTNER }, { at: COOKIE, flaw: 'signed by another key' })], 'allowed',
    { issuers: [issuer(LOGIN), issuer(PARTNER, inCookies())] }],
  ['tokens of two issuers, the first forged', [EVERYONE], [flawed('signed by another key'), token({ iss: PARTNER }, { at: COOKIE })], 'allowed',
    { issuers: [issuer(LOGIN), issuer(PARTNER, inCookies())] }],

  ['a token is not passed on', [ANY_USER], [token()], 'allowed', { passedOn: false }],
  ['a token is passed on', [ANY_USER], [token()], 'allowed', { issuers: [issuer(LOGIN, { forward: true })], passedOn: true }],
  ['a header is not passed on', [ANY_USER], [token({}, { at: HEADER })], 'allowed', { issuers: at(HEADER), passedOn: false }],
  ['a parameter is not passed on', [ANY_USER], [token({}, { at: PARAMETER })], 'allowed', { issuers: at(PARAMETER), passedOn: false }],
  ['a cookie is passed on', [ANY_USER], [token({}, { at: COOKIE })], 'allowed', { issuers: at(COOKIE), passedOn: true }],
  ['a token that nobody reads is passed on', [EVERYONE], [token()], 'allowed', { issuers: [], passedOn: true }],

  ['a token and requests', [rule({ ...ANY_USER, requests: HEALTH.requests })], [token()], 'allowed', { request: { path: '/health' } }],
  ['a token and other requests', [rule({ ...ANY_USER, requests: HEALTH.requests })], [token()], 'denied'],
  ['a rule without a token beside', [ANY_USER, HEALTH], [], 'allowed', { request: { path: '/health' } }],
  ['a rule without a token beside, and a forged one', [ANY_USER, HEALTH], [flawed('signed by another key')], 'rejected', { request: { path: '/health' } }],
  ['except requests', [rule({ ...ANY_USER, exceptRequests: HEALTH.requests })], [token()], 'denied', { request: { path: '/health' } }],
  ['except other requests', [rule({ ...ANY_USER, exceptRequests: HEALTH.requests })], [token()], 'allowed'],
  ['a preflight', [EVERYONE], [flawed('signed by another key')], 'allowed',
    { request: { method: 'OPTIONS', headers: { 'origin': 'https://example.com', 'access-control-request-method': 'GET' } } }],
  ['a preflight, where a token is demanded', [ANY_USER], [token()], 'denied',
    { request: { method: 'OPTIONS', headers: { 'origin': 'https://example.com', 'access-control-request-method': 'GET' } } }],
  ['no preflight', [EVERYONE], [flawed('signed by another key')], 'rejected', { request: { method: 'OPTIONS', headers: { origin: 'https://example.com' } } }],
];

/** What only sidecars are asked for: a waypoint does not have it. */
const AT_PODS: readonly Row[] = [
  ['a denial beside', [ANY_USER], [token()], 'denied', { denials: [HEALTH], request: { path: '/health' } }],
  ['a denial of others beside', [ANY_USER], [token()], 'allowed', { denials: [HEALTH] }],
  ['a denial comes after tokens', [ANY_USER], [flawed('expired')], 'rejected', { denials: [HEALTH], request: { path: '/health' } }],
  ['clients outside the mesh', [rule({ ...ANY_USER, sources: [{ kind: 'anyone' }] })], [token()], 'allowed', { request: { client: '' } }],
  ['clients outside the mesh, no token', [rule({ ...ANY_USER, sources: [{ kind: 'anyone' }] })], [], 'denied', { request: { client: '' } }],
];

export function tokenCases(): Case[] {
  const asked = (rows: readonly Row[]) => rows.map(([says, rules, tokens, answer, more]) =>
    ({ says, asked: { issuers: [issuer(LOGIN)], rules, tokens, answer, ...more } }));
  return [
    ...asked([...ROWS, ...AT_PODS]).map((one, i) => caseOf(`token ${i}: ${one.says}`, one.asked, i, atPod)),
    ...asked(ROWS).map((one, i) => caseOf(`token at a waypoint ${i}: ${one.says}`, one.asked, i, atWaypoint)),
    ...asked(ROWS.filter(([, , , , more]) => more?.request?.client === undefined).map(fromOutside))
      .map((one, i) => caseOf(`token at a gateway ${i}: ${one.says}`, one.asked, i, atGateway)),
  ];
}

/** Who calls a gateway has no identity. */
function fromOutside([says, rules, tokens, answer, more]: Row): Row {
  const ofAnyone = rules.map((one): AccessRule => ({ ...one, sources: [{ kind: 'anyone' }], ports: [GATEWAY_PORT] }));
  return [says, ofAnyone, tokens, answer, { ...more, request: { ...more?.request, client: '' } }];
}

interface Place {
  readonly pod: Pod;
  readonly access: typeof ACCESS;
  readonly tokens: typeof istioJwtAuthentication;
  readonly cluster: (i: number) => object[];
  readonly to: (i: number) => Pick<Probe, 'address' | 'port' | 'namespace'> & Partial<Probe>;
  readonly decides: (manifests: readonly any[], request: Request) => boolean;
  /** How it says that a request may pass. */
  readonly passes: string;
}

const OPTIONS = { trustDomain: 'cluster.local', strictMutualTls: false };
const ACCESS = istioAccess(OPTIONS);

const atPod: Place = {
  pod: CART,
  access: ACCESS,
  tokens: istioJwtAuthentication,
  cluster: i => [pod('cart', address(0, i), CART.labels), service('cart', address(1, i), [PORT])],
  to: i => ({ address: address(0, i), port: 8080, namespace: 'shop' }),
  decides: allowedByIstio,
  passes: 'allowed',
};

const atWaypoint: Place = {
  pod: CART,
  access: istioAmbientAccess(OPTIONS),
  tokens: istioAmbientJwtAuthentication(OPTIONS),
  cluster: i => [...waypoint('shop', 0, i), ...atPod.cluster(i)],
  to: i => ({ address: address(1, i), port: 8080, namespace: 'shop', waypoint: 'shop' }),
  decides: (manifests, request) => passesWaypoint(manifests, request, request.entrance!),
  passes: '{"shop/cart:8080":1}',
};

/** Its pods, by their labels. */
const atGateway: Place = {
  pod: { service: 'public-istio', namespace: 'infra', serviceAccount: 'public-istio', labels: GATEWAY_LABELS, ports: [GATEWAY_PORT] },
  access: ACCESS,
  tokens: istioJwtAuthentication,
  cluster: world,
  to: i => ({ address: address(100, i), port: 80, namespace: 'infra', gateway: true }),
  decides: allowedByIstio,
  passes: '{"shop/cart:80":1}',
};

function caseOf(name: string, asked: Asked, i: number, place: Place): Case {
  const { service: of, namespace, labels, ports: [port] } = place.pod;
  const { access, tokens: dialect, cluster, to, decides, passes } = place;
  const { issuers, rules, denials = [], tokens, passedOn, answer } = asked;
  const workload = { service: of, podSelector: labels };
  const model: AccessModel = {
    name: 'cart',
    namespace,
    destination: { ...workload, ports: [port] },
    rules,
    denials,
    leavesRest: false,
    healthProbes: [],
    audit: false,
  };
  const rendered = [access.render(model), ...(issuers.length === 0 ? [] : [dialect.render({ name: 'cart', namespace, workload, issuers })])];
  const refusal = rendered.flatMap<unknown>(({ refusals }) => refusals)[0];
  if (refusal !== undefined) {
    throw new Error(`${name}: ${JSON.stringify(refusal)}`);
  }
  const manifests = rendered.flatMap(one => one.manifests);
  const request = { ...requestOf(asked), pod: place.pod, port: port.port };
  const answered = (verdictOf: Answer) => verdictOf !== 'allowed' ? verdictOf : `${passes}${passedOn === true ? ' with the token' : ''}`;
  const decided = decides(manifests, request);
  const { client: { serviceAccount, meshed }, method, path, headers } = request;
  return {
    name,
    manifests: [...cluster(i), ...manifests.map(stored)],
    probes: [withTokens({
      ...to(i),
      client: meshed ? `spiffe://cluster.local/ns/shop/sa/${serviceAccount}` : undefined,
      protocol: 'HTTP',
      host: 'cart.shop',
      method,
      target: path,
      headers: Object.entries(headers),
      ...(passedOn !== undefined && { passedOn: textOf(tokens[0]) }),
      answers: {
        documentation: answered(answer),
        evaluator: decided ? answered('allowed') : verdictOnTokens(false),
        ...(answer !== 'rejected' && !isStricter(name) && { model: answered(verdict(allowedByIntent(model, request)) as Answer) }),
      },
    }, tokens)],
  };
}

/** Where Istio lets in less than was written, or the policy alone does not say where tokens are and for whom they have to be. */
function isStricter(name: string): boolean {
  return /no JwtAuthentication$|preflight|the second does not|two subjects|of a line and another|of another name|audience/.test(name);
}

function requestOf({ tokens, request: { client = 'web', method = 'GET', path = '/a', headers = {} } = {} }: Asked): Request {
  return {
    client: { kind: 'pod', ip: '10.255.255.1', namespace: 'shop', serviceAccount: client, meshed: client !== '' },
    pod: CART,
    port: 8080,
    entrance: { service: 'cart', port: 8080 },
    method,
    path,
    headers,
    query: {},
    tokens: tokens.map(seenAs),
  };
}

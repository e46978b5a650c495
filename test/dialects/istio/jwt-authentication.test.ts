import { Testing, App, Chart } from 'cdk8s';
import type { TokenIssuer } from '../../../src';
import {
  AccessGrant, EndUser, ExposureGateway, GatewayAccessPolicy, Identity, JwtAuthentication, MeshImplementation, MeshPods, MeshService, MeshTarget,
  MeshTargets, ServiceAccessPolicy, StringMatch, TokenLocation,
} from '../../../src';
import { expectValid } from '../../schema';

const issuer = 'https://login.example.com';
const cart = MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' } });
const JWKS = JSON.stringify({ keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }] });

function shop(mesh: MeshImplementation): Chart {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.gatewayApi({ mesh }));
  return new Chart(app, 'shop', { namespace: 'shop' });
}

const ofKind = (chart: Chart, kind: string) => Testing.synth(chart).filter(manifest => manifest.kind === kind).map(({ spec }) => spec);

test('sidecars read a RequestAuthentication of the pods', () => {
  const chart = shop(MeshImplementation.ISTIO);
  new JwtAuthentication(chart, 'tokens', {
    workload: cart,
    issuers: [{
      issuer,
      jwks: JWKS,
      audiences: ['shop'],
      forwardToken: true,
      locations: [TokenLocation.header('X-Token', 'JWT '), TokenLocation.queryParameter('token'), TokenLocation.cookie('session')],
    }],
  });

  expect(ofKind(chart, 'RequestAuthentication')).toEqual([{
    selector: { matchLabels: { app: 'cart' } },
    jwtRules: [{
      issuer,
      jwks: JWKS,
      audiences: ['shop'],
      forwardOriginalToken: true,
      fromHeaders: [{ name: 'x-token', prefix: 'JWT ' }],
      fromParams: ['token'],
      fromCookies: ['session'],
    }],
  }]);
});

test('in ambient mode, the waypoint of the Service does, and the pods let in the waypoint alone', () => {
  const chart = shop(MeshImplementation.ISTIO_AMBIENT);
  new JwtAuthentication(chart, 'tokens', { workload: cart, issuers: [{ issuer }] });
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ sources: [Identity.anyAuthenticated()], endUsers: [EndUser.of({ issuer })] }] });

  expect(ofKind(chart, 'RequestAuthentication')).toEqual([{ targetRefs: [{ group: '', kind: 'Service', name: 'cart' }], jwtRules: [{ issuer }] }]);
  expect(ofKind(chart, 'AuthorizationPolicy')).toEqual(expect.arrayContaining([
    expect.objectContaining({ selector: expect.anything(), rules: [expect.objectContaining({ from: [{ source: { principals: ['cluster.local/ns/shop/sa/waypoint'] } }] })] }),
    expect.objectContaining({ rules: [expect.objectContaining({ when: [{ key: 'request.auth.claims[iss]', values: [issuer] }] })] }),
  ]));
});

test('an API for everyone who has a token', () => {
  const chart = shop(MeshImplementation.ISTIO);
  new JwtAuthentication(chart, 'tokens', { workload: cart, issuers: [{ issuer }] });
  new ServiceAccessPolicy(chart, 'access', {
    destination: cart, allow: [{ sources: [Identity.anyone()], endUsers: [EndUser.of({ issuer, subject: 'partner/ana' })] }],
  });

  expect(ofKind(chart, 'AuthorizationPolicy')).toEqual([expect.objectContaining({
    rules: [{
      to: [{ operation: { ports: ['8080'] } }],
      when: [{ key: 'request.auth.claims[iss]', values: [issuer] }, { key: 'request.auth.claims[sub]', values: ['partner/ana'] }],
    }],
  })]);
});

test.each([[true, 0], [false, 1]])('an issuer that nobody knows is a warning', (known, warnings) => {
  const warn = jest.spyOn(console, 'warn').mockImplementation();
  const chart = shop(MeshImplementation.ISTIO);
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ sources: [Identity.anyone()], endUsers: [EndUser.of({ issuer })] }] });
  if (known) new JwtAuthentication(chart, 'tokens', { workload: cart, issuers: [{ issuer }] });
  Testing.synth(chart);

  expect(warn.mock.calls.filter(([text]) => /MESH5008.*nobody is let in/.test(text))).toHaveLength(warnings);
  warn.mockRestore();
});

test.each([MeshImplementation.ISTIO, MeshImplementation.ISTIO_AMBIENT])('pods get the token that is in a cookie', mesh => {
  const withCookie = (forwardToken?: boolean) => () => {
    const chart = shop(mesh);
    new JwtAuthentication(chart, 'tokens', { workload: cart, issuers: [{ issuer, jwks: JWKS, locations: [TokenLocation.cookie('session')], forwardToken }] });
    return Testing.synth(chart);
  };

  expect(withCookie()).toThrow(/MESH2009.*the cookie 'session' with a token that pods do not get.*`forwardToken: true`/s);
  expectValid(...withCookie(true)());
});

test('a scope is a list of words', () => {
  const scope = (value: StringMatch) => () => EndUser.of({ issuer, claims: [{ path: ['scope'], values: [value] }] });

  expect(scope(StringMatch.exact('read write'))).toThrow(/MESH1123.*'read write' is not one word/);
  expect(scope(StringMatch.startsWith('read w'))).toThrow(/MESH1123/);
  expect(scope(StringMatch.exact('read'))).not.toThrow();
});

const gateway = MeshPods.of({ podSelector: { istio: 'ingressgateway' }, ports: [{ port: 8080 }] });

test('pods without a Service, such as those of a gateway, read tokens, too', () => {
  const chart = shop(MeshImplementation.ISTIO);
  new JwtAuthentication(chart, 'tokens', { workload: gateway, issuers: [{ issuer, jwks: JWKS }] });

  expectValid(...Testing.synth(chart));
  expect(ofKind(chart, 'RequestAuthentication')).toEqual([{
    jwtRules: [{ issuer, jwks: JWKS }], selector: { matchLabels: { istio: 'ingressgateway' } },
  }]);
});

test('a waypoint stands before Services only', () => {
  const chart = shop(MeshImplementation.ISTIO_AMBIENT);
  new JwtAuthentication(chart, 'tokens', { workload: gateway, issuers: [{ issuer, jwks: JWKS }] });

  expect(() => Testing.synth(chart)).toThrow(/MESH2009.*tokens of end users at pods without a Service: only a waypoint reads tokens/);
});

test.each([
  ['a Service', cart],
  ['the pods of a Service', MeshPods.of({ podSelector: { app: 'cart' }, ports: [{ port: 8080 }] })],
])('a policy for a Service knows the issuers of %s', (_, workload) => {
  const warn = jest.spyOn(console, 'warn').mockImplementation();
  const chart = shop(MeshImplementation.ISTIO);
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ sources: [Identity.anyone()], endUsers: [EndUser.of({ issuer })] }] });
  new JwtAuthentication(chart, 'tokens', { workload, issuers: [{ issuer }] });
  Testing.synth(chart);

  expect(warn.mock.calls.filter(([text]) => /MESH5008/.test(text))).toHaveLength(0);
  warn.mockRestore();
});

test('a workload has one list of issuers', () => {
  const chart = shop(MeshImplementation.ISTIO);
  new JwtAuthentication(chart, 'a', { workload: cart, issuers: [{ issuer }] });
  new JwtAuthentication(chart, 'b', { workload: cart, issuers: [{ issuer: 'https://other.example.com' }] });

  expect(() => Testing.synth(chart)).toThrow(/MESH3001.*tokens/);
});

test.each(['*example.com', 'example*'])('an issuer %s that would be a wildcard is refused', wildcard => {
  const chart = shop(MeshImplementation.ISTIO);
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ sources: [Identity.anyone()], endUsers: [EndUser.of({ issuer: wildcard })] }] });

  expect(() => Testing.synth(chart)).toThrow(/MESH2002.*wildcard/);
});

test.each([
  [{ jwksUri: 'https://a.example.com', jwks: JWKS }, /MESH1005/],
  [{ jwks: '{"keys":[{"kty":"oct","k":"secret"}]}' }, /MESH1123/],
  [{ jwks: 'https://a.example.com' }, /MESH1123/],
  [{ jwksUri: 'a.example.com/keys' }, /MESH1123/],
  [{ audiences: [] }, /MESH1004/],
])('what is no issuer is misuse: %j', (more, error) => {
  expect(() => new JwtAuthentication(shop(MeshImplementation.ISTIO), 'tokens', { workload: cart, issuers: [{ issuer, ...more }] })).toThrow(error);
});

describe('whatever adds to the tokens or the policy of a gateway is in conflict with them', () => {
  const at = { gateway: ExposureGateway.shared('public', 'shop', { className: 'istio' }) };
  const pods = MeshPods.of({ podSelector: { 'gateway.networking.k8s.io/gateway-name': 'public' }, namespace: 'shop', ports: [{ port: 8080 }] });
  const narrow = [{ issuer, jwks: JWKS, audiences: ['shop'] }];
  const wide = [{ issuer, jwks: JWKS }];

  test.each<[string, MeshImplementation, (chart: Chart) => void]>([
    ["tokens of the gateway's pods", MeshImplementation.ISTIO, chart => {
      new JwtAuthentication(chart, 'tokens', { ...at, issuers: narrow });
      new JwtAuthentication(chart, 'more', { workload: pods, issuers: wide });
    }],
    ["a policy for the gateway's pods", MeshImplementation.ISTIO, chart => {
      new GatewayAccessPolicy(chart, 'edge', { ...at, allow: [{ sources: [Identity.ipBlock('10.0.0.0/8')] }] });
      new ServiceAccessPolicy(chart, 'more', { destination: pods, allow: [{ sources: [Identity.anyone()] }] });
    }],
    ["a grant for the gateway's pods", MeshImplementation.ISTIO, chart => {
      new GatewayAccessPolicy(chart, 'edge', { ...at, allow: [{ sources: [Identity.ipBlock('10.0.0.0/8')] }] });
      new AccessGrant(chart, 'more', { client: Identity.serviceAccount('web'), calls: [{ destination: pods }], policyElsewhere: true });
    }],
    ['tokens of the whole waypoint', MeshImplementation.ISTIO_AMBIENT, chart => {
      new JwtAuthentication(chart, 'tokens', { workload: cart, issuers: narrow });
      new JwtAuthentication(chart, 'more', { waypoint: 'waypoint', issuers: wide });
    }],
    ['tokens of a Service behind the waypoint', MeshImplementation.ISTIO_AMBIENT, chart => {
      new JwtAuthentication(chart, 'tokens', { waypoint: 'waypoint', issuers: narrow });
      new JwtAuthentication(chart, 'more', { workload: cart, issuers: wide });
    }],
  ])('%s', (_, mesh, build) => {
    const chart = shop(mesh);
    build(chart);

    expect(() => Testing.synth(chart)).toThrow('MESH3001');
  });

  test('Services behind one waypoint have tokens of their own', () => {
    const chart = shop(MeshImplementation.ISTIO_AMBIENT);
    new JwtAuthentication(chart, 'tokens', { workload: cart, issuers: narrow });
    new JwtAuthentication(chart, 'more', { workload: MeshService.of('checkout', { port: 8080 }), issuers: wide });

    expect(ofKind(chart, 'RequestAuthentication')).toHaveLength(2);
  });
});

describe('what is said of tokens is held against what may be written', () => {
  const tokens = (given: Partial<TokenIssuer>) => {
    const chart = shop(MeshImplementation.ISTIO);
    new JwtAuthentication(chart, 'tokens', { workload: cart, issuers: [{ issuer, ...given }] });
    return ofKind(chart, 'RequestAuthentication')[0].jwtRules[0];
  };

  test.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])("the private part '%s' of a key is not written", part => {
    expect(() => tokens({ jwks: JSON.stringify({ keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }, { kty: 'RSA', [part]: 'x' }] }) })).toThrow('is not a JSON Web Key Set');
  });

  test('what is written is what was looked at', () => {
    expect(tokens({ jwks: '{"keys":[{"kty":"RSA","d":"secret"}], "keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}' }).jwks).toBe(JWKS);
  });

  test.each(['[]', 'null', '{}', '{"keys":[]}', '{"keys":[null]}', '{"keys":[{"kty":7}]}', '{"keys":{}}', '{'])('%s is no key set', jwks => {
    expect(() => tokens({ jwks })).toThrow('is not a JSON Web Key Set');
  });

  test.each(['Bearer\n', '\0', 'é'])('a header cannot begin with %j', prefix => {
    expect(() => TokenLocation.header('X-Token', prefix)).toThrow('cannot stand in a header');
  });

  test('a cookie is no header', () => {
    expect(() => TokenLocation.header('Cookie', 'session=')).toThrow('take away all cookies');
  });
});

import { App, Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import {
  AccessGrant, EndUser, Exposure, ExposureGateway, GatewayAccessPolicy, type GatewayAccessPolicyProps, HttpMatch, Identity, JwtAuthentication,
  MeshAccessDefault, MeshImplementation, MeshService, MeshTarget, MeshTargets, NamespaceAccessDefault, ServiceAccessPolicy, TlsMatch,
} from '../../src';
import { GATEWAY_NAME_LABEL, passesGateway } from '../../src/evaluators/access/istio-gateway';
import type { Client } from '../../src/evaluators/access/request';

const ISTIO = MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO });
const AMBIENT = MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT });
const PUBLIC = ExposureGateway.shared('public', 'infra', { className: 'istio' });
const cart = MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' }, serviceAccount: 'cart', namespace: 'shop' });
const everyone = { sources: [Identity.anyone()] };
const ISSUER = 'https://login.example.com';

type Make = (chart: Chart) => unknown;

function made(target: MeshTarget, ...all: readonly Make[]): { readonly manifests: any[]; readonly errors: string[]; readonly warnings: string[] } {
  const warn = jest.spyOn(console, 'warn').mockImplementation();
  try {
    const app = new App();
    MeshTargets.of(app).add(target);
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    all.forEach(make => make(chart));
    const errors = app.node.findAll().flatMap(({ node }) => node.validate());
    return { manifests: errors.length > 0 ? [] : Testing.synth(chart), errors, warnings: warn.mock.calls.map(([text]) => String(text)) };
  } finally {
    warn.mockRestore();
  }
}

const policy = (props: Partial<GatewayAccessPolicyProps>, id = 'edge'): Make => chart =>
  new GatewayAccessPolicy(chart, id, { ...props.waypoint === undefined && { gateway: PUBLIC }, ...props });

/** Whether the gateway lets a request through. */
function passes(manifests: readonly any[], host: string, { path = '/', ...client }: Partial<Client> & { readonly path?: string } = {}): boolean {
  const pod = { service: 'public-istio', serviceAccount: 'public-istio', namespace: 'infra', labels: { [GATEWAY_NAME_LABEL]: 'public' }, ports: [{ port: 80, protocol: 'HTTP' as const }] };
  return passesGateway(manifests, {
    client: { kind: 'outside', ip: '192.0.2.10', meshed: false, ...client }, pod, port: 80, host, method: 'GET', path, headers: {}, query: {},
  });
}

test('stands in the namespace of its gateway, and names it', () => {
  const { manifests } = made(ISTIO, policy({ allow: [everyone], deny: [{ ...everyone, requests: [HttpMatch.of({ hosts: ['admin.example.com'] })] }] }));

  expect(manifests.map(({ metadata, spec }) => ({ ...metadata, ...spec }))).toEqual([
    { name: 'shop-edge-c83db885', namespace: 'infra', targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }], action: 'ALLOW', rules: [{}] },
    {
      name: 'shop-edge-c83db885-deny',
      namespace: 'infra',
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }],
      action: 'DENY',
      rules: [{ to: [{ operation: { hosts: ['admin.example.com', 'admin.example.com:*', 'admin.example.com.', 'admin.example.com.:*'] } }] }],
    },
  ]);
});

test('is for the gateway of an exposure', () => {
  const { manifests } = made(ISTIO, chart => {
    const exposure = new Exposure(chart, 'outside', { service: cart, gateway: ExposureGateway.own({ className: 'istio' }) });
    new GatewayAccessPolicy(chart, 'edge', { gateway: exposure.gateway, allow: [everyone] });
  });
  const gateway = manifests.find(({ kind }) => kind === 'Gateway');

  expect(manifests.find(({ kind }) => kind === 'AuthorizationPolicy')).toMatchObject({
    metadata: { namespace: 'shop' }, spec: { targetRefs: [{ kind: 'Gateway', name: gateway.metadata.name }] },
  });
});

describe('hosts', () => {
  const host = fc.constantFrom('shop.example.com', 'admin.example.com', 'a.b', 'x1.example.com');
  const spelling = fc.constantFrom<(name: string) => string>(
    name => name, name => name.toUpperCase(), name => `${name}:80`, name => `${name}.`, name => `${name}.:8080`, name => `${name}:x`, name => `${name}:`,
  );
  const asked = (name: string) => [HttpMatch.of({ hosts: [name] })];

  test('that are denied are so in whatever spelling', () => {
    fc.assert(fc.property(host, host, spelling, (denied, sent, spell) => {
      const { manifests } = made(ISTIO, policy({ deny: [{ ...everyone, requests: asked(denied) }] }));

      expect(passes(manifests, spell(sent))).toBe(denied !== sent);
    }), { numRuns: 60 });
  });

  test('that are excepted from an allowance are so in whatever spelling', () => {
    fc.assert(fc.property(host, host, spelling, (excepted, sent, spell) => {
      const { manifests } = made(ISTIO, policy({ allow: [{ ...everyone, exceptRequests: asked(excepted) }] }));

      expect(passes(manifests, spell(sent))).toBe(excepted !== sent);
    }), { numRuns: 60 });
  });

  /** What stands behind the last colon is left out by a route. */
  const odd = fc.record({ to: host, behind: host, between: fc.constantFrom(':', ':x.', ':80.', '.') }).map(({ to, behind, between }) => `${to}${between}${behind}`);

  test('that are allowed, or excepted from a denial, let no other one through', () => {
    const routed = (sent: string) => sent.toLowerCase().replace(/:[^:]*$/, '');
    fc.assert(fc.property(host, fc.oneof(odd, odd.map(sent => `${sent}:80`), host), fc.boolean(), fc.boolean(), (allowed, sent, byException, withPort) => {
      const rule = { ...everyone, ...withPort && { ports: [80] } };
      const { manifests } = made(ISTIO, policy(byException
        ? { deny: [{ ...rule, exceptRequests: asked(allowed) }] } : { allow: [{ ...rule, requests: asked(allowed) }] }));

      if (passes(manifests, sent)) expect(routed(sent)).toBe(allowed);
      expect(passes(manifests, allowed)).toBe(true);
      expect(passes(manifests, `${allowed}:80`)).toBe(withPort);
    }), { numRuns: 100 });
  });

  test('of a domain are refused', () => {
    expect(made(ISTIO, policy({ allow: [{ ...everyone, requests: asked('*.example.com') }] })).errors)
      .toEqual([expect.stringMatching(/MESH2010: target 'gateway-api' cannot express all hosts of a domain: .* List the hosts/)]);
  });
});

describe('who reads it', () => {
  test.each([
    [undefined, /the class of this one is unknown\. Give its ExposureGateway `className: 'istio'`/],
    ['cilium', /the class of this one is 'cilium'/],
    ['istio-waypoint', /Name it as a `waypoint: 'public'`/],
  ])('has to be known: %s', (className, message) => {
    const gateway = ExposureGateway.shared('public', 'infra', { className });
    const { errors } = made(ISTIO, policy({ gateway, allow: [everyone] }), chart => new JwtAuthentication(chart, 'tokens', { gateway, issuers: [{ issuer: ISSUER }] }));

    expect(errors).toEqual([expect.stringMatching(message), expect.stringMatching(message)]);
  });

  test('clients of a gateway have no identity', () => {
    expect(made(AMBIENT, policy({ allow: [{ sources: [Identity.namespace('shop')] }] })).errors).toEqual([expect.stringMatching(/identities as clients of a gateway/)]);
    expect(made(ISTIO, policy({ deny: [{ sources: [Identity.anyAuthenticated()] }] })).errors).toEqual([expect.stringMatching(/any authenticated client as a source/)]);
  });

  test('a waypoint sees neither addresses nor hosts that lead anywhere', () => {
    const { errors } = made(AMBIENT, policy({
      waypoint: 'waypoint',
      allow: [{ sources: [Identity.remoteIpBlock('203.0.113.0/24')] }],
      deny: [{ ...everyone, requests: [HttpMatch.of({ hosts: ['a.example.com'] })] }],
    }));

    expect(errors.join('\n')).toMatch(/addresses as clients of a waypoint: .*\n.*hosts at a waypoint: /);
    expect(made(ISTIO, policy({ waypoint: 'waypoint', allow: [] })).errors).toEqual([expect.stringMatching(/waypoints are a part of ambient mode/)]);
  });
});

describe('together with others', () => {
  test('policies that allow exclude each other, and denials add up', () => {
    const deny = { deny: [{ sources: [Identity.ipBlock('192.0.2.0/24')] }] };

    expect(made(ISTIO, policy({ allow: [everyone] }), policy({ allow: [] }, 'again')).errors)
      .toEqual([expect.stringMatching(/MESH3001: .*the policy of Gateway 'infra\/public'/)]);
    expect(passes(made(ISTIO, policy({ allow: [everyone] }), policy(deny, 'denial'), policy(deny, 'again')).manifests, 'a.example.com')).toBe(false);
    expect(made(ISTIO, policy({ allow: [everyone] }), policy({ allow: [], gateway: ExposureGateway.shared('other', 'infra', { className: 'istio' }) }, 'again')).errors).toEqual([]);
  });

  const service: Make = chart => new ServiceAccessPolicy(chart, 'cart', { destination: cart, allow: [{ sources: [Identity.serviceAccount('web')] }] });

  test('what a whole waypoint lets through would add to the policy of each Service', () => {
    const allow = policy({ waypoint: 'waypoint', allow: [{ sources: [Identity.namespace('ops')] }] });

    for (const all of [[service, allow], [allow, service]]) {
      expect(made(AMBIENT, ...all).errors).toEqual([expect.stringMatching(/MESH3001: .*what is allowed beside the policies of Gateway 'shop\/waypoint'/)]);
    }
    expect(made(AMBIENT, service, policy({ waypoint: 'waypoint', deny: [everyone] })).errors).toEqual([]);
    expect(made(AMBIENT, service, policy({ waypoint: 'waypoint', allow: [] })).errors).toEqual([]);
    expect(made(AMBIENT, service, policy({ waypoint: 'other', allow: [everyone] })).errors).toEqual([]);
  });

  test('a grant beside a policy of another app is one of a Service behind the waypoint, too', () => {
    const grant: Make = chart => new AccessGrant(chart, 'grant', {
      client: Identity.serviceAccount('web'), calls: [{ destination: MeshService.of('pay', { port: 80, podSelector: { app: 'pay' } }) }], policyElsewhere: true,
    });

    expect(made(AMBIENT, service, grant).errors).toEqual([]);
    expect(made(AMBIENT, grant, policy({ waypoint: 'waypoint', allow: [everyone] })).errors).toEqual([expect.stringMatching(/MESH3001/)]);
  });

  test('a Service that shuts the gateway out does so whatever the gateway lets through', () => {
    const { errors } = made(ISTIO, chart => new Exposure(chart, 'outside', { service: cart, gateway: PUBLIC }), service, policy({ allow: [everyone] }));

    expect(errors).toEqual([expect.stringMatching(/the gateway 'infra\/public'.*sources: \[Identity.gateway/)]);
  });

  test('tokens of its users need a JwtAuthentication of the gateway, not that of a Service', () => {
    const users = policy({ allow: [{ ...everyone, endUsers: [EndUser.of({ issuer: ISSUER })] }] });
    const tokens = (props: object): Make => chart => new JwtAuthentication(chart, 'tokens', { issuers: [{ issuer: ISSUER }], ...props });
    const missing = /MESH5008: a policy for end users of 'https:\/\/login.example.com' may not hold .*no JwtAuthentication of the gateway 'public'/;

    expect(made(ISTIO, users).warnings).toEqual([expect.stringMatching(missing)]);
    expect(made(ISTIO, users, tokens({ workload: cart })).warnings).toEqual([expect.stringMatching(missing)]);
    expect(made(ISTIO, users, tokens({ gateway: PUBLIC })).warnings).toEqual([]);
    expect(made(AMBIENT, policy({ waypoint: 'w', allow: [{ ...everyone, endUsers: [EndUser.of({ issuer: ISSUER })] }] }), tokens({ waypoint: 'w' })).warnings).toEqual([]);
    expect(made(ISTIO, tokens({ gateway: PUBLIC })).manifests).toMatchObject([
      { kind: 'RequestAuthentication', metadata: { namespace: 'infra' }, spec: { targetRefs: [{ kind: 'Gateway', name: 'public' }] } },
    ]);
    expect(made(ISTIO, tokens({ gateway: PUBLIC }), chart => new JwtAuthentication(chart, 'again', { gateway: PUBLIC, issuers: [{ issuer: ISSUER }] })).errors)
      .toEqual([expect.stringMatching(/MESH3001: .*the tokens of Gateway 'infra\/public'/)]);
  });

  test.each([
    ['a default of its namespace', (chart: Chart) => new NamespaceAccessDefault(chart, 'default', { metadata: { namespace: 'infra' } })],
    ['a default of the mesh', (chart: Chart) => new MeshAccessDefault(chart, 'default')],
    ['one that allows identities', (chart: Chart) => new MeshAccessDefault(chart, 'default', { allow: [{ sources: [Identity.anyAuthenticated()] }] })],
  ])('%s closes the gateway, and it opens it', (_, closing) => {
    const allow = policy({ allow: [{ ...everyone, requests: [HttpMatch.of({ pathPrefix: '/cart' })] }] });
    const deny = policy({ deny: [{ sources: [Identity.ipBlock('192.0.2.0/24')] }] });
    const both = made(ISTIO, closing, allow);

    expect([both.errors, passes(both.manifests, 'a.example.com', { path: '/cart' }), passes(both.manifests, 'a.example.com')]).toEqual([[], true, false]);
    expect(passes(made(ISTIO, closing, deny).manifests, 'a.example.com', { ip: '198.51.100.7' })).toBe(false);
  });
});

test('an exposure through a gateway that a default closes is told so, until a policy of the gateway opens it', () => {
  const exposing: Make = chart => new Exposure(chart, 'outside', { service: cart, gateway: PUBLIC });
  const closing: Make = chart => new NamespaceAccessDefault(chart, 'default', { metadata: { namespace: 'infra' } });
  const told = /MESH5008: the exposure through the gateway 'infra\/public' may not hold .*'shop\/default' closes gateways, too/;

  expect(made(ISTIO, exposing, closing).warnings).toEqual([expect.stringMatching(told)]);
  expect(made(ISTIO, exposing, closing, policy({ deny: [everyone] })).warnings).toEqual([expect.stringMatching(told)]);
  expect(made(ISTIO, exposing, closing, policy({ allow: [everyone] })).warnings).toEqual([]);
  expect(made(ISTIO, exposing, chart => new NamespaceAccessDefault(chart, 'default', { metadata: { namespace: 'other' } })).warnings).toEqual([]);
});

test('what is no policy of a gateway', () => {
  const wrong = (props: object) => () => made(ISTIO, chart => new GatewayAccessPolicy(chart, 'edge', props as GatewayAccessPolicyProps));

  expect(wrong({ allow: [] })).toThrow(/\[shop\/edge\] MESH1511: the policy is for no gateway/);
  expect(wrong({ gateway: PUBLIC, waypoint: 'waypoint', allow: [] })).toThrow(/MESH1005: `gateway` and `waypoint` exclude each other/);
  expect(wrong({ gateway: PUBLIC })).toThrow(/MESH1511: the policy neither allows nor denies anything/);
  expect(wrong({ gateway: PUBLIC, deny: [] })).toThrow(/MESH1004/);
  expect(wrong({ gateway: ExposureGateway.own({ className: 'istio' }), allow: [] })).toThrow(/MESH1006: .*Use `exposure.gateway`/);
  expect(wrong({ gateway: PUBLIC, allow: [], metadata: { namespace: 'shop' } })).toThrow(/MESH1502/);
  expect(wrong({ gateway: PUBLIC, allow: [{ ...everyone, requests: [TlsMatch.sni('a.example.com')] }] })).toThrow(/MESH1503: .*server names of TLS/);
  expect(wrong({ gateway: PUBLIC, allow: [{ ...everyone, ports: [0] }] })).toThrow(/MESH1010/);
  expect(wrong({ gateway: PUBLIC, allow: [{ ...everyone, requests: [] }] })).toThrow(/MESH1004/);
});

import { Chart } from 'cdk8s';
import {
  AccessMode, ConsulNamespaces, GrpcMatch, HealthProbeKind, HttpMatch, Identity, MeshImplementation, MeshProtocol, MeshService, MeshTarget,
  ServiceAccessPolicy, SmiImplementation, StringMatch,
} from '../../src';
import type { AccessAllowance, HealthProbe, ServiceAccessPolicyProps } from '../../src';
import type { AccessModel } from '../../src/model/access';
import { CATALOGUE } from '../../src/targets/catalogue';
import { ofKind, portable, refused, shop, synth, targetOf, TARGETS } from '../setup';

const cart = MeshService.of('cart', { port: 80, serviceAccount: 'cart', podSelector: { app: 'cart' } });
const web = Identity.serviceAccount('web');
const policy = (chart: Chart, ...allow: AccessAllowance[]) => new ServiceAccessPolicy(chart, 'access', { destination: cart, allow });
const none = refused('cannot express', 'Gateway API has no access policies of its own');

portable('denies everything by itself', chart => policy(chart), {
  smi: manifests => expect(manifests).toEqual([]),
  gatewayApi: none,
  istio: manifests => expect(manifests.map(m => m.spec)).toEqual([{ selector: { matchLabels: { app: 'cart' } }, action: 'ALLOW' }]),
  linkerd: manifests => expect(manifests.map(m => m.kind)).toEqual(['Server']),
});

portable('lets a namespace in', chart => policy(chart, { sources: [Identity.namespace('ops')] }), {
  smi: refused('[shop/access]', 'whole namespaces as sources', 'use Istio, Istio ambient or Linkerd'),
  gatewayApi: none,
  istio: ([{ spec }]) => expect(spec.rules[0].from[0].source.principals).toEqual(['cluster.local/ns/ops/sa/*']),
  linkerd: manifests => expect(ofKind(manifests, 'MeshTLSAuthentication')[0].spec.identityRefs).toEqual([{ kind: 'Namespace', name: 'ops' }]),
});

/** Without dot segments: what they lead to is another path, by the time that the server has it. */
const takesVersions = (regex: string) => {
  const whole = new RegExp(`^(?:${regex})$`);
  expect(['/v1/', '/v1/cart', '/v12/cart/v1.2', '/v1/%41'].filter(path => !whole.test(path))).toEqual([]);
  expect(['/v/cart', '/v1', '/w1/cart', '/old/v1/cart', '/v1/../admin', '/v1/cart/..', '/v1/%2e%2e/admin', '/v1/.%2E/admin'].filter(path => whole.test(path)))
    .toEqual([]);
};
portable('lets regular expressions of paths in', chart => policy(chart, { sources: [web], requests: [HttpMatch.of({ pathRegex: '/v[0-9]+/.*' })] }), {
  smi: manifests => takesVersions(ofKind(manifests, 'HTTPRouteGroup')[0].spec.matches[0].pathRegex),
  gatewayApi: none,
  istio: refused('regular expression matches on the path'),
  linkerd: manifests => {
    const { type, value } = ofKind(manifests, 'HTTPRoute')[0].spec.rules[0].matches[0].path;
    expect(type).toBe('RegularExpression');
    takesVersions(value);
  },
});

const datagrams = MeshService.of('dns', { ports: [{ port: 53, protocol: MeshProtocol.UDP }], serviceAccount: 'dns', podSelector: { app: 'dns' } });
portable('lets datagrams in', chart => new ServiceAccessPolicy(chart, 'access', { destination: datagrams, allow: [{ sources: [web] }] }), {
  smi: manifests => expect(ofKind(manifests, 'UDPRoute')[0].spec.matches.ports).toEqual([53]),
  gatewayApi: none,
  istio: refused('policies on UDP ports'),
  linkerd: refused('policies on UDP ports'),
});

const targetPorts = MeshService.of('cart', { ports: [{ port: 80, targetPort: 8080 }], serviceAccount: 'cart', podSelector: { app: 'cart' } });
portable('holds at the port of the pods', chart => new ServiceAccessPolicy(chart, 'access', {
  destination: targetPorts, allow: [{ sources: [web], ports: [80] }],
}), {
  smi: manifests => expect(ofKind(manifests, 'TCPRoute')[0].spec.matches.ports).toEqual([8080]),
  gatewayApi: none,
  istio: ([{ spec }]) => expect(spec.rules[0].to[0].operation.ports).toEqual(['8080']),
  linkerd: manifests => expect(ofKind(manifests, 'Server').map(s => s.spec.port)).toEqual([8080]),
});

portable('keeps health probes passing', chart => new ServiceAccessPolicy(chart, 'access', {
  destination: cart, allow: [{ sources: [web], requests: [HttpMatch.of({ methods: ['POST'] })] }], healthProbes: [{ path: '/healthz' }],
}), {
  smi: manifests => expect(ofKind(manifests, 'HTTPRouteGroup')[0].spec.matches).toHaveLength(1),
  gatewayApi: none,
  istio: ([{ spec }]) => expect(spec.rules).toHaveLength(1),
  linkerd: manifests => expect(ofKind(manifests, 'NetworkAuthentication')).toHaveLength(1),
});

portable('selects pods by what the target needs', chart => new ServiceAccessPolicy(chart, 'access', {
  destination: MeshService.of('cart', { port: 80 }), allow: [{ sources: [web] }],
}), {
  smi: refused("a policy for 'cart'", 'Give the MeshService its `serviceAccount`'),
  gatewayApi: none,
  istio: refused("a policy for 'cart'", 'Give the MeshService its `podSelector`'),
  linkerd: refused("a policy for 'cart'", 'Give the MeshService its `podSelector`'),
});

test('Istio asks for mutual TLS, unless the mesh does', () => {
  for (const [strictMutualTls, count] of [[false, 1], [true, 0]] as const) {
    const chart = shop(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, strictMutualTls, trustDomain: 'prod.example' }));
    policy(chart, { sources: [web] });
    const manifests = synth(chart);

    expect(ofKind(manifests, 'PeerAuthentication')).toHaveLength(count);
    expect(manifests[0].spec.rules[0].from[0].source.principals).toEqual(['prod.example/ns/shop/sa/web']);
  }
});

test('the SMI extension of Linkerd enforces no policies, so they are refused', () => {
  const chart = shop(MeshTarget.smi({ implementation: SmiImplementation.LINKERD }));
  policy(chart, { sources: [web] });

  expect(() => synth(chart)).toThrow(/a TrafficTarget would protect nothing/);
});

test('Open Service Mesh ignores UDPRoutes, so they are refused', () => {
  const chart = shop(MeshTarget.smi({ implementation: SmiImplementation.OSM }));
  new ServiceAccessPolicy(chart, 'access', { destination: datagrams, allow: [{ sources: [web] }] });

  expect(() => synth(chart)).toThrow(/ignores UDPRoutes/);
});

test('SMI refuses what Open Service Mesh would read as more', () => {
  const chart = shop(TARGETS.smi());
  const two = MeshService.of('cart', { ports: [{ port: 80 }, { port: 81 }], serviceAccount: 'cart' });
  new ServiceAccessPolicy(chart, 'access', {
    destination: two,
    allow: [{ sources: [web], ports: [80], requests: [HttpMatch.of({ methods: ['GET'] })] }, { sources: [web], ports: [81] }],
  });

  expect(() => synth(chart)).toThrow(/different requests of ServiceAccount 'shop\/web' on ports 80 and 81/);
});

test('two Services that share a ServiceAccount cannot have policies of their own in SMI', () => {
  const chart = shop(TARGETS.smi());
  policy(chart, { sources: [web] });
  new ServiceAccessPolicy(chart, 'other', { destination: MeshService.of('other', { port: 80, serviceAccount: 'cart' }), allow: [{ sources: [web] }] });

  expect(() => synth(chart))
    .toThrow(/\[shop\/other\] MESH3001: the policy of the pods that run as ServiceAccount 'shop\/cart' is also defined by 'shop\/access'/);
});

test.each(['istio', 'linkerd'] as const)('two policies for the same pods would add up in %s', target => {
  const chart = shop(TARGETS[target]());
  policy(chart, { sources: [web] });
  new ServiceAccessPolicy(chart, 'other', { destination: MeshService.of('other', { port: 80, podSelector: { app: 'cart' } }), allow: [] });

  expect(() => synth(chart)).toThrow(/the policy of the pods 'app=cart' in namespace 'shop' is also defined by/);
});

test('Istio has no way to mean a star', () => {
  const chart = shop(TARGETS.istio());
  policy(chart, { sources: [web], requests: [HttpMatch.of({ path: '/a*' }), HttpMatch.of({ headers: { x: StringMatch.exact('*') } })] });

  expect(() => synth(chart)).toThrow(/the path '\/a\*' and the header value '\*'/);
});

test('gRPC methods are paths', () => {
  const chart = shop(TARGETS.istio());
  const grpc = MeshService.of('cart', { port: 80, protocol: MeshProtocol.GRPC, podSelector: { app: 'cart' } });
  new ServiceAccessPolicy(chart, 'access', {
    destination: grpc, allow: [{ sources: [web], requests: [GrpcMatch.of({ service: 'shop.Cart' }), GrpcMatch.of({ service: 'shop.Cart', method: 'Add' })] }],
  });

  expect(synth(chart)[0].spec.rules[0].to.map((t: any) => t.operation.paths)).toEqual([['/shop.Cart', '/shop.Cart/*'], ['/shop.Cart/Add']]);
});

test.each<[string, Partial<ServiceAccessPolicyProps>, RegExp]>([
  ['no sources', { allow: [{ sources: [] }] }, /allowance 1\] MESH1004: `sources` is an empty list/],
  ['no ports', { allow: [{ sources: [web], ports: [] }] }, /`ports` is an empty list/],
  ['no requests', { allow: [{ sources: [web], requests: [] }] }, /`requests` is an empty list/],
  ['a port that is none', { allow: [{ sources: [web], ports: [70000] }] }, /70000 is not a port number/],
  ['a port of the pods that speaks HTTP and does not', {
    destination: MeshService.of('cart', { ports: [{ port: 80, targetPort: 8080 }, { port: 81, targetPort: 8080, protocol: MeshProtocol.TCP }] }),
  }, /port 8080 of the pods is declared as HTTP and as TCP/],
  ['requests on TCP', {
    destination: MeshService.of('redis', { port: 6379, protocol: MeshProtocol.TCP }), allow: [{ sources: [web], requests: [HttpMatch.header('a', 'b')] }],
  }, /requests cannot be told apart on the ports of 'redis'/],
])('refuses %s', (_, props, message) => {
  expect(() => new ServiceAccessPolicy(shop(TARGETS.istio()), 'access', { destination: cart, allow: [], ...props })).toThrow(message);
});

test('the namespace has to be known', () => {
  expect(() => new ServiceAccessPolicy(new Chart(shop(TARGETS.istio()).node.scope as any, 'bare'), 'access', { destination: cart, allow: [] }))
    .toThrow(/\[bare\/access\] MESH1501: the namespace of 'cart' is unknown/);
});

describe('the model', () => {
  const modelOf = (props: Omit<ServiceAccessPolicyProps, 'destination'>): AccessModel => {
    let model!: AccessModel;
    const dialects = CATALOGUE[0].dialects;
    const claims = (given: AccessModel) => {
      model = given;
      return [];
    };
    new ServiceAccessPolicy(shop(targetOf({ ...dialects, access: { ...dialects.access, claims } })), 'access', { destination: cart, ...props });
    return model;
  };

  test('metrics may be scraped by a GET of their path, and by nothing else', () => {
    const { rules, destination } = modelOf({ allow: [], metrics: { sources: [Identity.serviceAccount('prometheus', 'monitoring')], port: 9090 } });

    expect(destination.ports).toMatchObject([{ port: 80, protocol: 'HTTP' }, { port: 9090, protocol: 'HTTP' }]);
    expect(rules).toMatchObject([{
      sources: [{ kind: 'serviceAccount', name: 'prometheus', namespace: 'monitoring' }],
      exceptSources: [],
      ports: [{ port: 9090, protocol: 'HTTP' }],
      requests: [{ methods: ['GET'], path: { type: 'exact', value: '/metrics' }, headers: [], query: [] }],
    }]);
  });

  test('a namespace can be let in but for some of it', () => {
    expect(modelOf({ allow: [{ sources: [Identity.namespace('ops')], exceptSources: [Identity.serviceAccount('job', 'ops')] }] }).rules).toMatchObject([
      { sources: [{ kind: 'namespace', name: 'ops' }], exceptSources: [{ kind: 'serviceAccount', name: 'job', namespace: 'ops' }] },
    ]);
  });

  test.each([
    Identity.anyone(), Identity.ipBlock('10.0.0.0/8'), Identity.namespaceLabels({ a: 'b' }),
  ])('an exception does not hold for who needs no identity: %j', source => {
    expect(() => modelOf({ allow: [{ sources: [source], exceptSources: [web] }] })).toThrow(/`exceptSources` cannot be combined with Identity/);
  });

  test('addresses are no exception', () => {
    expect(() => modelOf({ allow: [{ sources: [Identity.anyAuthenticated()], exceptSources: [Identity.ipBlock('10.0.0.0/8')] }] }))
      .toThrow(/cannot be an exception/);
  });

  test('it is enforced, unless it is an audit', () => {
    expect(modelOf({ allow: [] }).audit).toBe(false);
    expect(modelOf({ allow: [], mode: AccessMode.AUDIT }).audit).toBe(true);
  });
});

describe('health probes', () => {
  const { HTTP, HTTPS, GRPC, TCP } = HealthProbeKind;
  const service = MeshService.of('cart', {
    podSelector: { app: 'cart' },
    serviceAccount: 'cart',
    ports: [
      { port: 8080 },
      { port: 9090, protocol: MeshProtocol.GRPC },
      { port: 8443, protocol: MeshProtocol.TLS },
      { port: 6379, protocol: MeshProtocol.TCP },
    ],
  });
  const probing = (healthProbes: HealthProbe[]) => (chart: Chart) => new ServiceAccessPolicy(chart, 'access', {
    destination: service, allow: [{ sources: [Identity.serviceAccount('web')] }], healthProbes,
  });
  const errors = (target: MeshTarget, probe: HealthProbe) => {
    const chart = shop(target);
    probing([probe])(chart);
    return chart.node.root.node.findAll().flatMap(({ node }) => node.validate()).join('\n');
  };
  const mesh = (name: keyof typeof MeshImplementation) => MeshTarget.gatewayApi({
    mesh: MeshImplementation[name],
    ...(name === 'CONSUL' && {
      consulNamespaces: ConsulNamespaces.MIRRORED,
    }),
    ...(name === 'KUMA' && { trustDomain: 'shop.mesh.local' }),
  });
  const all = { [HTTP]: true, [HTTPS]: true, [GRPC]: true, [TCP]: true };

  test.each<[string, MeshTarget, Record<HealthProbeKind, boolean | RegExp>]>([
    ['Istio', mesh('ISTIO'), all],
    ['Istio ambient', mesh('ISTIO_AMBIENT'), all],
    ['Linkerd', mesh('LINKERD'), { ...all, [HTTPS]: /health probes over HTTPS.*Let everyone in on its port/ }],
    ['Kuma', mesh('KUMA'), all],
    [
      'Consul',
      mesh('CONSUL'),
      { ...all, [HTTPS]: /health probes over HTTPS.*demands a certificate/, [GRPC]: /health probes over gRPC.*demands a certificate/ },
    ],
    ['Cilium', mesh('CILIUM'), all],
    ['NetworkPolicy', MeshTarget.networkPolicy(), all],
    ['SMI', MeshTarget.smi(), { ...all, [GRPC]: /health probes over gRPC.*does not redirect/ }],
  ])('%s says what becomes of each kind', (_, target, expected) => {
    for (const [kind, answer] of Object.entries(expected)) {
      const path = kind === HTTP || kind === HTTPS ? { path: '/healthz' } : {};
      const told = errors(target, { kind: kind as HealthProbeKind, ...path });
      expect([kind, told]).toEqual([kind, answer === true ? expect.not.stringContaining('probe') : expect.stringMatching(answer as RegExp)]);
    }
  });

  test.each<[string, HealthProbe, RegExp]>([
    [
      'a GET on a gRPC port',
      { path: '/healthz', port: 9090 },
      /port 9090 does not speak HTTP\. The port speaks gRPC, which has no GET: write the health check as `\{ kind: HealthProbeKind\.GRPC \}`/,
    ],
    ['a method of gRPC as a path', { path: '/grpc.health.v1.Health/Check', port: 9090 }, /does not speak HTTP/],
    ['gRPC on an HTTP port', { kind: GRPC, port: 8080 }, /port 8080 does not speak gRPC\. Name one that speaks gRPC/],
    ['HTTPS on an HTTP port', { kind: HTTPS, path: '/healthz', port: 8080 }, /port 8080 does not speak TLS/],
    ['a GET without a path', {}, /a GET needs its `path`/],
    ['a path of gRPC', { kind: GRPC, path: '/healthz' }, /a probe over gRPC has no `path`/],
    ['a path of a connection', { kind: TCP, path: '/healthz', port: 6379 }, /a probe over TCP has no `path`/],
  ])('refuses %s', (_, probe, message) => {
    expect(() => probing([probe])(shop(mesh('ISTIO')))).toThrow(message);
  });

  test('are on a port of the pods that the Service does not declare, too', () => {
    const chart = shop(mesh('LINKERD'));
    probing([{ kind: GRPC, port: 9191 }])(chart);
    const manifests = synth(chart);

    expect(manifests.find(({ kind, spec }) => kind === 'Server' && spec.port === 9191).spec.proxyProtocol).toBe('HTTP/2');
    expect(JSON.stringify(ofKind(manifests, 'HTTPRoute'))).toContain('/grpc.health.v1.Health/Check');
  });
});

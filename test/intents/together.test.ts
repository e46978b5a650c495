import { App, Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import type { MeshTarget, MutualTlsPort, RequestHandling, ServiceAccessDenialProps } from '../../src';
import {
  AccessMode, CanaryRelease, ConsulNamespaces, Exposure, ExposureGateway, HttpMatch, Identity, MeshAccessDefault, MeshImplementation, MeshService,
  MeshTarget as Target, MeshTargets, MutualTls, MutualTlsMode, NamespaceAccessDefault, ServiceAccessDenial, ServiceAccessPolicy, ServiceRoute,
  SmiImplementation,
} from '../../src';
import { allowedByConsul } from '../../src/evaluators/access/consul';
import { ofKind, shop } from '../setup';

/** Several constructs on the same Services, in every order. */

const cart = MeshService.of('cart', { port: 8080, serviceAccount: 'cart', podSelector: { app: 'cart' } });
const account = (name: string) => MeshService.of(name, { port: 8080, serviceAccount: name, podSelector: { app: 'cart', version: name } });
const [v1, v2] = [cart.variant('cart-v1'), cart.variant('cart-v2')];
const web = Identity.serviceAccount('web');

const CONSUL = () => Target.consul({ namespaces: ConsulNamespaces.MIRRORED });
const CONSUL_GATEWAYS = () => Target.gatewayApi({ mesh: MeshImplementation.CONSUL, consulNamespaces: ConsulNamespaces.MIRRORED });

type Make = (chart: Chart) => unknown;

const release = (chart: Chart) => new CanaryRelease(chart, 'cart-release', { service: cart, stable: v1, canary: v2, weight: 10 });
const policy = (chart: Chart, destination = cart) => new ServiceAccessPolicy(chart, `${destination.name}-access`, {
  destination, allow: [{ sources: [web], requests: [HttpMatch.of({ methods: ['GET'], pathPrefix: '/cart' })] }],
});

/** The manifests, in an order of their own; or the sentence of the error. */
function outcome(target: MeshTarget, ...made: Make[]): string[] | 'refused' {
  const chart = shop(target);
  made.forEach(make => make(chart));
  try {
    return Testing.synth(chart).map(manifest => JSON.stringify(manifest)).sort();
  } catch {
    return 'refused';
  }
}

function manifests(target: MeshTarget, ...made: Make[]): any[] {
  return (outcome(target, ...made) as string[]).map(manifest => JSON.parse(manifest));
}

describe('Consul: a release and a policy for one Service', () => {
  const lets = (all: any[], serviceAccount: string, method: string, client = 'web') => allowedByConsul('mirrored')(all, {
    client: { kind: 'pod', meshed: true, serviceAccount: client, namespace: 'shop', labels: {}, ip: '10.0.0.1' },
    pod: { name: serviceAccount, serviceAccount, namespace: 'shop', labels: {}, ports: [{ port: 8080, protocol: 'HTTP' }] },
    port: 8080,
    method,
    path: '/cart',
    headers: {},
    query: {},
  } as any);

  test('hold together, whichever is made first', () => {
    const all = manifests(CONSUL(), release, policy);

    expect(outcome(CONSUL(), policy, release)).toEqual(outcome(CONSUL(), release, policy));
    for (const service of ['cart', 'cart-v1', 'cart-v2']) {
      expect(lets(all, service, 'GET')).toBe(true);
      expect(lets(all, service, 'POST')).toBe(false);
      expect(lets(all, service, 'GET', 'api')).toBe(false);
    }
  });

  test('have all their objects when the later one is made, under names of their own', () => {
    const chart = shop(CONSUL());
    const access = policy(chart);
    const names = () => access.apiObjects.filter(({ kind }) => kind === 'ServiceIntentions').map(({ name }) => name);
    const [name] = names();
    release(chart);

    expect(names()).toEqual([name, `${name}-cart-v1`, `${name}-cart-v2`]);
  });

  test('in another namespace, intentions stand there', () => {
    const elsewhere = cart.variant('cart-v2', { namespace: 'next' });
    const all = manifests(CONSUL(), policy, chart => new CanaryRelease(chart, 'release', { service: cart, stable: v1, canary: elsewhere }));

    expect(ofKind(all, 'ServiceIntentions').map(({ metadata, spec }) => [metadata.namespace, spec.destination])).toContainEqual(
      ['next', { name: 'cart-v2', namespace: 'next' }]);
  });

  test('at a gateway too, to whose backends no other route leads', () => {
    const exposed = (chart: Chart) => new Exposure(chart, 'public', {
      service: cart, gateway: ExposureGateway.own({ className: 'consul' }), rules: [{ backends: [{ service: v1, weight: 9 }, { service: v2, weight: 1 }] }],
    });
    const open = (chart: Chart) => new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ sources: [Identity.anyAuthenticated()] }] });
    const all = manifests(CONSUL_GATEWAYS(), exposed, open);

    expect(ofKind(all, 'ServiceIntentions').map(({ spec }) => spec.destination.name).sort()).toEqual(['cart', 'cart-v1', 'cart-v2']);
    expect(ofKind(all, 'ServiceDefaults').map(({ metadata, spec }) => [metadata.name, spec.protocol]).sort())
      .toEqual([['cart', 'http'], ['cart-v1', 'http'], ['cart-v2', 'http']]);
    expect(outcome(CONSUL_GATEWAYS(), open, exposed)).toEqual(outcome(CONSUL_GATEWAYS(), exposed, open));
  });

  test.each<[string, Make[]]>([
    ['a policy of its own for a backend', [release, policy, chart => policy(chart, v1)]],
    ['a route of its own for a backend', [
      release, policy, chart => new ServiceRoute(chart, 'next', { service: v2, rules: [{ backends: [{ service: cart.variant('cart-v3') }] }] }),
    ]],
    ['two Services with policies of their own that share a backend', [
      release, policy, chart => policy(chart, MeshService.of('shop', { port: 8080 })),
      chart => new ServiceRoute(chart, 'shop', { service: MeshService.of('shop', { port: 8080 }), rules: [{ backends: [{ service: v1 }] }] }),
    ]],
    ['a backend whose pods run as another ServiceAccount', [
      policy, chart => new ServiceRoute(chart, 'route', {
        service: cart, rules: [{ backends: [{ service: MeshService.of('cart-v1', { port: 8080, serviceAccount: 'cart' }) }] }],
      }),
    ]],
  ])('are refused with %s, in every order', (_, made) => {
    expect(permutations(made).map(order => outcome(CONSUL(), ...order))).toEqual(permutations(made).map(() => 'refused'));
  });
});

describe('an exposure and policies', () => {
  const gateways: readonly [string, MeshImplementation, ExposureGateway][] = [
    ['Istio', MeshImplementation.ISTIO, ExposureGateway.shared('public', 'infra', { className: 'istio' })],
    ['Istio, with one of its own', MeshImplementation.ISTIO, ExposureGateway.own({ className: 'istio' })],
    ['Istio ambient', MeshImplementation.ISTIO_AMBIENT, ExposureGateway.listenerSet('public', 'infra', { className: 'istio' })],
    ['Linkerd', MeshImplementation.LINKERD, ExposureGateway.shared('public', 'infra', { pods: { serviceAccount: 'nginx' } })],
    ['Consul', MeshImplementation.CONSUL, ExposureGateway.own({ className: 'consul' })],
    ['Cilium', MeshImplementation.CILIUM, ExposureGateway.own({ className: 'cilium' })],
  ];
  const targetOf = (mesh: MeshImplementation) =>
    Target.gatewayApi({ mesh, ...(mesh === MeshImplementation.CONSUL && { consulNamespaces: ConsulNamespaces.MIRRORED }) });
  const allowing = (...sources: Identity[]) => (chart: Chart, id = 'access', destination = cart) =>
    new ServiceAccessPolicy(chart, id, { destination, allow: sources.map(source => ({ sources: [source] })) });
  const message = (chart: Chart) => {
    try {
      return Testing.synth(chart).length;
    } catch (error) {
      return (error as Error).message;
    }
  };

  test.each(gateways)('%s: the gateway is let in by its identity, and shut out without it', (_, mesh, gateway) => {
    const expose = (chart: Chart) => new Exposure(chart, 'public', { service: cart, hostnames: ['shop.example.com'], gateway });
    const build = (order: 'policy first' | 'exposure first', ...sources: Identity[]) => {
      const chart = shop(targetOf(mesh));
      const policies = () => allowing(web, ...sources)(chart);
      if (order === 'policy first') {
        policies();
        expose(chart);
      } else {
        const { identity } = expose(chart);
        allowing(web, identity, ...sources)(chart);
      }
      return message(chart);
    };

    expect(build('policy first'))
      .toMatch(/\[shop\/public\] MESH3005: the gateway '.*' sends requests to 'cart', and in target 'gateway-api' 'shop\/access' does not let it in/);
    expect(build('exposure first')).toEqual(expect.any(Number));
  });

  test.each<[string, Make]>([
    ['the policy of a version that the exposure names', chart => allowing(web)(chart, 'access', account('cart-v2'))],
    ['the policy of the Service in front of the versions', chart => allowing(web)(chart)],
    [
      'a policy for the same pods by another Service',
      chart => allowing(web)(chart, 'access', MeshService.of('shop', { port: 8080, podSelector: { app: 'cart' } })),
    ],
    ['a policy that denies everything', chart => allowing()(chart)],
    ['a policy that lets it in on another port', chart => new ServiceAccessPolicy(chart, 'access', {
      destination: cart, allow: [{ sources: [web] }, { sources: [Identity.anyone()], ports: [9090] }],
    })],
    ['the default of the namespace', chart => new NamespaceAccessDefault(chart, 'deny')],
  ])('%s may shut it out', (_, policies) => {
    const [one, two] = [account('cart-v1'), account('cart-v2')];
    const made: Make[] = [policies, chart => new Exposure(chart, 'public', {
      route: new CanaryRelease(chart, 'release', { service: cart, stable: one, canary: two, weight: 10 }), gateway: gateways[0][2],
    })];

    for (const order of permutations(made)) {
      const chart = shop(targetOf(MeshImplementation.ISTIO));
      order.forEach(make => make(chart));
      expect(message(chart)).toMatch(/MESH3005/);
    }
  });

  describe('a denial alone', () => {
    const strict = () => Target.gatewayApi({ mesh: MeshImplementation.ISTIO, strictMutualTls: true });
    const denying = (chart: Chart, source: Identity, more: Partial<ServiceAccessDenialProps> = {}) =>
      new ServiceAccessDenial(chart, 'denial', { destination: cart, deny: [{ sources: [source] }], ...more });
    const infra = ExposureGateway.shared('public', 'infra', { className: 'istio' });
    const built = (target: MeshTarget, gateway: ExposureGateway, deny: (chart: Chart, gateway: Identity) => unknown, isFirst = false) => {
      const chart = shop(target);
      const named = Identity.gateway(gateway);
      if (isFirst) deny(chart, named);
      new Exposure(chart, 'public', { service: cart, gateway });
      if (!isFirst) deny(chart, named);
      return message(chart);
    };

    test.each<[string, (chart: Chart, gateway: Identity) => unknown]>([
      ['that names it', denying],
      ['of its namespace', chart => denying(chart, Identity.namespace('infra'))],
      ['of everyone', chart => denying(chart, Identity.anyone())],
      ['for its pods by labels', (chart, gateway) => denying(chart, gateway, { destination: MeshService.of('shop', { port: 8080, podSelector: { app: 'cart' } }) })],
    ])('%s shuts it out', (_, deny) => {
      for (const isFirst of [true, false]) {
        expect(built(strict(), infra, deny, isFirst)).toMatch(/\[shop\/public\] MESH3005: .* 'shop\/denial' does not let it in\. Deny other clients, other ports, or some requests only/);
      }
    });

    test.each<[string, (chart: Chart, gateway: Identity) => unknown]>([
      ['of others', chart => denying(chart, Identity.namespace('lab'))],
      ['of some requests', (chart, gateway) => denying(chart, gateway, { deny: [{ sources: [gateway], requests: [HttpMatch.of({ path: '/admin' })] }] })],
      ['for other pods', (chart, gateway) => denying(chart, gateway, { destination: MeshService.of('web', { port: 8080, podSelector: { app: 'web' } }) })],
      ['that only reports', (chart, gateway) => denying(chart, gateway, { mode: AccessMode.AUDIT })],
    ])('%s does not', (_, deny) => {
      expect(built(strict(), infra, deny)).toEqual(expect.any(Number));
    });

    test('may shut out a gateway of which nothing tells what its pods are', () => {
      const warning = jest.spyOn(console, 'warn').mockImplementation();
      const result = built(strict(), ExposureGateway.shared('public', 'infra'), chart => denying(chart, Identity.namespace('infra')));

      expect(result).toEqual(expect.any(Number));
      expect(warning.mock.calls.flat().join()).toMatch(/MESH5011: .*'shop\/denial' may not let it in/);
      warning.mockRestore();
    });
  });

  test.each<[string, Make]>([
    ['for other pods', chart => allowing(web)(chart, 'access', MeshService.of('web', { port: 8080, podSelector: { app: 'web' } }))],
    ['in another namespace', chart => allowing(web)(chart, 'access', MeshService.of('cart', { namespace: 'next', port: 8080, podSelector: { app: 'cart' } }))],
    ['that only reports', chart => new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ sources: [web] }], mode: AccessMode.AUDIT })],
    ['that lets in its namespace', chart => allowing(Identity.namespace('infra'))(chart)],
  ])('a policy %s does not', (_, policies) => {
    const chart = shop(targetOf(MeshImplementation.ISTIO));
    policies(chart);
    new Exposure(chart, 'public', { service: cart, gateway: gateways[0][2] });

    expect(message(chart)).toEqual(expect.any(Number));
  });

  describe('beside a default that closes pods without a policy', () => {
    const { ISTIO, CILIUM } = MeshImplementation;
    const strict = Target.gatewayApi({ mesh: ISTIO, strictMutualTls: true });
    const inside = ExposureGateway.own({ className: 'istio' });
    const agent = ExposureGateway.own({ className: 'cilium' });
    type Default = typeof NamespaceAccessDefault | typeof MeshAccessDefault;
    const defaults: readonly [string, MeshTarget, ExposureGateway, Default, (exposure: Exposure) => Identity][] = [
      ['Istio, of the namespace', strict, inside, NamespaceAccessDefault, () => Identity.namespace('shop')],
      ['Istio, of the mesh', strict, inside, MeshAccessDefault, () => Identity.namespace('shop')],
      ['Cilium, of the namespace', targetOf(CILIUM), agent, NamespaceAccessDefault, ({ identity }) => identity],
    ];
    interface Part { readonly destination: MeshService; readonly isLetIn: boolean }
    const exposureIn = ({ node }: Chart) => node.findChild('public') as Exposure;
    const access = (destination: MeshService, isLetIn: boolean): Part => ({ destination, isLetIn });
    const v = (version: string, isLetIn = true) => access(cart.subset({ version }), isLetIn);

    /** What is said of pods for which there is a policy, or none; in every order. */
    const said = (target: MeshTarget, gateway: ExposureGateway, closing: Make | undefined, parts: readonly Part[], isDenying: boolean) => {
      const made: Make[] = [
        ...parts.map(({ destination, isLetIn }, i): Make => chart =>
          allowing(web, ...isLetIn ? [exposureIn(chart).identity] : [])(chart, `access-${i}`, destination)),
        ...isDenying ? [(chart: Chart) => new ServiceAccessDenial(chart, 'denial', {
          destination: cart, deny: [{ sources: [Identity.serviceAccount('job')] }],
        })] : [],
        ...closing === undefined ? [] : [closing],
      ];
      const answers = permutations(made).map(order => {
        const chart = shop(target);
        const warnings = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
        new Exposure(chart, 'public', { service: cart, gateway });
        order.forEach(make => make(chart));
        const result = message(chart);
        const [warning] = warnings.mock.calls.flatMap(([line]) => /MESH5011.*/.exec(line) ?? []);
        warnings.mockRestore();
        return typeof result === 'number' ? warning ?? 'holds' : /MESH3005.*/.exec(result)?.[0] ?? result;
      });
      expect(new Set(answers).size).toBe(1);
      return answers[0];
    };
    describe.each(defaults)('%s', (_, target, gateway, Default, source) => {
      const closed: Make = chart => new Default(chart, 'default');
      const opened: Make = chart => new Default(chart, 'default', { allow: [{ sources: [source(exposureIn(chart))] }] });

      test.each<[string, readonly Part[], RegExp]>([
        ['no policy', [], /MESH3005.*'shop\/default' does not let it in\. .* to the `allow` of a ServiceAccessPolicy for it/],
        ['one of the Service', [access(cart, true)], /^holds$/],
        ['one of the Service that shuts it out', [access(cart, false)], /MESH3005.*'shop\/access-0' does not let it in\. .* to its `allow`/],
        ['one of a subset', [v('v1')], /MESH3005.*'shop\/default' does not let it in\. Only a subset of its pods has a policy\. .* for the others/],
        ['one of a subset that shuts it out', [v('v1', false)], /MESH3005.*'shop\/(default|access-0)' does not let it in/],
        ['those of two subsets, which may be all', [v('v1'), v('v2')], /^MESH5011.*'shop\/default' does not let it into pods without a policy/],
        ['those of two subsets, of which one shuts it out', [v('v1'), v('v2', false)], /MESH3005.*'shop\/access-1' does not let it in/],
      ])('%s, with or without denials beside', (__, parts, expected) => {
        expect(said(target, gateway, closed, parts, false)).toMatch(expected);
        expect(said(target, gateway, closed, parts, true)).toMatch(expected);
        // Pods that nothing closes are open.
        const shutsOut = parts.some(({ isLetIn }) => !isLetIn);
        expect(said(target, gateway, undefined, parts, false)).toMatch(shutsOut ? /MESH3005.*access/ : /^holds$/);
        expect(said(target, gateway, opened, parts, false)).toBe('holds');
      });
    });
  });

  test('a policy for another trust domain, of which the gateway may be', () => {
    const chart = shop(targetOf(MeshImplementation.ISTIO));
    const warnings = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    new Exposure(chart, 'public', { service: cart, gateway: ExposureGateway.shared('public', 'infra', { className: 'istio' }) });
    allowing(Identity.trustDomain('partner.example'))(chart);
    const said = message(chart);
    const [warning] = warnings.mock.calls.flatMap(([line]) => /MESH5011.*/.exec(line) ?? []);
    warnings.mockRestore();

    expect(said).toEqual(expect.any(Number));
    expect(warning).toMatch(/may not let it in, since that depends on what its pods are\. Add `\{ sources: \[Identity\.gateway\(ExposureGateway\.shared\('public', 'infra', \{ className: 'istio' \}\)\)\] \}` to its `allow`/);
  });

  describe('beside mutual TLS', () => {
    const strict = MutualTlsMode.STRICT;
    const of = (workload: MeshService | undefined, mode: MutualTlsMode, ports?: MutualTlsPort[]): Make =>
      chart => new MutualTls(chart, `mtls-${workload?.name}-${mode}`, { workload, mode, ports });
    const { ISTIO, ISTIO_AMBIENT, LINKERD } = MeshImplementation;
    const nginx = ExposureGateway.shared('public', 'infra', { className: 'nginx' });
    const said = (mesh: MeshImplementation, gateway: ExposureGateway, ...made: Make[]) => permutations([
      ...made, (chart: Chart) => new Exposure(chart, 'public', { service: cart, gateway }),
    ]).map(order => {
      const chart = shop(targetOf(mesh));
      const warnings = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
      order.forEach(make => make(chart));
      const result = message(chart);
      const warned = warnings.mock.calls.some(([line]) => line.includes('MESH5011'));
      warnings.mockRestore();
      return typeof result === 'number' ? warned ? 'may not' : 'holds' : /MESH\d+/.exec(result)![0];
    }).reduce((one, other) => one === other ? one : 'depends on the order');

    test.each<[string, MeshImplementation, ExposureGateway, string]>([
      ['Istio, its own', ISTIO, ExposureGateway.own({ className: 'istio' }), 'holds'],
      ['Istio, its own elsewhere', ISTIO, ExposureGateway.shared('public', 'infra', { className: 'istio-remote' }), 'holds'],
      [
        'Istio, another one with a sidecar',
        ISTIO,
        ExposureGateway.shared('public', 'infra', { className: 'nginx', pods: { serviceAccount: 'nginx' } }),
        'holds',
      ],
      ['Istio, another one', ISTIO, nginx, 'may not'],
      ['Istio, whose class begins alike', ISTIO, ExposureGateway.own({ className: 'istiod' }), 'may not'],
      ['Istio, one of which nothing is known', ISTIO, ExposureGateway.shared('public', 'infra'), 'may not'],
      ['Istio, one that is no pod', ISTIO, ExposureGateway.own({ className: 'cilium' }), 'MESH3005'],
      ['Istio ambient, one that is no pod', ISTIO_AMBIENT, ExposureGateway.own({ className: 'gke-l7-global-external-managed' }), 'MESH3005'],
      ['Istio ambient, another one', ISTIO_AMBIENT, nginx, 'may not'],
      ['Linkerd, another one', LINKERD, nginx, 'may not'],
      ['Linkerd, one whose pods are said', LINKERD, ExposureGateway.own({ className: 'eg', pods: { serviceAccount: 'envoy' } }), 'holds'],
      ['Linkerd, one that is no pod', LINKERD, ExposureGateway.own({ className: 'cilium' }), 'MESH3005'],
    ])('%s, beside what takes nothing else', (_, mesh, gateway, expected) => {
      expect(said(mesh, gateway, of(cart, strict))).toBe(expected);
    });

    test.each<[string, Make[], string]>([
      ['of the namespace', [of(undefined, strict)], 'may not'],
      ['of the same pods by another Service', [of(MeshService.of('shop', { port: 8080, podSelector: { app: 'cart' } }), strict)], 'may not'],
      ['of the workload, in a permissive namespace', [of(cart, strict), of(undefined, MutualTlsMode.PERMISSIVE)], 'may not'],
      ['of the port alone', [of(cart, MutualTlsMode.PERMISSIVE, [{ port: 8080, mode: strict }])], 'may not'],
      ['of the namespace, but not of the workload', [of(undefined, strict), of(cart, MutualTlsMode.PERMISSIVE)], 'holds'],
      ['of the workload, but not of the port', [of(cart, strict, [{ port: 8080, mode: MutualTlsMode.PERMISSIVE }])], 'holds'],
      ['of other pods', [of(MeshService.of('web', { port: 8080, podSelector: { app: 'web' } }), strict)], 'holds'],
      ['of the namespace, beside a policy that lets in anyone', [of(undefined, strict), chart => allowing(Identity.anyone())(chart)], 'holds'],
      ['of the namespace, beside such a policy of a subset', [
        of(undefined, strict), chart => allowing(Identity.anyone())(chart, 'access', cart.subset({ version: 'v1' })),
      ], 'may not'],
      ['of the namespace, beside such policies of two subsets', [
        of(undefined, strict), ...['v1', 'v2'].map((version): Make => chart => allowing(Identity.anyone())(chart, version, cart.subset({ version }))),
      ], 'holds'],
    ])('%s', (_, made, expected) => {
      expect(said(ISTIO, nginx, ...made)).toBe(expected);
    });
  });

  describe('with a gateway that is no part of the mesh, or may be none', () => {
    const { ISTIO, ISTIO_AMBIENT, LINKERD, CILIUM } = MeshImplementation;
    const consulMesh = targetOf(MeshImplementation.CONSUL);
    const strict = Target.gatewayApi({ mesh: ISTIO, strictMutualTls: true });
    const cloud = ExposureGateway.own({ className: 'gke-l7-rilb' });
    const nginx = ExposureGateway.shared('public', 'infra', { className: 'nginx' });
    const permissive: Make = chart => new MutualTls(chart, 'mtls', { workload: cart, mode: MutualTlsMode.PERMISSIVE });
    const namespace = Identity.namespace('infra');

    test.each<[string, MeshTarget, ExposureGateway, Make[], string]>([
      ['Istio', targetOf(ISTIO), cloud, [], 'holds'],
      ['Istio that is strict', strict, cloud, [], 'MESH3005'],
      ['Istio that is strict, and a gateway of others', strict, nginx, [], 'MESH5011'],
      ['Istio that is strict, and its own', strict, ExposureGateway.own({ className: 'istio' }), [], 'holds'],
      ['Istio that is strict, but not there', strict, cloud, [permissive], 'holds'],
      ['Istio that is strict, but not in the namespace', strict, cloud, [chart => new MutualTls(chart, 'all', { mode: MutualTlsMode.PERMISSIVE })], 'holds'],
      ['Istio that is strict, beside a policy for anyone', strict, cloud, [chart => allowing(Identity.anyone())(chart)], 'holds'],
      ['Istio that is strict, beside one that only reports', strict, cloud,
        [chart => new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [], mode: AccessMode.AUDIT })], 'MESH3005'],
      ['Consul', consulMesh, cloud, [], 'MESH3005'],
      ['Consul, by its own', consulMesh, ExposureGateway.own({ className: 'consul-edge' }), [], 'holds'],
      ['Consul that takes plain text', consulMesh, cloud, [permissive], 'holds'],
      ...[ISTIO, ISTIO_AMBIENT, LINKERD].flatMap((mesh): [string, MeshTarget, ExposureGateway, Make[], string][] => [
        [`${mesh}, whoever has an identity`, targetOf(mesh), cloud, [chart => allowing(Identity.anyAuthenticated())(chart)], 'MESH3005'],
        [
          `${mesh}, a namespace`,
          targetOf(mesh),
          ExposureGateway.shared('public', 'infra', { className: 'cilium' }),
          [chart => allowing(namespace)(chart)],
          'MESH3005',
        ],
        [`${mesh}, a namespace that may be that of a gateway of others`, targetOf(mesh), nginx, [chart => allowing(namespace)(chart)], 'MESH5011'],
        [`${mesh}, an address`, targetOf(mesh), cloud, [chart => allowing(Identity.ipBlock('10.0.0.0/8'))(chart)], 'holds'],
        [`${mesh}, whoever has an identity, and an address`, targetOf(mesh), cloud,
          [chart => allowing(Identity.anyAuthenticated(), Identity.ipBlock('10.0.0.0/8'))(chart)], 'holds'],
      ]),
      ['Consul, whoever has an identity', consulMesh, cloud, [chart => allowing(Identity.anyAuthenticated())(chart)], 'MESH3005'],
      ['Cilium, whoever is a pod', targetOf(CILIUM), cloud, [chart => allowing(Identity.anyAuthenticated())(chart)], 'MESH3005'],
      ['Cilium, an address of what may be a pod', targetOf(CILIUM), nginx, [chart => allowing(Identity.ipBlock('10.0.0.0/8'))(chart)], 'MESH5011'],
      ['Cilium, an address of what is none', targetOf(CILIUM), cloud, [chart => allowing(Identity.ipBlock('10.0.0.0/8'))(chart)], 'holds'],
    ])('%s', (_, target, gateway, made, expected) => {
      const answers = permutations([...made, (chart: Chart) => new Exposure(chart, 'public', { service: cart, gateway })]).map(order => {
        const chart = shop(target);
        const warnings = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
        order.forEach(make => make(chart));
        const result = message(chart);
        const warned = warnings.mock.calls.flatMap(([line]) => /MESH5011/.exec(line) ?? []);
        warnings.mockRestore();
        return typeof result === 'number' ? warned[0] ?? 'holds' : /MESH\d+/.exec(result)![0];
      });

      expect(new Set(answers)).toEqual(new Set([expected]));
    });

    test('what would let it in is said: no policy can name it', () => {
      const chart = shop(targetOf(LINKERD));
      new Exposure(chart, 'public', { service: cart, gateway: cloud });
      allowing(Identity.anyAuthenticated())(chart);

      expect(message(chart)).toMatch(/does not let it in\. This gateway has no identity: let in its addresses/);
    });

    test('copies that it sends are requests like others, and so are their ports', () => {
      const shadow = MeshService.of('shadow', { ports: [{ port: 8080, targetPort: 9090 }], podSelector: { app: 'shadow' } });
      const copies = (chart: Chart) => new Exposure(chart, 'public', {
        service: cart, gateway: gateways[0][2], hostnames: ['shop.example.com'], mirrors: [{ service: shadow }],
      });
      const build = (make: Make) => {
        const chart = shop(targetOf(ISTIO));
        copies(chart);
        make(chart);
        return message(chart);
      };

      expect(build(chart => allowing(web)(chart, 'access', shadow))).toMatch(/MESH3005: the gateway 'infra\/public' sends requests to 'shadow'/);
      expect(build(chart => allowing(Identity.namespace('infra'))(chart, 'access', shadow))).toEqual(expect.any(Number));
      expect(build(chart => allowing(Identity.namespace('infra'))(chart, 'access', MeshService.of('shadow', { port: 8080, podSelector: { app: 'shadow' } }))))
        .toMatch(/MESH3007: .* come to port 9090 of the pods of 'shadow'/);
    });
  });

  test('an exposure without a gateway has no identity, and one of its own has no name before it is made', () => {
    const exposure = new Exposure(shop(Target.ingress({ className: 'nginx' })), 'public', { service: cart });

    expect(() => exposure.identity).toThrow(/MESH1006: the exposure has no `gateway`/);
    expect(() => Identity.gateway(ExposureGateway.own({ className: 'istio' }))).toThrow(/Use `exposure\.identity`/);
  });
});

test.each([SmiImplementation.SPEC, SmiImplementation.OSM])('SMI (%s): pods that run as another ServiceAccount are protected too', implementation => {
  const target = () => Target.smi({ implementation });
  const [own, next, same] = [account('cart-v1'), account('cart-next'), cart.variant('cart-v3')];
  const split = (chart: Chart) => new CanaryRelease(chart, 'release', {
    service: cart, stable: own, variants: [{ service: next, weight: 10 }, { service: same, weight: 10 }],
  });

  expect(ofKind(manifests(target(), policy, split), 'TrafficTarget').map(({ spec }) => spec.destination.name).sort()).toEqual(['cart', 'cart-next', 'cart-v1']);
  expect(outcome(target(), split, policy)).toEqual(outcome(target(), policy, split));
});

describe('Istio ambient: a policy for one Service closes the waypoint for others', () => {
  const ambient = () => Target.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT });
  const basket = MeshService.of('basket', { port: 8080, podSelector: { app: 'basket' } });
  const behind = MeshService.of('basket-v1', { port: 8080, podSelector: { app: 'basket', version: 'v1' } });
  const route = (chart: Chart) => new ServiceRoute(chart, 'basket', { service: basket, rules: [{ backends: [{ service: basket }] }] });
  const open = (chart: Chart) => new ServiceAccessPolicy(chart, 'basket-access', { destination: basket, allow: [{ sources: [Identity.anyone()] }] });
  const errors = (target: MeshTarget, made: Make[]) => permutations(made).map(order => {
    const chart = shop(target);
    order.forEach(make => make(chart));
    return chart.node.root.node.findAll().flatMap(({ node }) => node.validate()).filter(error => error.includes('MESH3006')).length;
  });

  test.each<[string, Make[], number]>([
    ['one with a route and no policy', [policy, route], 1],
    ['none that lets everyone in', [policy, route, open], 0],
    ['none where there is no policy that lets anyone in', [route, chart => new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [] })], 0],
    ['none where the namespace is closed', [policy, route, chart => new NamespaceAccessDefault(chart, 'deny')], 0],
    ['one where the namespace is closed, and the pods that answer have a policy', [
      chart => new ServiceRoute(chart, 'basket', { service: basket, rules: [{ backends: [{ service: behind }] }] }),
      chart => new ServiceAccessPolicy(chart, 'v1-access', { destination: behind, allow: [{ sources: [Identity.anyAuthenticated()] }] }),
      chart => new NamespaceAccessDefault(chart, 'deny'),
    ], 1],
    ['none in another namespace', [route, chart => policy(chart, MeshService.of('cart', { namespace: 'next', port: 8080, podSelector: { app: 'cart' } }))], 0],
    ['none of its own', [policy, release], 0],
  ])('%s', (_, made, expected) => {
    expect(new Set(errors(ambient(), made))).toEqual(new Set([expected]));
  });

  test('as sidecars do not', () => {
    expect(errors(Target.gatewayApi({ mesh: MeshImplementation.ISTIO }), [policy, route])).toEqual([0, 0]);
  });
});

describe('a version that listens on another port', () => {
  const next = MeshService.of('cart-v2', { ports: [{ port: 8080, targetPort: 9090 }], podSelector: { app: 'cart', version: 'v2' } });
  const split = (chart: Chart) => new CanaryRelease(chart, 'release', { service: cart, stable: v1, canary: next });
  const naming = (...ports: number[]) => (chart: Chart) => new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ sources: [web], ports }] });
  const errors = (target: MeshTarget, made: Make[]) => permutations(made).map(order => {
    const chart = shop(target);
    order.forEach(make => make(chart));
    return chart.node.root.node.findAll().flatMap(({ node }) => node.validate()).filter(error => error.includes('MESH3007')).length;
  });

  test.each([MeshImplementation.ISTIO, MeshImplementation.LINKERD, MeshImplementation.CILIUM])('%s: is one that the policy has to name', mesh => {
    expect(errors(Target.gatewayApi({ mesh }), [split, naming(8080)])).toEqual([1, 1]);
    expect(errors(Target.gatewayApi({ mesh }), [split, naming(8080, 9090)])).toEqual([0, 0]);
    expect(errors(Target.gatewayApi({ mesh }), [release, naming(8080)])).toEqual([0, 0]);
  });

  test('Consul: is one of the service', () => {
    expect(errors(CONSUL(), [split, naming(8080)])).toEqual([0, 0]);
  });
});

const TARGETS: readonly (() => MeshTarget)[] = [
  CONSUL, CONSUL_GATEWAYS, () => Target.smi(), () => Target.smi({ implementation: SmiImplementation.OSM }),
  () => Target.kuma({ trustDomain: 'default.zone.mesh.local' }),
  ...[MeshImplementation.ISTIO, MeshImplementation.ISTIO_AMBIENT, MeshImplementation.LINKERD, MeshImplementation.CILIUM]
    .map(mesh => () => Target.gatewayApi({ mesh })),
];

/** Constructs that lead to one another, and may conflict. */
const SERVICES = [cart, account('cart-v1'), account('cart-v2'), MeshService.of('web', { port: 8080, serviceAccount: 'web', podSelector: { app: 'web' } })];
const services = fc.constantFrom(...SERVICES);
const identities = fc.constantFrom(web, Identity.serviceAccount('cart'), Identity.anyAuthenticated(), Identity.namespace('edge'));
const constructs: fc.Arbitrary<(id: string) => Make> = fc.oneof(
  fc.tuple(services, fc.uniqueArray(services, { minLength: 1, maxLength: 3 })).map(([service, backends]) => (id: string): Make => chart =>
    new ServiceRoute(chart, id, { service, rules: [{ backends: backends.map(backend => ({ service: backend })) }] })),
  fc.tuple(services, fc.array(identities, { minLength: 1, maxLength: 2 })).map(([destination, sources]) => (id: string): Make => chart =>
    new ServiceAccessPolicy(chart, id, { destination, allow: [{ sources }] })),
  fc.tuple(services, fc.uniqueArray(services, { minLength: 1, maxLength: 2 })).map(([service, backends]) => (id: string): Make => chart =>
    new Exposure(chart, id, {
      service, gateway: ExposureGateway.own({ className: 'istio' }), rules: [{ backends: backends.map(backend => ({ service: backend })) }],
    })),
);

test('the order of constructs changes nothing, in any target', () => {
  const seen = { rendered: 0, refused: 0 };
  const chosen = fc.array(constructs, { minLength: 2, maxLength: 5 });
  fc.assert(fc.property(fc.constantFrom(...TARGETS), chosen, fc.infiniteStream(fc.nat(1000)), (target, some, order) => {
    const made = some.map((construct, i) => construct(`construct-${i}`));
    const shuffled = made.map(make => ({ make, at: order.next().value as number })).sort((a, b) => a.at - b.at).map(({ make }) => make);
    const result = outcome(target(), ...made);
    seen[result === 'refused' ? 'refused' : 'rendered']++;

    expect(outcome(target(), ...shuffled)).toEqual(result);
  }), { numRuns: 300 });
  expect(Math.min(seen.rendered, seen.refused)).toBeGreaterThan(30);
});

test('with several targets, what is made later lands in the chart of its target', () => {
  const names = (...made: Make[]) => {
    const app = new App();
    MeshTargets.of(app).add(CONSUL(), Target.gatewayApi({ mesh: MeshImplementation.ISTIO }));
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    made.forEach(make => make(chart));
    return Testing.synth(app.node.findChild('shop-consul') as Chart).map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
  };

  expect(names(policy, release)).toEqual(names(release, policy));
  expect(names(policy, release).filter(name => name.startsWith('ServiceIntentions'))).toHaveLength(3);
});

function permutations<T>(items: readonly T[]): T[][] {
  return items.length < 2 ? [[...items]] : items.flatMap((item, i) => permutations(items.filter((__, k) => k !== i)).map(rest => [item, ...rest]));
}

describe('Istio ambient: the waypoint asks policies before a route changes a request', () => {
  const basket = MeshService.of('basket', { port: 8080, podSelector: { app: 'basket' } });
  const errors = (mesh: MeshImplementation, handling: RequestHandling, ...requests: HttpMatch[]) => {
    const chart = shop(Target.gatewayApi({ mesh }));
    new ServiceRoute(chart, 'route', { service: basket, rules: [{ backends: [{ service: basket }] }], ...handling });
    new ServiceAccessPolicy(chart, 'access', { destination: basket, allow: [{ sources: [Identity.anyAuthenticated()], requests }] });
    return chart.node.root.node.findAll().flatMap(({ node }) => node.validate()).filter(error => error.includes('MESH3008'));
  };
  const header = HttpMatch.header('x-team', 'a');
  const path = HttpMatch.of({ pathPrefix: '/api' });

  test.each<[string, RequestHandling, HttpMatch, number]>([
    ['a header that a policy looks at', { requestHeaders: { set: { 'X-Team': 'b' } } }, header, 1],
    ['another header', { requestHeaders: { remove: ['x-user'] } }, header, 0],
    ['the path that a policy looks at', { rewrite: { path: '/v2' } }, path, 1],
    ['the path, where a policy looks at none', { rewrite: { path: '/v2' } }, header, 0],
    ['the host', { rewrite: { hostname: 'next.example.com' } }, path, 0],
  ])('%s', (_, handling, match, expected) => {
    expect(errors(MeshImplementation.ISTIO_AMBIENT, handling, match)).toHaveLength(expected);
    expect(errors(MeshImplementation.ISTIO, handling, match)).toEqual([]);
  });
});

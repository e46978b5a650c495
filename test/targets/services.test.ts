import { ApiObject, App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import type { ServiceAccessPolicyProps } from '../../src';
import {
  CanaryRelease, ConsulNamespaces, Exposure, ExposureGateway, ExposureTls, ExternalAuthorization, HttpMatch, Identity, MeshImplementation,
  MeshProtocol, MeshService, MeshTarget, MeshTargets, MutualTls, MutualTlsMode, ServiceAccessPolicy, ServiceRoute, SmiImplementation, TlsMatch,
  Validation,
} from '../../src';
import type { Title } from '../../src/targets/catalogue';
import { CATALOGUE } from '../../src/targets/catalogue';
import type { Port, Speech, Spoken } from '../oracle/services/speech';
import * as speech from '../oracle/services/speech';

/** Whether something holds, may not hold (a warning), or is refused; `-`, where the target has no such thing at all. */
type Answer = 'holds' | 'may not' | 'refused' | '-';

type Form = 'headless' | 'externalName' | 'selectorless';

interface Target {
  readonly make: () => MeshTarget;
  readonly speech: Speech;
  /** For which requests it leads to a backend; all, where it is absent. */
  readonly backends?: Speech;
  /** Whether what a policy says of requests depends on that. */
  readonly byRequests?: true;
  /** Of a route of the Service, a route to it, an exposure of it, a policy for its pods. */
  readonly answers: Readonly<Record<Form, readonly [Answer, Answer, Answer, Answer]>>;
}

const gateway = (mesh: MeshImplementation, options = {}) => () => MeshTarget.gatewayApi({ mesh, ...options });

/** Those of the catalogue that differ in more than a channel. */
type TargetTitle = Exclude<Title, `${string}, experimental channel`>;

const TARGETS: Readonly<Record<TargetTitle, Target>> = {
  'SMI': {
    make: () => MeshTarget.smi(),
    speech: speech.deaf,
    answers: {
      headless: ['may not', 'holds', '-', 'holds'], externalName: ['refused', 'refused', '-', 'refused'], selectorless: ['holds', 'holds', '-', 'holds'],
    },
  },
  'SMI, Open Service Mesh': {
    make: () => MeshTarget.smi({ implementation: SmiImplementation.OSM }),
    speech: speech.osm,
    byRequests: true,
    answers: {
      headless: ['may not', 'holds', '-', 'holds'], externalName: ['refused', 'refused', '-', 'refused'], selectorless: ['holds', 'holds', '-', 'holds'],
    },
  },
  'SMI, Linkerd': {
    make: () => MeshTarget.smi({ implementation: SmiImplementation.LINKERD }),
    speech: speech.deaf,
    answers: { headless: ['refused', 'holds', '-', '-'], externalName: ['refused', 'refused', '-', '-'], selectorless: ['holds', 'holds', '-', '-'] },
  },
  'Gateway API': {
    make: () => MeshTarget.gatewayApi(),
    speech: speech.deaf,
    answers: {
      headless: ['may not', 'may not', 'holds', '-'], externalName: ['refused', 'may not', 'may not', '-'], selectorless: ['holds', 'holds', 'holds', '-'],
    },
  },
  'Gateway API, Istio': {
    make: gateway(MeshImplementation.ISTIO),
    speech: speech.istio,
    byRequests: true,
    answers: {
      headless: ['holds', 'refused', 'holds', 'holds'],
      externalName: ['refused', 'may not', 'may not', 'refused'],
      selectorless: ['holds', 'holds', 'holds', 'holds'],
    },
  },
  'Gateway API, Istio ambient': {
    make: gateway(MeshImplementation.ISTIO_AMBIENT, { waypoint: 'waypoint', trustDomain: 'cluster.local' }),
    speech: speech.istio,
    byRequests: true,
    answers: {
      headless: ['refused', 'may not', 'holds', 'holds'],
      externalName: ['refused', 'refused', 'may not', 'refused'],
      selectorless: ['holds', 'holds', 'holds', 'holds'],
    },
  },
  'Gateway API, Linkerd': {
    make: gateway(MeshImplementation.LINKERD),
    speech: speech.linkerd,
    answers: {
      headless: ['refused', 'holds', 'holds', 'holds'],
      externalName: ['refused', 'refused', 'may not', 'refused'],
      selectorless: ['holds', 'holds', 'holds', 'holds'],
    },
  },
  'Gateway API, Consul': {
    make: gateway(MeshImplementation.CONSUL, { consulNamespaces: ConsulNamespaces.MIRRORED }),
    speech: speech.deaf,
    answers: {
      headless: ['-', '-', 'holds', 'holds'], externalName: ['-', '-', 'may not', 'refused'], selectorless: ['-', '-', 'holds', 'holds'],
    },
  },
  'Gateway API, Kuma': {
    make: gateway(MeshImplementation.KUMA, { trustDomain: 'default.zone.mesh.local' }),
    speech: speech.kuma,
    backends: speech.kumaBackends,
    answers: {
      headless: ['refused', 'refused', '-', 'holds'], externalName: ['refused', 'refused', '-', 'refused'], selectorless: ['holds', 'refused', '-', 'holds'],
    },
  },
  'Gateway API, Cilium': {
    make: gateway(MeshImplementation.CILIUM),
    speech: speech.deaf,
    answers: {
      headless: ['refused', 'holds', 'holds', 'holds'],
      externalName: ['refused', 'refused', 'may not', 'refused'],
      selectorless: ['holds', 'holds', 'holds', 'holds'],
    },
  },
  'Ingress': {
    make: () => MeshTarget.ingress({ className: 'nginx' }),
    speech: speech.deaf,
    answers: { headless: ['-', '-', 'holds', '-'], externalName: ['-', '-', 'may not', '-'], selectorless: ['-', '-', 'holds', '-'] },
  },
  'Consul': {
    make: () => MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED }),
    speech: speech.deaf,
    answers: {
      headless: ['may not', 'holds', '-', 'holds'], externalName: ['refused', 'refused', '-', 'refused'], selectorless: ['holds', 'may not', '-', 'holds'],
    },
  },
  'Kuma': {
    make: () => MeshTarget.kuma({ trustDomain: 'default.zone.mesh.local' }),
    speech: speech.kuma,
    backends: speech.kumaBackends,
    answers: {
      headless: ['refused', 'refused', '-', 'holds'], externalName: ['refused', 'refused', '-', 'refused'], selectorless: ['holds', 'refused', '-', 'holds'],
    },
  },
  'NetworkPolicy': {
    make: () => MeshTarget.networkPolicy(),
    speech: speech.deaf,
    answers: { headless: ['-', '-', '-', 'holds'], externalName: ['-', '-', '-', 'refused'], selectorless: ['-', '-', '-', 'holds'] },
  },
};

const SELECTED = { selector: { app: 'pods' } };
const SPECS: Readonly<Record<Form, object>> = {
  headless: { ...SELECTED, clusterIP: 'None', ports: [{ port: 80, appProtocol: 'http' }] },
  externalName: { type: 'ExternalName', externalName: 'cart.example.com', ports: [{ port: 80, appProtocol: 'http' }] },
  selectorless: { ports: [{ port: 80, appProtocol: 'http' }] },
};

const cart = MeshService.of('cart', { port: 80, podSelector: { app: 'pods' }, serviceAccount: 'cart' });
const gatewayClass = { gateway: ExposureGateway.shared('public', 'infra') };

const ROLES: readonly ((chart: Chart, service: string, target: string) => void)[] = [
  (chart, name) => new CanaryRelease(chart, 'release', {
    service: MeshService.of(name, { port: 80 }), stable: cart.variant('v1'), canary: cart.variant('v2'), weight: 10,
  }),
  (chart, name) => new CanaryRelease(chart, 'release', {
    service: MeshService.of('root', { port: 80 }), stable: cart.variant(name), canary: cart.variant('v2'), weight: 10,
  }),
  (chart, name, target) => new Exposure(chart, 'exposure', {
    service: MeshService.of(name, { port: 80 }), hostnames: ['cart.example.com'], ...(target !== 'Ingress' && gatewayClass),
  }),
  (chart, name, target) => new ServiceAccessPolicy(chart, 'policy', {
    destination: MeshService.of(name, { port: 80, podSelector: { app: 'pods' }, serviceAccount: 'cart' }),
    allow: [{ sources: [target === 'NetworkPolicy' ? Identity.namespace('web') : Identity.serviceAccount('web')] }],
  }),
];

function answer(make: () => MeshTarget, say: (chart: Chart) => void, spec: object | undefined, first = false): Answer {
  const app = new App();
  MeshTargets.of(app).add(make());
  // Only what the check itself says counts here, not that the app has no other Services.
  MeshTargets.of(app).validation(Validation.OFF);
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const describe = () => spec && new ApiObject(chart, 'service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart' }, spec } as any);
  const warnings = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  try {
    if (first) describe();
    say(chart);
    if (!first) describe();
    app.synthYaml();
    return warnings.mock.calls.some(([line]) => line.includes('MESH5008')) ? 'may not' : 'holds';
  } catch (error) {
    if (!/MESH20[01]\d/.test((error as Error).message)) throw error;
    return 'refused';
  } finally {
    warnings.mockRestore();
  }
}

describe.each(Object.entries(TARGETS))('%s', (name, { make, answers }) => {
  test.each(Object.keys(SPECS) as Form[])('answers for what is %s', form => {
    expect(ROLES.map(role => {
      const say = (chart: Chart) => role(chart, 'cart', name);
      if (answer(make, say, undefined) === 'refused') return '-';
      const first = answer(make, say, SPECS[form], true);
      // The order of constructs says nothing.
      expect(answer(make, say, SPECS[form])).toBe(first);
      return first;
    })).toEqual(answers[form]);
  });
});

describe.each(Object.entries(TARGETS))('%s: mutual TLS for the pods of a Service', (_, { make, answers }) => {
  const mtls = (ports?: { port: number; mode: MutualTlsMode }[], protocol = MeshProtocol.HTTP) => (chart: Chart) => new MutualTls(chart, 'mtls', {
    workload: MeshService.of('cart', { ports: [{ port: 80, protocol }], podSelector: { app: 'pods' } }), mode: MutualTlsMode.STRICT, ports,
  });
  const permissive = [{ port: 80, mode: MutualTlsMode.PERMISSIVE }];

  test.each(Object.keys(SPECS) as Form[])('holds where a policy for them does: %s', form => {
    if (answer(make, mtls(), undefined) === 'refused') return;
    expect(answer(make, mtls(), SPECS[form])).toBe(answers[form][3]);
  });

  test('is for ports of TCP', () => {
    if (answer(make, mtls(permissive), undefined) === 'refused') return;
    const spec = (protocol: string) => ({ ...SELECTED, ports: [{ port: 80, protocol }] });

    expect(['TCP', 'UDP', 'SCTP'].map(protocol => answer(make, mtls(permissive), spec(protocol)))).toEqual(['holds', 'refused', 'refused']);
    expect(answer(make, mtls(), spec('UDP'))).toBe('holds');
    expect(answer(make, mtls(permissive, MeshProtocol.UDP), undefined)).toBe('refused');
  });
});

const word = fc.constantFrom(
  'http', 'HTTP', 'http2', 'http_proxy', 'https', 'grpc', 'grpc-web', 'tcp', 'tcp-server-first', 'tls', 'redis', 'mongo', 'mysql', 'udp', 'kafka', 'h2c',
  'amqp', 'kubernetes.io/h2c', 'kubernetes.io/ws', 'kubernetes.io/wss', 'linkerd.io/opaque', 'http-web', 'tcp-http', 'constructor', '',
);
const port = fc.record({
  port: fc.constantFrom(80, 8080, 25, 53, 3306, 5432, 27017, 11211),
  name: fc.constantFrom(undefined, 'http', 'http-web', 'web', 'tcp', 'tcp-server-first-db', 'grpc-web', 'grpc-api', 'https', 'redis-main', 'kafka'),
  appProtocol: fc.option(word, { nil: undefined, freq: 2 }),
}, { noNullPrototype: true });

describe.each(Object.entries(TARGETS))('%s: an authorizer for the pods of a Service', (_, { make, answers, speech: hears }) => {
  const say = (number: number) => (chart: Chart) => new ExternalAuthorization(chart, 'opa', {
    workload: MeshService.of('cart', { port: number, podSelector: { app: 'pods' } }), authorizer: 'opa',
  });

  test.each(Object.keys(SPECS) as Form[])('is asked where a policy for them holds: %s', form => {
    if (answer(make, say(80), undefined) === 'refused') return;
    expect(answer(make, say(80), SPECS[form])).toBe(answers[form][3]);
  });

  test('is asked exactly where the mesh hears requests', () => {
    if (answer(make, say(80), undefined) === 'refused') return;
    fc.assert(fc.property(port, said => {
      const heard = hears(said).some(spoken => spoken === 'http' || spoken === 'grpc');
      expect(answer(make, say(said.port), { ...SELECTED, ports: [said] })).toBe(heard ? 'holds' : 'refused');
    }), { numRuns: 25 });
  });
});

const SPEAKS: Readonly<Record<Spoken, MeshProtocol>> = {
  http: MeshProtocol.HTTP, grpc: MeshProtocol.GRPC, tls: MeshProtocol.TLS, tcp: MeshProtocol.TCP,
};

/** What each target makes of a route and of a policy is asked for by the way; here, only what the Service says of the port is new. */
describe.each(Object.entries(TARGETS))('%s, by what a port says', (_, { make, speech: hears, backends: leadsTo = speech.deaf, byRequests }) => {
  test.each(Object.keys(SPEAKS) as Spoken[])('routes %s exactly where the mesh hears it', spoken => {
    const say = ({ port: number }: Port) => (chart: Chart) => {
      const service = MeshService.of('cart', { port: number, protocol: SPEAKS[spoken] });
      new ServiceRoute(chart, 'route', {
        service,
        rules: [
          { ...(spoken === 'tls' && { matches: [TlsMatch.sni('cart.shop')] }), backends: [{ service: service.variant('v1') }] },
          ...spoken === 'tls' ? [{ backends: [{ service }] }] : [],
        ],
      });
    };
    fc.assert(fc.property(port, said => {
      if (answer(make, say(said), undefined) === 'refused') return;
      expect(answer(make, say(said), { ...SELECTED, ports: [said] })).toBe(hears(said).includes(spoken) ? 'holds' : 'refused');
    }), { numRuns: 25 });
  });

  test.each(Object.keys(SPEAKS) as Spoken[])('leads %s to a backend exactly where the mesh does', spoken => {
    const say = ({ port: number }: Port) => (chart: Chart) => {
      const [root, backend] = ['root', 'cart'].map(name => MeshService.of(name, { port: number, protocol: SPEAKS[spoken] }));
      new ServiceRoute(chart, 'route', {
        service: root, rules: [{ ...(spoken === 'tls' && { matches: [TlsMatch.sni('cart.shop')] }), backends: [{ service: backend }] }],
      });
    };
    fc.assert(fc.property(port, said => {
      if (answer(make, say(said), undefined) === 'refused') return;
      expect(answer(make, say(said), { ...SELECTED, ports: [said] })).toBe(leadsTo(said).includes(spoken) ? 'holds' : 'refused');
    }), { numRuns: 25 });
  });

  const web = [Identity.serviceAccount('web')];
  test.each<[string, Omit<ServiceAccessPolicyProps, 'destination'>]>([
    ['that are allowed', { allow: [{ sources: web, requests: [HttpMatch.get('/cart')] }] }],
    ['that are denied', { allow: [{ sources: web }], deny: [{ sources: web, requests: [HttpMatch.of({ methods: ['DELETE'] })] }] }],
  ])('tells requests apart %s exactly where the mesh does', (_which, rules) => {
    const say = ({ port: number }: Port) => (chart: Chart) => new ServiceAccessPolicy(chart, 'policy', {
      destination: MeshService.of('cart', { port: number, podSelector: { app: 'pods' }, serviceAccount: 'cart' }), ...rules,
    });
    fc.assert(fc.property(port, said => {
      if (answer(make, say(said), undefined) === 'refused') return;
      const heard = byRequests === undefined || hears(said).some(spoken => spoken === 'http' || spoken === 'grpc');
      expect(answer(make, say(said), { ...SELECTED, ports: [said] })).toBe(heard ? 'holds' : 'refused');
    }), { numRuns: 25 });
  });

  test('what is read of a Service of the app is what is said of it by hand', () => {
    fc.assert(fc.property(port, said => {
      const route = (service: MeshService) => (chart: Chart) => new CanaryRelease(chart, 'release', {
        service, stable: cart.variant('v1', { port: said.port }), canary: cart.variant('v2', { port: said.port }), weight: 10,
      });
      const read = (chart: Chart) => {
        const spec = { ...SELECTED, ports: [said] };
        const object = new ApiObject(chart, 'service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart' }, spec } as any);
        route(MeshService.fromKubeService(object))(chart);
      };
      // Without a name: those of others are not known by hand, and a port that says nothing is not known either.
      fc.pre(said.name === undefined && said.appProtocol !== undefined);
      const byHand = answer(make, route(MeshService.of('cart', { ports: [said] })), undefined);
      expect(answer(make, read, undefined)).toBe(byHand);
    }), { numRuns: 20 });
  });
});

describe('Linkerd: the ports that a Service says are opaque', () => {
  const say = (number: number) => (chart: Chart) => new ServiceRoute(chart, 'route', {
    service: MeshService.of('cart', { port: number }), rules: [{ backends: [{ service: MeshService.of('v1', { port: number }) }] }],
  });
  const answerTo = (list: string, number: number, appProtocol?: string) => (['by object', 'by hand'] as const).map(how => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'cart', annotations: { 'config.linkerd.io/opaque-ports': list } },
      spec: { ...SELECTED, ports: [{ port: number, appProtocol }] },
    };
    return answer(TARGETS['Gateway API, Linkerd'].make, chart => {
      const object = new ApiObject(chart, 'service', service as any);
      if (how === 'by object') {
        say(number)(chart);
      } else {
        new ServiceRoute(chart, 'route', {
          service: MeshService.fromKubeService(object, { protocol: MeshProtocol.HTTP }),
          rules: [{ backends: [{ service: cart.variant('v1', { port: number }) }] }],
        });
      }
    }, undefined);
  }).reduce((one, other) => one === other ? one : '-');

  test.each<[string, number, string | undefined, Answer]>([
    ['8080', 8080, undefined, 'refused'], ['80, 8000-8100', 8080, undefined, 'refused'], ['8081', 8080, undefined, 'holds'],
    ['8080', 8080, 'http', 'holds'], ['', 3306, undefined, 'holds'], ['9090', 3306, undefined, 'holds'], ['3306', 3306, undefined, 'refused'],
    // A list with a mistake is none.
    ['8080,x', 8080, undefined, 'holds'], ['8100-8000', 8080, undefined, 'holds'], ['0,8080', 8080, undefined, 'holds'], ['8080,', 8080, undefined, 'refused'],
  ])("'%s' and port %d with %s", (list, number, appProtocol, expected) => {
    expect(answerTo(list, number, appProtocol)).toBe(expected);
  });

  test('say nothing to other meshes', () => {
    const annotated = { metadata: { name: 'cart', annotations: { 'config.linkerd.io/opaque-ports': '8080' } } };
    expect(answer(TARGETS['Gateway API, Istio'].make, chart => {
      new ApiObject(chart, 'service', { apiVersion: 'v1', kind: 'Service', ...annotated, spec: { ...SELECTED, ports: [{ port: 8080 }] } } as any);
      say(8080)(chart);
    }, undefined)).toBe('holds');
  });
});

describe('an exposure, by what a port says', () => {
  const { HTTP, GRPC, TLS } = MeshProtocol;
  const say = (target: string, protocol: MeshProtocol, backendTls: boolean) => (chart: Chart) => new Exposure(chart, 'exposure', {
    service: MeshService.of('cart', { port: 80, protocol }),
    hostnames: ['cart.example.com'],
    ...(target !== 'Ingress' && gatewayClass),
    ...(backendTls && { backendTls: { hostname: 'cart.shop' } }),
    ...(protocol === TLS && { tls: ExposureTls.passthrough() }),
  });
  const ANY: readonly (readonly [MeshProtocol, object, Answer])[] = [
    [HTTP, {}, 'holds'], [HTTP, { name: 'https' }, 'holds'], [HTTP, { appProtocol: 'kubernetes.io/h2c' }, 'holds'],
    [HTTP, { appProtocol: 'kubernetes.io/ws' }, 'holds'], [HTTP, { appProtocol: 'https' }, 'may not'], [HTTP, { appProtocol: 'kubernetes.io/wss' }, 'may not'],
    [HTTP, { appProtocol: 'redis' }, 'may not'], [HTTP, { appProtocol: 'kafka' }, 'may not'], [HTTP, { protocol: 'UDP' }, 'refused'],
    [GRPC, {}, 'holds'], [GRPC, { appProtocol: 'tcp' }, 'may not'], [TLS, { appProtocol: 'https' }, 'holds'],
  ];
  const ISTIO: typeof ANY = [
    [HTTP, {}, 'holds'], [HTTP, { name: 'https' }, 'refused'], [HTTP, { appProtocol: 'HTTPS' }, 'refused'], [HTTP, { name: 'tls-web' }, 'refused'],
    [HTTP, { name: 'https', appProtocol: 'http' }, 'holds'], [HTTP, { appProtocol: 'grpc' }, 'holds'], [HTTP, { name: 'tcp-web' }, 'may not'],
    [HTTP, { name: 'web' }, 'holds'], [HTTP, { appProtocol: 'kafka' }, 'may not'], [HTTP, { protocol: 'SCTP' }, 'refused'],
    [GRPC, {}, 'refused'], [GRPC, { name: 'http' }, 'refused'], [GRPC, { appProtocol: 'http', name: 'grpc' }, 'refused'], [GRPC, { name: 'grpc-api' }, 'holds'],
    [GRPC, { appProtocol: 'kubernetes.io/h2c' }, 'holds'], [GRPC, { appProtocol: 'http2' }, 'holds'], [GRPC, { name: 'api', appProtocol: 'grpc' }, 'holds'],
    [TLS, { name: 'http' }, 'holds'],
  ];
  const READERS: readonly [TargetTitle, typeof ANY][] = [
    ['Gateway API', ANY],
    ['Gateway API, Linkerd', ANY],
    ['Gateway API, Istio', ISTIO],
    ['Gateway API, Istio ambient', ISTIO],
    ['Gateway API, Cilium', [
      [HTTP, {}, 'holds'], [HTTP, { appProtocol: 'https' }, 'refused'], [HTTP, { name: 'https' }, 'holds'], [
        HTTP, { appProtocol: 'kubernetes.io/h2c' }, 'may not',
      ],
      [GRPC, { appProtocol: 'kubernetes.io/h2c' }, 'holds'], [GRPC, {}, 'holds'],
    ]],
    ['Gateway API, Consul', [[HTTP, {}, 'holds'], [HTTP, { appProtocol: 'https' }, 'refused'], [HTTP, { appProtocol: 'grpc' }, 'holds']]],
    ['Ingress', [[HTTP, {}, 'holds'], [HTTP, { appProtocol: 'https' }, 'may not'], [HTTP, { appProtocol: 'redis' }, 'may not']]],
  ];

  test.each(READERS.flatMap(([target, cases]) => cases.map(([protocol, said, expected]) => [target, protocol, said, expected] as const)))(
    '%s, %s to %j', (target, protocol, said, expected) => {
      const spec = { ...SELECTED, ports: [{ port: 80, ...said }] };
      for (const first of [true, false]) {
        expect(answer(TARGETS[target].make, say(target, protocol, false), spec, first)).toBe(expected);
      }
    });

  test.each<TargetTitle>(['Gateway API', 'Gateway API, Istio', 'Gateway API, Cilium'])('%s: pods that speak TLS are spoken to in TLS', target => {
    const spec = { ...SELECTED, ports: [{ port: 80, appProtocol: 'https' }] };
    expect(answer(TARGETS[target].make, say(target, HTTP, true), spec)).toBe('holds');
  });

  test('whoever has exposures has an answer', () => {
    const deaf = CATALOGUE.filter(({ dialects: { exposure, services } }) => exposure.supports.Hostnames.level !== 'none' && services.gateways === undefined);
    expect(deaf.map(({ title }) => title)).toEqual([]);
  });
});

describe('a port that is not for what the model says', () => {
  test.each(['SCTP', 'UDP'])('%s', protocol => {
    const say = (chart: Chart) => ROLES[0](chart, 'cart', 'SMI');
    for (const { make } of Object.values(TARGETS).filter(({ answers }) => answers.headless[0] !== '-')) {
      expect(answer(make, say, { ...SELECTED, ports: [{ port: 80, protocol }] })).toBe('refused');
      expect(answer(make, say, { ...SELECTED, ports: [{ port: 80, protocol }, { port: 80, appProtocol: 'http' }] })).not.toBe('refused');
    }
  });
});

test('Kuma by itself finds a port by the name that the Service gives it, where that has several', () => {
  const { make } = TARGETS.Kuma;
  const spec = { ...SELECTED, ports: [{ port: 80, name: 'web', appProtocol: 'http' }, { port: 81, name: 'admin', appProtocol: 'http' }] };
  const said = (...ports: { port: number; name?: string }[]) => answer(make, chart => {
    const service = MeshService.of('cart', { ports });
    new CanaryRelease(chart, 'release', { service, stable: service.variant('v1'), canary: service.variant('v2'), weight: 10 });
  }, spec);

  expect(said({ port: 80, name: 'web' }, { port: 81, name: 'admin' })).toBe('holds');
  expect(said({ port: 80, name: 'http' }, { port: 81, name: 'admin' })).toBe('refused');
  // Its route would take the requests to the other port, too.
  expect(said({ port: 80, name: 'web' })).toBe('refused');
  expect(answer(make, chart => {
    const service = MeshService.of('cart', { port: 80 });
    new CanaryRelease(chart, 'release', { service, stable: service.variant('v1'), canary: service.variant('v2'), weight: 10 });
  }, { ...SELECTED, ports: [{ port: 80, appProtocol: 'http', name: 'web' }] })).toBe('holds');
});

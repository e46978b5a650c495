import { ApiObject, App, Chart, Duration } from 'cdk8s';
import * as fc from 'fast-check';
import {
  CanaryRelease, ConsulNamespaces, HttpMatch, Identity, MeshImplementation, MeshService, MeshTarget, MeshTargets, MutualTls, MutualTlsMode,
  ServiceAccessPolicy, ServiceRoute, SmiImplementation, Validation,
} from '../../src';

const gateway = (mesh: MeshImplementation, options = {}) => () => MeshTarget.gatewayApi({ mesh, ...options });

/** What each target goes by for a port of the pods: its name, its number, or neither. */
const TARGETS: Readonly<Record<string, { readonly make: () => MeshTarget; readonly by: 'name' | 'number' | 'neither' }>> = {
  'SMI': { make: () => MeshTarget.smi(), by: 'number' },
  'Open Service Mesh': { make: () => MeshTarget.smi({ implementation: SmiImplementation.OSM }), by: 'number' },
  'Istio': { make: gateway(MeshImplementation.ISTIO), by: 'number' },
  'Istio ambient': { make: gateway(MeshImplementation.ISTIO_AMBIENT, { trustDomain: 'cluster.local' }), by: 'number' },
  'Linkerd': { make: gateway(MeshImplementation.LINKERD), by: 'name' },
  'Linkerd, with a second layer': { make: gateway(MeshImplementation.LINKERD, { networkPolicy: true }), by: 'name' },
  'Cilium': { make: gateway(MeshImplementation.CILIUM), by: 'name' },
  'Kuma': { make: () => MeshTarget.kuma({ trustDomain: 'default.zone.mesh.local' }), by: 'name' },
  'Consul': { make: () => MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED }), by: 'neither' },
  'NetworkPolicy': { make: () => MeshTarget.networkPolicy(), by: 'name' },
};

const object = (scope: Chart, kind: string, name: string, spec: object) =>
  new ApiObject(scope, `${kind} ${name}`, { apiVersion: kind === 'Service' ? 'v1' : 'apps/v1', kind, metadata: { name }, spec } as any);
const service = (chart: Chart) =>
  object(chart, 'Service', 'cart', { selector: { app: 'cart' }, ports: [{ port: 80, targetPort: 'serving', appProtocol: 'http' }] });
const deployment = (chart: Chart, containerPort = 8080, name = 'cart') => object(chart, 'Deployment', name, {
  template: {
    metadata: { labels: { app: 'cart', name } },
    spec: { serviceAccountName: 'cart', containers: [{ ports: [{ name: 'admin', containerPort: 9999 }, { name: 'serving', containerPort }] }] },
  },
});
const policy = (chart: Chart, destination: MeshService, more: object = {}) => new ServiceAccessPolicy(chart, 'policy', {
  destination, allow: [{ sources: [Identity.namespace('web')] }], ...more,
});
const smiPolicy = (chart: Chart, destination: MeshService) => new ServiceAccessPolicy(chart, 'policy', {
  destination, allow: [{ sources: [Identity.serviceAccount('web')] }],
});

function synthesized(make: () => MeshTarget, build: (chart: Chart) => void): string {
  const app = new App();
  MeshTargets.of(app).add(make());
  MeshTargets.of(app).validation(Validation.OFF);
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  build(chart);
  return app.synthYaml();
}

/** What is rendered, without what the test itself puts there. */
const rendered = (yaml: string) => yaml.split('---\n').filter(text => !/^kind: (Service|Deployment)$/m.test(text)).join('---\n');

describe.each(Object.entries(TARGETS))('%s', (name, { make, by }) => {
  const say = (chart: Chart) => {
    const cart = MeshService.fromKubeService(service(chart), { serviceAccount: 'cart' });
    (name === 'SMI' || name === 'Open Service Mesh' ? smiPolicy : policy)(chart, cart);
  };

  test('a policy on a port whose number nobody tells', () => {
    const work = () => synthesized(make, say);
    if (by === 'number') {
      expect(work).toThrow(/MESH2002.*ports of which only the name is known: .*knows? ports by their numbers; give the port .*`targetPort: 8080`/);
    } else {
      expect(work()).toMatch(by === 'name' ? /(port|sectionName): serving$/m : /ServiceIntentions/);
    }
  });

  test('a policy on a port whose number the pods tell', () => {
    const before = synthesized(make, chart => { deployment(chart); say(chart); });
    if (by === 'number') {
      expect(rendered(before)).toMatch(/8080/);
      expect(rendered(before)).not.toMatch(/\bserving$/m);
    } else {
      // The order of constructs changes nothing.
      expect(rendered(before)).toBe(rendered(synthesized(make, chart => { say(chart); deployment(chart); })));
      expect(rendered(before)).toBe(rendered(synthesized(make, say)));
    }
  });

  test('another number of the pods, once it is known', () => {
    expect(() => synthesized(make, chart => { deployment(chart); say(chart); deployment(chart, 9090, 'cart-v2'); }))
      .toThrow("MESH1104: port 'serving' of the pods of Service 'shop/cart' was 8080 when the Service was read, and is 8080 and 9090 in the app now");
  });

  test('a number that bypasses the proxy, once it is known', () => {
    if (by === 'number') return;
    const { mesh, inbound } = make()._dialects.reserved;
    const edges = inbound.flatMap(([first, last]) => [first - 1, first, last, last + 1]);
    fc.assert(fc.property(fc.constantFrom(8080, ...edges), port => {
      const work = () => synthesized(make, chart => { say(chart); deployment(chart, port); });
      if (inbound.some(([first, last]) => first <= port && port <= last)) {
        expect(work).toThrow(`anything on port 'serving' of pods, which is ${port}: calls to it bypass the proxy of ${mesh}`);
      } else {
        expect(work).not.toThrow();
      }
    }), { numRuns: 20 });
  });

  test('a number given by hand', () => {
    const cart = MeshService.of('cart', {
      ports: [{ port: 80, targetPortName: 'serving', targetPort: 8080 }], podSelector: { app: 'cart' }, serviceAccount: 'cart',
    });
    const yaml = synthesized(make, chart => (name === 'SMI' || name === 'Open Service Mesh' ? smiPolicy : policy)(chart, cart));
    if (by !== 'neither') expect(yaml).toMatch(by === 'name' ? /(port|sectionName): serving$/m : /8080/);
  });
});

test.each(Object.entries(TARGETS).filter(([name]) => name !== 'NetworkPolicy'))('%s: a release needs no port of the pods', (_, { make }) => {
  expect(synthesized(make, chart => {
    const cart = MeshService.fromKubeService(service(chart));
    new CanaryRelease(chart, 'release', { service: cart, stable: cart.variant('cart-v1'), canary: cart.variant('cart-v2'), weight: 10 });
  })).toMatch(/cart-v2/);
});

test.each(Object.entries(TARGETS))('%s: a name that no container gives a port', (name, { make }) => {
  const named = (targetPortName: string) => (chart: Chart) => {
    deployment(chart);
    const cart = MeshService.of('cart', { ports: [{ port: 80, targetPortName, targetPort: 8080 }], podSelector: { app: 'cart' }, serviceAccount: 'cart' });
    (name === 'SMI' || name === 'Open Service Mesh' ? smiPolicy : policy)(chart, cart);
  };

  expect(() => synthesized(make, named('serving'))).not.toThrow();
  expect(() => synthesized(make, named('servng')))
    .toThrow(
      "MESH1104: no container of the pods of Service 'shop/cart' that the app has calls a port 'servng'. Write the name that the container gives the port",
    );
});

describe('a number that a policy names by itself', () => {
  const linkerd = TARGETS.Linkerd.make;
  const probes = { healthProbes: [{ path: '/healthz', port: 8080 }], allow: [{ sources: [Identity.namespace('web')], requests: [HttpMatch.get('/')] }] };

  test('may be that of the named port', () => {
    expect(() => synthesized(linkerd, chart => policy(chart, MeshService.fromKubeService(service(chart)), probes)))
      .toThrow("MESH1104: port 8080 of the pods may be the one that the Service knows by the name 'serving'. Give that port of the MeshService its number");
    expect(() => synthesized(linkerd, chart => new MutualTls(chart, 'mtls', {
      workload: MeshService.fromKubeService(service(chart)), mode: MutualTlsMode.STRICT, ports: [{ port: 8080, mode: MutualTlsMode.PERMISSIVE }],
    }))).toThrow('MESH1104');
  });

  test('is that of the named port, or of another one', () => {
    const servers = (port: number) => synthesized(linkerd, chart => {
      deployment(chart);
      policy(chart, MeshService.fromKubeService(service(chart)), { ...probes, healthProbes: [{ path: '/healthz', port }] });
    }).match(/^kind: Server$/mg)!.length;

    expect([servers(8080), servers(8081)]).toEqual([1, 2]);
  });
});

test('a rate limit of Istio needs the number, one of Kuma the name', () => {
  const limited = (chart: Chart) => {
    const cart = MeshService.fromKubeService(service(chart));
    new ServiceRoute(chart, 'route', { service: cart, rules: [{ backends: [{ service: cart }] }], rateLimit: { requests: 1, interval: Duration.seconds(1) } });
  };
  expect(() => synthesized(TARGETS.Istio.make, limited)).toThrow(/MESH2001.*finds a port by its number, and the number of port 'serving' is unknown/);
  expect(synthesized(TARGETS.Istio.make, chart => { deployment(chart); limited(chart); })).toMatch(/destinationPort: 8080/);
  expect(synthesized(TARGETS.Kuma.make, limited)).toMatch(/sectionName: serving/);
});

test('Istio takes the mode of a named port by its number only', () => {
  const modes = (chart: Chart) => new MutualTls(chart, 'mtls', {
    workload: MeshService.fromKubeService(service(chart)), mode: MutualTlsMode.STRICT, ports: [{ port: 80, mode: MutualTlsMode.PERMISSIVE }],
  });
  expect(() => synthesized(TARGETS.Istio.make, modes)).toThrow("MESH2003: target 'gateway-api' cannot express mutual TLS of port 'serving'");
  expect(synthesized(TARGETS.Istio.make, chart => { deployment(chart); modes(chart); })).toMatch(/"?8080"?:\n\s+mode: PERMISSIVE/);
  expect(synthesized(TARGETS.Linkerd.make, modes)).toMatch(/port: serving$/m);
});

test('the pods of others tell nothing', () => {
  const labels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('cart', 'web'), { noNullPrototype: true });
  fc.assert(fc.property(fc.array(fc.tuple(labels, fc.constantFrom('serving', 'http'), fc.constantFrom(8080, 9090)), { maxLength: 4 }), pods => {
    const chart = new Chart(new App(), 'shop', { namespace: 'shop' });
    pods.forEach(([podLabels, name, containerPort], i) => object(chart, 'Deployment', `pods-${i}`, {
      template: { metadata: { labels: podLabels }, spec: { containers: [{ ports: [{ name, containerPort }] }] } },
    }));
    const numbers = new Set(pods.filter(([podLabels, name]) => podLabels.app === 'cart' && name === 'serving').map(([, , number]) => number));

    expect(MeshService.fromKubeService(service(chart)).ports[0]).toMatchObject({
      targetPortName: 'serving', containerPortName: 'serving', targetPort: numbers.size === 1 ? [...numbers][0] : undefined,
    });
  }), { numRuns: 50 });
});

describe('Kuma goes by the name that the container gives a port', () => {
  const names = fc.constantFrom(undefined, 'http', 'admin');
  const SAYS: Readonly<Record<string, (chart: Chart, cart: MeshService) => unknown>> = {
    policy,
    'mutual TLS': (chart, workload) => new MutualTls(chart, 'mtls', {
      workload, mode: MutualTlsMode.STRICT, ports: [{ port: 80, mode: MutualTlsMode.PERMISSIVE }],
    }),
    'rate limit': (chart, cart) => new ServiceRoute(chart, 'route', {
      service: cart, rules: [{ backends: [{ service: cart }] }], rateLimit: { requests: 1, interval: Duration.seconds(1) },
    }),
  };

  test.each(Object.entries(SAYS))('%s', (_, say) => {
    fc.assert(fc.property(names, names, fc.boolean(), (given, really, deploysFirst) => {
      const build = (chart: Chart) => {
        const deploy = () => object(chart, 'Deployment', 'cart', {
          template: {
            metadata: { labels: { app: 'cart', tier: 'web' } },
            spec: { containers: [{ ports: [{ name: really, containerPort: 8080 }, { name: 'other', containerPort: 9090 }] }] },
          },
        });
        if (deploysFirst) deploy();
        say(chart, MeshService.of('cart', { ports: [{ port: 80, targetPort: 8080, containerPortName: given }], podSelector: { app: 'cart' } }));
        if (!deploysFirst) deploy();
      };
      if (given === really) {
        expect(synthesized(TARGETS.Kuma.make, build)).toMatch(new RegExp(`sectionName: "?${really ?? 8080}"?$`, 'm'));
      } else {
        expect(() => synthesized(TARGETS.Kuma.make, build)).toThrow(
          really === undefined ? /which is none here\. Name it there/ : `which is '${really}'. Write \`containerPortName: '${really}'\``);
        expect(() => synthesized(TARGETS.Linkerd.make, build)).not.toThrow(/container/);
      }
    }), { numRuns: 30 });
  });

  test('a policy for nobody is for all ports, and pods that are others do not count', () => {
    const nobody = (labels: object) => (chart: Chart) => {
      new ServiceAccessPolicy(chart, 'policy', { destination: MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' } }), allow: [] });
      object(chart, 'Deployment', 'cart', { template: { metadata: { labels }, spec: { containers: [{ ports: [{ name: 'http', containerPort: 8080 }] }] } } });
    };
    expect(synthesized(TARGETS.Kuma.make, nobody({ app: 'cart' }))).not.toMatch(/sectionName/);

    expect(() => synthesized(TARGETS.Kuma.make, chart => {
      policy(chart, MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' } }));
      object(chart, 'Deployment', 'web', {
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ ports: [{ name: 'http', containerPort: 8080 }] }] } },
      });
    })).not.toThrow();
  });
});

import { App, Chart, Duration } from 'cdk8s';
import * as fc from 'fast-check';
import {
  CanaryRelease, EgressDestination, EgressPolicy, EgressPort, Exposure, ExposureGateway, GatewayAccessPolicy, GatewayListener, Identity,
  ClusterAccessPolicy, ClusterSubject, ExternalAuthorization, ExternalBackend, JwtAuthentication, MeshService, MeshTargets, MutualTls,
  MutualTlsMode, NamespaceAccessDefault, ServiceAccessPolicy, ServiceRoute, SharedGateway,
} from '../../src';
import type { MeshIntentProps } from '../../src';
import type { TargetDialects } from '../../src/dialects/contract/target-dialects';
import type { Kind } from '../../src/model/kinds';
import { CATALOGUE } from '../../src/targets/catalogue';
import { targetOf } from '../setup';

/** What a mesh keeps for itself means something else than what is written: it is refused, wherever it is written. */

const FREE_PORT = 8088;

interface Where {
  readonly namespace?: string;
  /** That of the Service and of the pods, and that which is called. */
  readonly port?: number;
  readonly metadata?: MeshIntentProps['metadata'];
  readonly labels?: Record<string, string>;
}

type Make = (chart: Chart, service: MeshService, port: number, metadata: MeshIntentProps['metadata']) => unknown;

/** Where commits move them, releases are routes. */
type Made = Exclude<Kind, 'release'>;

const MAKE: { readonly [K in Made]: Make } = {
  access: (chart, destination, _, metadata) => new ServiceAccessPolicy(chart, 'it', {
    destination, allow: [{ sources: [Identity.serviceAccount('web')] }], metadata,
  }),
  authentication: (chart, workload, _, metadata) => new MutualTls(chart, 'it', { workload, mode: MutualTlsMode.STRICT, metadata }),
  gatewayAccess: (chart, _, __, metadata) => new GatewayAccessPolicy(chart, 'it', {
    gateway: ExposureGateway.shared('public', undefined, { className: 'istio' }), allow: [{ sources: [Identity.anyone()] }], metadata,
  }),
  jwtAuthentication: (chart, workload, _, metadata) => new JwtAuthentication(chart, 'it', {
    workload, issuers: [{ issuer: 'https://login.example.com' }], metadata,
  }),
  externalAuthorization: (chart, workload, _, metadata) => new ExternalAuthorization(chart, 'it', { workload, authorizer: 'opa', metadata }),
  namespaceDefault: (chart, _, __, metadata) => new NamespaceAccessDefault(chart, 'it', { metadata }),
  clusterAccess: (chart, _, __, metadata) => new ClusterAccessPolicy(chart, 'it', { subject: ClusterSubject.nodes({}), ingress: { allow: [] }, metadata }),
  egress: (chart, workload, port, metadata) => new EgressPolicy(chart, 'it', {
    ...(chart.node.tryGetContext('linkerd') ? {} : { workload }), allow: [EgressDestination.cidr('203.0.113.0/24', EgressPort.http(port))], metadata,
  }),
  routes: (chart, service, _, metadata) => new CanaryRelease(chart, 'it', {
    service, stable: service.variant('cart-v1'), canary: service.variant('cart-v2'), weight: 10, metadata,
  }),
  gateway: (chart, _, __, metadata) => new SharedGateway(chart, 'it', { className: 'istio', listeners: [GatewayListener.http('http')], metadata }),
  externalBackend: (chart, _, __, metadata) => new ExternalBackend(chart, 'it', { hostname: 'api.example.com', port: 443, metadata }),
  exposure: (chart, service, _, metadata) => new Exposure(chart, 'it', {
    service, hostnames: ['shop.example.com'], metadata, ...(chart.node.tryGetContext('ingress') ? {} : { gateway: ExposureGateway.shared('public', 'infra') }),
  }),
};

/** What is refused of it. */
function refusals(dialects: TargetDialects, make: Make, { namespace = 'shop', port = FREE_PORT, metadata, labels }: Where): string[] {
  const app = new App();
  app.node.setContext('linkerd', dialects.egress.supports.WorkloadEgress.level === 'none');
  app.node.setContext('ingress', dialects.exposure.supports.SharedGateway.level === 'none');
  const target = targetOf(dialects);
  MeshTargets.of(app).add(target);
  const chart = new Chart(app, 'shop', { namespace, labels });
  make(chart, MeshService.of('cart', { port, serviceAccount: 'cart', podSelector: { app: 'cart' } }), port, metadata);
  return chart.node.findChild('it').node.validate();
}

function canSay(dialects: TargetDialects, kind: Made): boolean {
  return refusals(dialects, MAKE[kind], {}).length === 0;
}

const NOTHING = ['SMI', 'Gateway API', 'Gateway API, experimental channel', 'Gateway API, Cilium', 'Ingress', 'NetworkPolicy'];

/** Where objects hold for more than their namespace, as each mesh is installed, and which kinds. */
const SYSTEM: Readonly<Record<string, { readonly namespace: string; readonly kinds: readonly Made[] }>> = {
  'Gateway API, Istio': { namespace: 'istio-system', kinds: ['access', 'authentication', 'jwtAuthentication', 'externalAuthorization', 'namespaceDefault', 'egress'] },
  'Gateway API, Istio ambient': { namespace: 'istio-system', kinds: ['access', 'authentication', 'jwtAuthentication', 'namespaceDefault'] },
  'Gateway API, Linkerd': { namespace: 'linkerd-egress', kinds: ['egress'] },
  'Gateway API, Linkerd, experimental channel': { namespace: 'linkerd-egress', kinds: ['egress'] },
  'Gateway API, Kuma': { namespace: 'kuma-system', kinds: ['access', 'authentication', 'namespaceDefault', 'egress', 'routes'] },
  'Kuma': { namespace: 'kuma-system', kinds: ['access', 'authentication', 'namespaceDefault', 'egress', 'routes'] },
};

describe.each([...CATALOGUE])('$title', ({ title, dialects }) => {
  const { reserved: { inbound, outbound, metadata } } = dialects;
  const kinds = (Object.keys(MAKE) as Made[]).filter(kind => canSay(dialects, kind));

  test('keeps something, or nothing', () => {
    expect(inbound.length + outbound.length + metadata.length === 0).toBe(NOTHING.includes(title));
    expect(kinds.length).toBeGreaterThan(0);
  });

  test('no namespace where objects hold for more', () => {
    for (const kind of kinds) {
      const system = SYSTEM[title];
      const refused = system?.kinds.includes(kind) ? [expect.stringMatching(/system namespace|root namespace|all namespaces|every namespace/)] : [];

      expect(refusals(dialects, MAKE[kind], { namespace: system?.namespace ?? 'kube-system' })).toEqual(refused);
      expect(refusals(dialects, MAKE[kind], { namespace: `${system?.namespace ?? 'kube-system'}-too` })).toEqual([]);
    }
  });

  test('no port that its proxy does not capture', () => {
    const isIn = (ranges: readonly (readonly [number, number])[], port: number) => ranges.some(([first, last]) => first <= port && port <= last);
    const edges = [...inbound, ...outbound].flatMap(([first, last]) => [first - 1, first, last, last + 1]);
    const kept: { readonly [K in Made]: (port: number) => boolean } = {
      access: port => isIn(inbound, port),
      authentication: port => isIn(inbound, port),
      gatewayAccess: () => false,
      jwtAuthentication: () => false,
      externalAuthorization: port => isIn(inbound, port),
      namespaceDefault: () => false,
      clusterAccess: () => false,
      egress: port => isIn(outbound, port),
      routes: port => isIn(outbound, port),
      exposure: () => false,
      gateway: () => false,
      externalBackend: () => false,
    };
    const ports = fc.oneof(fc.constantFrom(FREE_PORT, ...edges), fc.integer({ min: 1, max: 65535 }));
    fc.assert(fc.property(ports, fc.constantFrom(...kinds), (port, kind) => {
      const refused = refusals(dialects, MAKE[kind], { port }).filter(sentence => /bypass the proxy/.test(sentence));

      expect(refused).toHaveLength(Number(kept[kind](port)));
    }), { numRuns: 60 });
  });

  test('no rate limit on a port that its proxy does not capture', () => {
    const limit: Make = (chart, service) => new ServiceRoute(chart, 'it', {
      service, rules: [{ backends: [{ service }] }], rateLimit: { requests: 5, interval: Duration.seconds(1) },
    });
    if (dialects.routes.supports.LocalRateLimit.level === 'none') return;
    for (const [first] of inbound) {
      expect(refusals(dialects, limit, { port: first }).join()).toMatch(`anything on port ${first} of pods: calls to it bypass the proxy`);
    }
  });

  test('no label or annotation by which it would read objects otherwise', () => {
    for (const { in: places, key, remedy, ofChart } of metadata) {
      const full = /[/-]$/.test(key) ? `${key}anything` : key;
      for (const kind of kinds) {
        for (const [place, written] of [['label', { labels: { [full]: 'true' } }], ['annotation', { annotations: { [full]: 'true' } }]] as const) {
          const errors = refusals(dialects, MAKE[kind], { metadata: written }).filter(error => error.includes('MESH2007'));

          expect(errors).toEqual(places.includes(place) ? [expect.stringContaining(`the ${place} '${full}'`)] : []);
          errors.forEach(error => expect(error).toContain(remedy));
        }
        const ofAll = refusals(dialects, MAKE[kind], { labels: { [full]: 'true' } }).filter(error => error.includes('MESH2007'));

        expect(ofAll).toHaveLength(Number(places.includes('label') && ofChart === undefined));
      }
    }
  });

  test('words of others are taken as they are', () => {
    const words = { 'argocd.argoproj.io/sync-wave': '1', 'team': 'shop', 'app.kubernetes.io/part-of': 'shop', 'example.com/istio.io': 'x' };
    for (const kind of kinds) {
      expect(refusals(dialects, MAKE[kind], { metadata: { labels: words, annotations: words }, labels: words })).toEqual([]);
    }
  });
});

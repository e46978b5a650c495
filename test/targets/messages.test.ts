import { App, Chart, Duration, Testing } from 'cdk8s';
import type { MeshTarget } from '../../src';
import * as library from '../../src';
import type { Support } from '../../src/dialects/contract/support';
import type { Kind } from '../../src/model/kinds';
import { KINDS } from '../../src/model/kinds';
import { CATALOGUE } from '../../src/targets/catalogue';
import { elsewhere } from '../../src/targets/elsewhere';

const {
  CanaryRelease, EgressDestination, EgressPolicy, EgressPort, Exposure, HttpMatch, Identity, MeshImplementation, MeshService, MeshTargets,
  MutualTls, MutualTlsMode, NamespaceAccessDefault, ServiceAccessPolicy, ServiceRoute, SmiImplementation,
} = library;

function shop(...targets: MeshTarget[]): Chart {
  const app = new App();
  MeshTargets.of(app).add(...targets);
  return new Chart(app, 'shop', { namespace: 'shop' });
}

const cart = MeshService.of('cart', { port: 80, namespace: 'shop', serviceAccount: 'cart', podSelector: { app: 'cart' } });
const v1 = cart.variant('cart-v1');
const web = Identity.serviceAccount('web');

function errors(chart: Chart): string[] {
  try {
    Testing.synth(chart);
  } catch (error) {
    return (error as Error).message.split('\n').filter(line => line.includes('MESH'));
  }
  return [];
}

/** The target that the catalogue says an expression makes. */
function target(code: string): MeshTarget {
  const expression = code.replace("className: '…'", "className: 'nginx'").replace("trustDomain: '…'", "trustDomain: 'default.zone.mesh.local'");
  return new Function(...Object.keys(library), `return ${expression};`)(...Object.values(library));
}

/** What one target takes and another refuses. */
const WRITTEN: Readonly<Record<string, (chart: Chart) => unknown>> = {
  'timeouts': chart => new CanaryRelease(chart, 'x', { service: cart, stable: v1, canary: cart, timeouts: { request: Duration.seconds(1) } }),
  'faults': chart => new ServiceRoute(chart, 'x', {
    service: cart, rules: [{ backends: [{ service: v1 }], faults: { abort: { statusCode: 500, percent: 1 } } }],
  }),
  'an expression': chart => new ServiceAccessPolicy(chart, 'x', {
    destination: cart, allow: [{ sources: [web], requests: [HttpMatch.of({ pathRegex: '/a+' })] }],
  }),
  'a namespace': chart => new ServiceAccessPolicy(chart, 'x', { destination: cart, allow: [{ sources: [Identity.namespace('web')] }] }),
  'addresses': chart => new ServiceAccessPolicy(chart, 'x', { destination: cart, allow: [{ sources: [Identity.ipBlock('10.0.0.0/8')] }] }),
  'mutual TLS': chart => new MutualTls(chart, 'x', { mode: MutualTlsMode.STRICT }),
  'calls to the outside': chart => new EgressPolicy(chart, 'x', { allow: [EgressDestination.host('api.example.com', EgressPort.tls())] }),
  'a default': chart => new NamespaceAccessDefault(chart, 'x'),
  'an exposure': chart => new Exposure(chart, 'x', { service: cart, hostnames: ['a.example.com'] }),
};

describe.each(Object.entries(WRITTEN))('%s', (_, write) => {
  const errorsOf = new Map(CATALOGUE.map(({ code }) => {
    const chart = shop(target(code));
    write(chart);
    return [code, errors(chart)];
  }));

  test.each([...errorsOf])('refused by %s: names three targets at most, which take it', (__, messages) => {
    for (const message of messages) {
      const [, several, one] = /, or use (?:(.+): each can express this|(.+), which can express this)/.exec(message) ?? [];
      const names = (several ?? one ?? '').split(/, | or /).filter(name => name !== '');
      expect(names.length).toBeLessThanOrEqual(3);
      for (const name of names) {
        const entries = CATALOGUE.filter(({ inWords }) => inWords === name);
        expect(entries.map(({ code }) => errorsOf.get(code)!.length)).toContain(0);
      }
      if (one !== undefined) {
        const [, code] = /which can express this: `(.+?)`/.exec(message)!;
        expect(errorsOf.get(code)).toEqual([]);
      }
      if (message.includes('no target can express it')) {
        expect([...errorsOf.values()].map(all => all.length)).not.toContain(0);
      }
      expect(message.match(/See https:\/\//g)).toHaveLength(1);
      expect(message).not.toContain('knows pods');
    }
  });
});

test('a path expression that is refused is to be written as a template, where the target takes one', () => {
  const chart = shop(target('MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO })'));
  WRITTEN['an expression'](chart);
  expect(errors(chart).join()).toMatch(/Write the path as a `pathTemplate` or a `pathPrefix`\. Or leave it out/);

  const smi = shop(target('MeshTarget.smi()'));
  new ServiceRoute(smi, 'x', { service: cart, rules: [{ matches: [HttpMatch.of({ query: {}, pathRegex: '/a+' })], backends: [{ service: v1 }] }] });
  expect(errors(smi).join()).not.toContain('pathTemplate');
});

test('rules that expressions keep from being ordered are to be written with templates', () => {
  const chart = shop(target('MeshTarget.gatewayApi()'));
  new ServiceRoute(chart, 'x', {
    service: cart,
    rules: ['/\\pL+', '/\\pLb+[a-z]*'].map((pathRegex, i) => ({
      matches: [HttpMatch.of({ pathRegex, methods: ['GET'] })], backends: [{ service: cart.variant(`v${i}`) }],
    })),
  });
  expect(errors(chart).join()).toContain('Use `pathTemplate`, `path` or `pathPrefix`, or methods that set them apart');
});

describe('one conflict is said once', () => {
  test.each([
    MeshImplementation.ISTIO, MeshImplementation.ISTIO_AMBIENT, MeshImplementation.LINKERD, MeshImplementation.CILIUM,
  ])('for each pair and target: %s', mesh => {
    const chart = shop(library.MeshTarget.gatewayApi({ mesh }), library.MeshTarget.networkPolicy());
    for (const id of ['a', 'b']) {
      new ServiceAccessPolicy(chart, id, { destination: cart, allow: [{ sources: [Identity.namespace('web')] }], metadata: { name: 'same' } });
    }
    const said = errors(chart).filter(error => error.includes("also defined by 'shop/a'"));

    expect(said.map(error => /target '(.*?)'/.exec(error)![1]).sort()).toEqual(['gateway-api', 'network-policy']);
    said.forEach(error => expect(error).toContain('MESH3001'));
  });

  test('also of many ports, in a few words', () => {
    const chart = shop(library.MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD }));
    const many = MeshService.of('many', { ports: [1, 2, 3, 4, 5, 6].map(n => ({ port: 8000 + n, name: `p${n}` })), podSelector: { app: 'many' } });
    for (const id of ['a', 'b']) {
      new ServiceAccessPolicy(chart, id, { destination: many, allow: [] });
    }
    expect(errors(chart).filter(error => error.includes('also defined'))).toHaveLength(1);
  });
});

test('Open Service Mesh: says which request is in question, and why', () => {
  const chart = shop(library.MeshTarget.smi({ implementation: SmiImplementation.OSM }));
  new ServiceAccessPolicy(chart, 'x', {
    destination: cart,
    allow: [
      { sources: [web], requests: [HttpMatch.of({ pathPrefix: '/a' })] },
      { sources: [Identity.serviceAccount('job')], requests: [HttpMatch.of({ pathPrefix: '/a/b' })] },
    ],
  });
  expect(errors(chart)[0]).toContain("cannot express a request that ServiceAccount 'shop/job' and ServiceAccount 'shop/web' are both allowed, each by another match: "
    + 'Open Service Mesh uses whichever of the two matches it finds first');
});

test.each((Object.keys(KINDS) as Kind[]).flatMap(kind => Object.keys(KINDS[kind].features).map((feature): [Kind, string] => [kind, feature])))(
  '%s, %s: where no target takes all, those that take it as a whole go before those that take it in part', (kind, feature) => {
    const asked = () => CATALOGUE.map(entry => ({ entry, refused: [{ what: 'something else', reason: 'of something else' }] }));
    const said = elsewhere(kind, [feature as never], asked);
    const named = /alone, (and in part, )?(.*?) can \(/.exec(said);
    const levelsOf = (name: string) => CATALOGUE.filter(({ inWords }) => inWords === name).map(({ dialects }) =>
      (dialects[kind].supports as Record<string, Support>)[feature].level);
    const all = new Set(CATALOGUE.flatMap(({ inWords }) => levelsOf(inWords)));

    expect(named === null ? 'none' : named[1] === undefined ? 'full' : 'partial').toBe((['full', 'partial', 'none'] as const).find(level => all.has(level)));
    named?.[2].split(/, | or /).forEach(name => expect(levelsOf(name)).toContain(named[1] === undefined ? 'full' : 'partial'));
  });

describe('clients', () => {
  const { labels, namespaceLabels } = { labels: { app: 'web' }, namespaceLabels: { team: 'shop' } };
  const CLIENTS = [
    web, Identity.serviceAccount('w'.repeat(200), 'ops'), Identity.namespace('ops'), Identity.namespaceLabels(namespaceLabels), Identity.pods(labels, { namespaceLabels }),
    Identity.trustDomain('prod'), Identity.spiffeId('spiffe://prod/ns/shop/sa/web'), Identity.ipBlock('10.0.0.0/8'), Identity.nodes(),
    Identity.nodes({ pool: 'edge' }), Identity.apiServer(), Identity.anyAuthenticated(), Identity.anyone(),
  ];
  const all = Identity.anyAuthenticated();
  const requests = [HttpMatch.get('/a')];
  const KEY = /(?<![\w.'/`-])(serviceAccount|namespace|namespaceLabels|pods|trustDomain|nodeLabels|spiffeId|gateway|ipBlock)\/|\[\]|\{"/;

  test.each(CATALOGUE.map(({ title, code }) => [title, code] as const))('%s: sentences have words for them, not keys', (_, code) => {
    let said = 0;
    for (const client of CLIENTS) {
      for (const props of [
        { allow: [{ sources: [client], requests }, { sources: [web], requests: [HttpMatch.of({ methods: ['GET'] })] }] },
        { allow: [{ sources: [client], ports: [80], requests }, { sources: [client], ports: [81], requests: [HttpMatch.get('/b')] }] },
        { allow: [{ sources: [all] }], deny: [{ sources: [client] }] },
        { allow: [{ sources: [all] }], deny: [{ sources: [client] }], healthProbes: [{ path: '/h', port: 80 }] },
        { allow: [{ sources: [all], exceptSources: [client] }] },
      ]) {
        const chart = shop(target(code));
        try {
          new ServiceAccessPolicy(chart, 'x', {
            destination: MeshService.of('cart', { ports: [{ port: 80 }, { port: 81 }], serviceAccount: 'cart', podSelector: { app: 'cart' } }), ...props,
          });
        } catch {
          continue;
        }
        for (const error of errors(chart)) {
          said++;
          expect(error.replace(/https:\S+/g, '')).not.toMatch(KEY);
        }
      }
    }
    expect(said).toBeGreaterThan(0);
  });
});

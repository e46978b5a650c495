import * as fc from 'fast-check';
import type { Dialect } from '../../src/dialects/dialect';
import { istioAccess } from '../../src/dialects/istio/access';
import { linkerdAccess } from '../../src/dialects/linkerd/access';
import { trafficTargetDialect } from '../../src/dialects/smi/traffic-target';
import type { AccessModel } from '../../src/model/access';
import { isAnyRequest } from '../../src/model/match';
import { accessModel, isHttp, PORTS, request } from '../oracle/arbitraries';
import { tied } from '../oracle/http-route';
import { allowedByIstio } from '../oracle/istio';
import { allowedByLinkerd } from '../oracle/linkerd';
import { allowedByModel, type Request } from '../oracle/request';
import { allowedBySmi } from '../oracle/smi';
import { expectValid } from '../schema';

const ports = PORTS.map(p => p.port);
const requests = fc.array(request(ports), { minLength: 20, maxLength: 40 });

type Allowed = (manifests: readonly any[], request: Request, model: AccessModel) => void;

function holdsForAll(dialect: Dialect<AccessModel, string>, models: fc.Arbitrary<AccessModel>, check: Allowed): void {
  let rendered = 0;
  fc.assert(fc.property(models, requests, (model, all) => {
    if (dialect.refusals(model).length > 0) {
      return;
    }
    rendered++;
    const manifests = dialect.render(model);
    expectValid(...manifests);
    all.forEach(one => check(manifests, one, model));
  }), { numRuns: 500 });
  expect(rendered).toBeGreaterThan(100);
}

test('Istio lets in what the policy allows, and nothing else', () => {
  holdsForAll(istioAccess({ trustDomain: 'cluster.local', strictMutualTls: false }), accessModel({ regex: false, query: false, wide: true }),
    (manifests, one, model) => expect(allowedByIstio(manifests, one, isHttp)).toBe(allowedByModel(model, one)));
});

test('Linkerd lets in what the policy allows, and nothing else', () => {
  holdsForAll(linkerdAccess, accessModel({ regex: false, query: true, wide: true }),
    (manifests, one, model) => expect(allowedByLinkerd(manifests, one)).toBe(allowedByModel(model, one)));
});

test('Linkerd lets in nothing else either where paths are regular expressions', () => {
  holdsForAll(linkerdAccess, accessModel({ regex: true, query: true, wide: true }), (manifests, one, model) => {
    const routes = manifests.filter(m => m.kind === 'HTTPRoute' && m.spec.parentRefs[0].name === `cart-${one.port}`);
    if (!tied(routes, one)) {
      expect(allowedByLinkerd(manifests, one)).toBe(allowedByModel(model, one));
    } else if (allowedByLinkerd(manifests, one)) {
      expect(allowedByModel(model, one)).toBe(true);
    }
  });
});

test('an SMI mesh lets in what the policy allows, as the specification has it', () => {
  holdsForAll(trafficTargetDialect({ udp: true, firstMatchDecides: false }), accessModel({ regex: true, query: false, wide: false }),
    (manifests, one, model) => expect(allowedBySmi(manifests, one, 'specification', isHttp)).toBe(allowedByModel(model, one)));
});

test('an SMI mesh lets in what the policy allows, as Open Service Mesh has it', () => {
  holdsForAll(trafficTargetDialect({ udp: false, firstMatchDecides: true }), accessModel({ regex: true, query: false, wide: false }),
    (manifests, one, model) => expect(allowedBySmi(manifests, one, 'osm', isHttp)).toBe(allowedByModel(model, one)));
});

test.each<[string, Dialect<AccessModel, string>]>([
  ['Istio', istioAccess({ trustDomain: 'cluster.local', strictMutualTls: false })],
  ['Linkerd', linkerdAccess],
  ['SMI', trafficTargetDialect({ udp: true, firstMatchDecides: false })],
])('%s denies everything where nothing is allowed', (name, dialect) => {
  const [nothing] = fc.sample(accessModel({ regex: false, query: false, wide: false }), 1).map(model => ({ ...model, rules: [] }));
  const manifests = dialect.render(nothing);

  expectValid(...manifests);
  const allowed: Record<string, (one: Request) => boolean> = {
    Istio: one => allowedByIstio(manifests, one, isHttp),
    Linkerd: one => allowedByLinkerd(manifests, one),
    SMI: one => allowedBySmi(manifests, one, 'osm', isHttp),
  };
  fc.assert(fc.property(request(ports), one => !allowed[name](one)));
  expect(manifests.length > 0).toBe(name !== 'SMI');
});

test('the generated models are not all trivial', () => {
  const models = fc.sample(accessModel({ regex: true, query: true, wide: true }), 200);

  expect(models.some(model => model.rules.some(rule => rule.requests.some(match => !isAnyRequest(match))))).toBe(true);
});

import * as fc from 'fast-check';
import { ciliumEgress } from '../../src/dialects/cilium/egress';
import { GatewayApiChannel } from '../../src/dialects/gateway-api/extension/channel';
import { istioEgress } from '../../src/dialects/istio/egress';
import { networkPolicyEgress } from '../../src/dialects/kubernetes/egress';
import { kumaEgress } from '../../src/dialects/kuma/egress';
import { linkerdEgress } from '../../src/dialects/linkerd/egress';
import { KUBE_DNS } from '../../src/model/dns';
import type { DeniedDestination, EgressModel } from '../../src/model/egress';
import type { EgressFeature } from '../../src/model/features/egress';
import { egressOf } from '../models';
import { denials, egressDestination, insideDestination } from '../oracle/app/arbitraries/egress';
import type { Call } from '../oracle/egress/call';
import { letOutByCilium } from '../oracle/egress/cilium';
import { letOutByIntent } from '../oracle/egress/intent';
import { letOutByIstio } from '../oracle/egress/istio';
import { letOutByKuma } from '../oracle/egress/kuma';
import { letOutByLinkerd } from '../oracle/egress/linkerd';
import { letOutByNetworkPolicy } from '../oracle/egress/network-policy';
import { expectValid } from '../schema';

const TARGETS = [
  ['Cilium', ciliumEgress([KUBE_DNS]), letOutByCilium],
  ['NetworkPolicy', networkPolicyEgress([KUBE_DNS]), letOutByNetworkPolicy],
  ['Istio', istioEgress, letOutByIstio],
  ['Kuma', kumaEgress, letOutByKuma],
  ['Linkerd', linkerdEgress(GatewayApiChannel.EXPERIMENTAL), letOutByLinkerd],
] as const;

const CASES = Number(process.env.ORACLE_CASES ?? 2000);

const SAYS: Readonly<Record<number, Call['says']>> = {
  80: { kind: 'http', host: '203.0.113.10' }, 443: { kind: 'tls' }, 9000: { kind: 'bytes' }, 123: { kind: 'datagram' }, 9001: { kind: 'bytes' }, 150: { kind: 'datagram' },
};

const outside: fc.Arbitrary<Call> = fc.record({
  ip: fc.constantFrom('203.0.113.10', '203.0.113.20', '203.0.113.70', '198.51.100.7'), port: fc.constantFrom(80, 443, 9000, 123, 9001, 150),
}).map(one => ({ namespace: 'shop', labels: { app: 'cart' }, ...one, says: SAYS[one.port] }));

const inside: fc.Arbitrary<Call> = fc.record({
  port: fc.constantFrom(8080, 5432, 53, 8500, 150),
  kind: fc.constantFrom('bytes' as const, 'datagram' as const),
  namespace: fc.constantFrom('shop', 'ops'),
  app: fc.constantFrom('cart', 'checkout', 'basket'),
}).map(({ port, kind, namespace, app }) =>
  ({ namespace: 'shop', labels: { app: 'cart' }, ip: '10.1.0.5', port, says: { kind }, inside: true, pod: { namespace, labels: { app }, namespaceLabels: { team: namespace } } }));

describe.each(TARGETS)('%s', (_, dialect, letOut) => {
  const can = (feature: string) => dialect.supports[feature as EgressFeature].level !== 'none';
  const closes = can('ClosedCluster');

  test('what is denied is kept in, whatever is allowed, and all else is as written', () => {
    const rendered = { all: 0, kept: 0 };
    const models = fc.record({
      destinations: fc.array(egressDestination(can).filter(one => one.kind === 'cidr'), { maxLength: 3 }),
      inside: closes
        ? fc.option(fc.array(insideDestination(can, [{ app: 'cart' }, { app: 'checkout' }], ['shop', 'ops']), { maxLength: 3 }), { nil: undefined })
        : fc.constant(undefined),
      denials: denials(can),
    });
    fc.assert(fc.property(models, fc.array(outside, { minLength: 10, maxLength: 10 }), fc.array(inside, { minLength: 10, maxLength: 10 }),
      (more, out, within) => {
        const model = egressOf(more);
        const said = dialect.inAllowances?.(model) ?? model;
        const { manifests, refusals } = 'destinations' in said ? dialect.render(said) : { manifests: [], refusals: said };
        if (refusals.length > 0) return;
        expectValid(...manifests.map(({ shared, ...manifest }) => manifest));
        rendered.all++;
        // Datagrams bypass the proxies.
        const calls = closes ? [...out, ...within] : out.filter(({ says }) => says.kind !== 'datagram');
        for (const call of calls) {
          const wanted = letOutByIntent(model, call);
          rendered.kept += !wanted && letOutByIntent({ ...model, denials: undefined }, call) ? 1 : 0;
          expect(letOut(manifests, call)).toBe(wanted);
        }
      }), { numRuns: CASES / 4 });
    expect(rendered.all).toBeGreaterThan(CASES / 40);
    expect(rendered.kept).toBeGreaterThan(CASES / 100);
  });

  test('a policy adds to one that denies something else, and is refused beside it', () => {
    const says = (more: Partial<EgressModel>) => dialect.claims(egressOf(more)).flatMap(claim => claim.by === 'labels' ? claim.says ?? [] : []);
    const [own, none] = [[{ kind: 'cidr' as const, cidr: '203.0.113.64/26', ports: [], anyPort: true as const }], says({})];

    expect(none.filter(one => says({ denials: own }).includes(one))).toEqual([]);
  });
});

const any = { ports: [], anyPort: true as const };

test.each<[string, DeniedDestination, Partial<EgressModel>]>([
  ['a host may have an address of a block', { kind: 'cidr', cidr: '203.0.113.0/24', ...any },
    { destinations: [{ kind: 'host', host: 'api.example.com', ports: [{ port: 443, protocol: 'TLS' }] }] }],
  ['the cluster is open', { kind: 'namespace', name: 'ops', ...any }, {}],
  ['some pods of a namespace', { kind: 'pods', labels: { app: 'a' }, namespace: 'ops', ...any }, { inside: [{ kind: 'namespace', name: 'ops', ...any }] }],
  ['the API server may be among addresses', { kind: 'apiServer', ...any }, { inside: [] }],
  ['all ports but some', { kind: 'cidr', cidr: '203.0.113.0/24', ports: [{ port: 25, protocol: 'TCP' }] }, { destinations: [{ kind: 'cidr', cidr: '203.0.113.0/24', ...any }] }],
  ['the DNS is open', { kind: 'namespace', name: 'kube-system', ...any }, { inside: [] }],
])('where there are allowances only, a denial is refused: %s', (_, denied, more) => {
  const said = networkPolicyEgress([KUBE_DNS]).inAllowances!(egressOf({ ...more, denials: [denied] }));

  expect('destinations' in said).toBe(false);
});

test('a proxy that carries no datagrams denies none', () => {
  const said = istioEgress.inAllowances!(egressOf({ denials: [{ kind: 'cidr', cidr: '203.0.113.0/24', ports: [{ port: 53, protocol: 'UDP' }] }] }));

  expect(said).toEqual([expect.objectContaining({ what: "a denial of UDP to the addresses '203.0.113.0/24'" })]);
});

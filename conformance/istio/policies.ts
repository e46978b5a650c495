import { address, type Case, pod, type Probe, service } from './case';
import { allowedByIstio } from '../../src/evaluators/access/istio';
import { PODS } from '../../test/oracle/access/arbitraries';
import { stored, verdict } from '../harness/case';

const CLIENT = 'spiffe://cluster.local/ns/shop/sa/web';
const [CART] = PODS;
const GET: Omit<Probe, 'answers' | 'address'> = {
  client: CLIENT, namespace: 'shop', port: 8080, protocol: 'HTTP', host: 'cart.shop', method: 'GET', target: '/a', headers: [],
};
const TCP = { ...GET, port: 6379, protocol: 'TCP' as const };
const PLAIN = { ...GET, client: undefined };
const ANYONE = [{}];
const GET_ONLY = [{ to: [{ operation: { methods: ['GET'] } }] }];

type Policy = { readonly rules?: object[]; readonly action?: string; readonly dryRun?: boolean; readonly strict?: boolean };

/** What Istio's documentation says of policies, whether our dialect writes such or not; it also shows that the comparison can tell. */
const DOCUMENTED: readonly (readonly [says: string, policies: readonly Policy[], request: typeof GET, allowed: boolean])[] = [
  ['no policy allows everything', [], PLAIN, true],
  ['ALLOW without rules denies everything', [{ action: 'ALLOW' }], GET, false],
  ['ALLOW without rules denies everything', [{ action: 'ALLOW' }], TCP, false],
  ['a rule with nothing in it matches everything', [{ action: 'ALLOW', rules: ANYONE }], PLAIN, true],
  ['DENY goes before ALLOW', [{ action: 'ALLOW', rules: ANYONE }, { action: 'DENY', rules: GET_ONLY }], GET, false],
  ['DENY alone allows what it does not match', [{ action: 'DENY', rules: GET_ONLY }], { ...GET, method: 'POST' }, true],
  ['AUDIT enforces nothing', [{ action: 'AUDIT', rules: GET_ONLY }], { ...GET, method: 'POST' }, true],
  ['a dry run of ALLOW enforces nothing', [{ action: 'ALLOW', dryRun: true }], GET, true],
  ['a dry run of DENY enforces nothing', [{ action: 'DENY', rules: ANYONE, dryRun: true }], GET, true],
  ['a TCP port knows no ALLOW rule with HTTP fields', [{ action: 'ALLOW', rules: GET_ONLY }], TCP, false],
  ['a TCP port widens a DENY rule with HTTP fields', [{ action: 'DENY', rules: [{ to: [{ operation: { methods: ['PUT'] } }] }] }], TCP, false],
  ['strict mutual TLS refuses plain text', [{ strict: true }], PLAIN, false],
  ['strict mutual TLS lets clients of the mesh in', [{ strict: true }], GET, true],
  ['certificates of another trust domain are refused', [], { ...GET, client: 'spiffe://other.local/ns/shop/sa/web' }, false],
];

export function policyCases(): Case[] {
  return DOCUMENTED.map(([says, policies, request, allowed], i) => ({
    name: `policy ${i}: ${says}`,
    manifests: [
      pod('cart', address(0, i)),
      service('cart', address(1, i), [{ port: 8080, protocol: 'HTTP' }, { port: 6379, protocol: 'TCP' }]),
      ...policies.map(manifest),
    ],
    probes: [{ ...request, address: address(0, i), answers: { documentation: verdict(allowed), ...evaluator(policies, request) } }],
  }));
}

/** The evaluator knows the actions that our dialect writes, and clients that the mesh trusts. */
function evaluator(policies: readonly Policy[], { client, port, method, target, headers }: typeof GET): Record<string, string> {
  if (policies.some(({ action }) => action === 'AUDIT') || (client !== undefined && client !== CLIENT)) {
    return {};
  }
  const allowed = allowedByIstio(policies.map(manifest), {
    client: { kind: 'pod', ip: '10.255.255.1', namespace: 'shop', serviceAccount: 'web', meshed: client !== undefined },
    pod: CART,
    port,
    method,
    path: target,
    headers: Object.fromEntries(headers),
    query: {},
  });
  return { evaluator: verdict(allowed) };
}

function manifest({ strict, dryRun, action, rules }: Policy, n: number): object {
  const metadata = { name: `cart-${n}`, namespace: 'shop', ...(dryRun && { annotations: { 'istio.io/dry-run': 'true' } }) };
  const selector = { matchLabels: { app: 'cart' } };
  return stored(strict
    ? { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata, spec: { selector, mtls: { mode: 'STRICT' } } }
    : { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata, spec: { selector, action, ...(rules && { rules }) } });
}

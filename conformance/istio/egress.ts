import { address, type Case, type Probe } from './case';
import { istioEgress } from '../../src/dialects/istio/egress';
import type { EgressModel, EgressPort } from '../../src/model/egress';
import { ANY_REQUEST } from '../../src/model/match';
import { stored } from '../harness/case';

const ASKED: Omit<Probe, 'answers' | 'address'> = {
  namespace: 'shop', port: 80, protocol: 'HTTP', host: 'api.example.com', method: 'GET', target: '/a', headers: [],
};
const policy = (port: Partial<EgressPort>): EgressModel => ({
  name: 'outside', namespace: 'shop', destinations: [{ kind: 'host', host: 'api.example.com', ports: [{ port: 80, protocol: 'HTTP', ...port }] }],
});
const RETRIES = { attempts: 2, statusCodes: [503], grpcStatuses: [], connectionFailures: true };
const API = JSON.stringify({ 'outbound|80||api.example.com': 1 });

/** As the sidecar is told; a mesh that says nothing tries twice again. */
interface Upstream {
  readonly timeout?: string;
  readonly retries: number;
  readonly perTry?: string;
  readonly statuses?: readonly number[];
  readonly port: number;
  readonly serverName?: string;
  readonly names?: readonly string[];
  readonly cas?: string;
  readonly certificate?: string;
}

const NAMED = { port: 443, serverName: 'api.example.com', names: ['api.example.com'] };
const CART = { service: 'cart', podSelector: { app: 'cart' } };

/** What a sidecar does with requests to the outside: they go to the host that is named, in the way that is said, and no other is known. */
const MODELS: readonly (readonly [says: string, model: EgressModel, upstream: Upstream])[] = [
  ['a host', policy({}), { retries: 2, port: 80 }],
  ['a host with timeouts and retries', policy({ timeouts: { request: 2000, backendRequest: 500 }, retries: { ...RETRIES, attempts: 3 } }),
    { timeout: '2s', retries: 3, perTry: '500ms', statuses: [503], port: 80 }],
  ['a host without retries', policy({ retries: { ...RETRIES, attempts: 0, statusCodes: [] } }), { retries: 0, port: 80 }],
  ['TLS, with the CAs of the system', policy({ tls: { port: 443 } }), { retries: 2, ...NAMED, cas: 'file-root:system' }],
  ['TLS, with CAs of a ConfigMap', policy({ timeouts: { request: 2000 }, tls: { port: 443, caConfigMap: 'corp' } }),
    { timeout: '2s', retries: 2, ...NAMED, cas: 'configmap://shop/corp-cacert' }],
  ['TLS, with a certificate of the client', { ...policy({ tls: { port: 443, clientSecret: 'me' } }), workload: CART },
    { retries: 2, ...NAMED, cas: 'kubernetes://me-cacert', certificate: 'kubernetes://me' }],
];

/** Of requests to a host, some are let out; dot segments are resolved before that. */
const SOME: readonly (readonly [says: string, model: EgressModel, out: readonly Asked[], kept: readonly Asked[]])[] = [
  [
    'requests by method and path', policy({ requests: [{ ...ANY_REQUEST, methods: ['GET', 'HEAD'], path: { type: 'prefix', value: '/v1' } }] }),
    [['GET', '/v1'], ['GET', '/v1/a?b=c'], ['HEAD', '/v1/'], ['GET', '/v2/../v1/a']],
    [['POST', '/v1'], ['GET', '/v12'], ['GET', '/v1/../admin'], ['GET', '/v1/%2e%2e/admin'], ['GET', '/'], ['GET', '/V1']],
  ],
  [
    'requests by all forms of a path',
    policy({
      timeouts: { request: 2000 },
      requests: [
        { ...ANY_REQUEST, path: { type: 'exact', value: '/exact' } },
        { ...ANY_REQUEST, path: { type: 'below', value: '/below' } },
        { ...ANY_REQUEST, path: { type: 'end', value: '.json' } },
        { ...ANY_REQUEST, path: { type: 'template', value: '/carts/{*}/items' } },
        { ...ANY_REQUEST, path: { type: 'regex', value: '/r[0-9]+' } },
      ],
    }),
    [['GET', '/exact'], ['PUT', '/below/a'], ['GET', '/x/y.json'], ['GET', '/carts/7/items'], ['GET', '/r12']],
    [['GET', '/exact/'], ['PUT', '/below'], ['GET', '/x/y.jsonl'], ['GET', '/carts/7/8/items'], ['GET', '/r12/']],
  ],
];

type Asked = readonly [method: string, target: string];

export function egressCases(): Case[] {
  return [...hostCases(), ...requestCases()];
}

function requestCases(): Case[] {
  return SOME.map(([says, model, out, kept], i) => {
    const probe = (answer: string) => ([method, target]: Asked): Probe =>
      ({ ...ASKED, address: address(0, MODELS.length + i), method, target, answers: { model: answer } });
    return {
      name: `egress ${MODELS.length + i}: ${says}`,
      manifests: istioEgress.render(model).manifests.map(stored),
      probes: [...out.map(probe(API)), ...kept.map(probe('denied'))],
    };
  });
}

function hostCases(): Case[] {
  return MODELS.map(([says, model, upstream], i) => {
    const asked = { ...ASKED, address: address(0, i), ...(model.workload && { labels: model.workload.podSelector }) };
    return {
      name: `egress ${i}: ${says}`,
      manifests: istioEgress.render(model).manifests.map(stored),
      probes: [
        ...HOSTS.map(([host, answer]) => ({ ...asked, host, answers: { model: answer } })),
        { ...asked, upstream: true, answers: { model: JSON.stringify(inOrder(upstream)) } },
      ],
    };
  });
}

const HOSTS = [
  ['api.example.com', API], ['api.example.com:80', API], ['a.api.example.com', 'HTTP 502, gRPC ""'], ['example.org', 'HTTP 502, gRPC ""'],
] as const;

/** As Go writes it. */
function inOrder({ timeout, retries, perTry, statuses, port, serverName, names, cas, certificate }: Upstream): Upstream {
  return { timeout, retries, perTry, statuses, port, serverName, names, cas, certificate };
}

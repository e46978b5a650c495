import { address, type Case, type Probe } from './case';
import { istioEgress } from '../../src/dialects/istio/egress';
import type { EgressModel, EgressPort } from '../../src/model/egress';
import { stored } from '../harness/case';

const ASKED: Omit<Probe, 'answers' | 'address'> = {
  namespace: 'shop', port: 80, protocol: 'HTTP', host: 'api.example.com', method: 'GET', target: '/a', headers: [],
};
const policy = (port: Partial<EgressPort>): EgressModel => ({
  name: 'outside', namespace: 'shop', destinations: [{ kind: 'host', host: 'api.example.com', ports: [{ port: 80, protocol: 'HTTP', ...port }] }],
});
const RETRIES = { attempts: 2, statusCodes: [503], grpcStatuses: [], connectionFailures: true };
const API = JSON.stringify({ 'outbound|80||api.example.com': 1 });

/** What a sidecar does with requests to the outside: they go to the host that is named, and no other is known. */
const MODELS: readonly (readonly [says: string, model: EgressModel])[] = [
  ['a host', policy({})],
  ['a host with timeouts and retries', policy({ timeouts: { request: 2000, backendRequest: 500 }, retries: RETRIES })],
  ['a host without retries', policy({ retries: { ...RETRIES, attempts: 0, statusCodes: [] } })],
  ['a host with which the proxy begins TLS', policy({ timeouts: { request: 2000 }, tls: { port: 443, caConfigMap: 'corp' } })],
];

export function egressCases(): Case[] {
  return MODELS.map(([says, model], i) => ({
    name: `egress ${i}: ${says}`,
    manifests: istioEgress.render(model).manifests.map(stored),
    probes: ([['api.example.com', API], ['api.example.com:80', API], ['a.api.example.com', 'HTTP 502, gRPC ""'], ['example.org', 'HTTP 502, gRPC ""']] as const)
      .map(([host, answer]) => ({ ...ASKED, host, address: address(0, i), answers: { model: answer } })),
  }));
}

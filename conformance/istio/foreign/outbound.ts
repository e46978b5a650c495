import * as fc from 'fast-check';
import type { Known } from './share';
import { contains } from '../../../src/evaluators/address';
import { answer, fateOf, type Outsider } from '../../../test/dialects/istio/read/asked-outbound';
import { clients, outbound, outsiders } from '../../../test/dialects/istio/read/foreign-outbound';
import { reading } from '../../../test/reading/world';
import { address, type Case, type Probe } from '../case';

const asks = fc.tuple(clients, fc.option(outsiders, { nil: undefined, freq: 6 }));

/**
 * Sidecars, ServiceEntries and VirtualServices that somebody else wrote, and calls of pods to hosts outside, and to a Service. What the library says
 * of them, sidecars do.
 */
export function foreignOutbound(seed: number, count: number): Known {
  const samples = fc.sample(fc.tuple(outbound, fc.array(asks, { minLength: 12, maxLength: 12 })), { seed, numRuns: count });
  let unknown = 0;
  const cases = samples.map(([written, calls], i): Case => {
    const manifests = written.map(dated).flatMap(one => asAdmitted(one, i));
    const world = reading(manifests, 'default', 'istio');
    return {
      name: `foreign outbound ${i}`,
      manifests,
      probes: calls.flatMap(([client, asked]) => {
        const given = answer(world, client, asked);
        const fate = fateOf(manifests, client, asked);
        const answers = {
          ...given !== 'unknown' && { library: ANSWERS[given](manifests, asked) },
          ...fate !== undefined && fate !== 'elsewhere' && { evaluators: ANSWERS[FATES[fate]](manifests, asked) },
        };
        unknown += given === 'unknown' ? 1 : 0;
        return Object.keys(answers).length === 0 ? [] : [{ ...sentAs(asked, i), ...client, anywhere: true, answers }];
      }),
    };
  });
  return { about: 'foreign Sidecars and ServiceEntries', cases, unknown };
}

const FATES = { known: 'allowed', past: 'past', ends: 'denied' } as const;

/** As proxies answer it. What leaves goes to whom the client has called, by a ServiceEntry or past all of them. */
export const ANSWERS: Readonly<Record<'allowed' | 'denied' | 'past', (manifests: readonly any[], asked: Outsider | undefined) => readonly string[]>> = {
  allowed: (manifests, asked) => (asked === undefined ? ['shop/cart:80'] : ['PassthroughCluster', ...entriesFor(manifests, asked)]).map(all),
  denied: () => ['denied', 'HTTP 502, gRPC ""', 'no route', all('no cluster')],
  past: () => [all('PassthroughCluster')],
};

function all(cluster: string): string {
  return JSON.stringify({ [cluster]: 1 });
}

function entriesFor(manifests: readonly any[], { name, ip, port }: Outsider): string[] {
  return manifests.filter(({ kind }) => kind === 'ServiceEntry').flatMap(({ spec: { hosts, addresses = [], resolution = 'NONE' } }) => {
    const isThere = resolution === 'NONE' || addresses.some((one: string) => contains(one.includes('/') ? one : `${one}/32`, ip));
    return hosts.filter((host: string) => isThere || host === name || (host.startsWith('*') && name?.endsWith(host.slice(1))))
      .map((host: string) => `outbound|${port}||${host}`);
  });
}

export function sentAs(asked: Outsider | undefined, i: number): Omit<Probe, 'answers' | 'namespace'> {
  const toService: Outsider = { name: 'cart.shop.svc.cluster.local', ip: address(0, i), port: 80, kind: 'http', path: '/', method: 'GET' };
  const { name, ip, port, kind, path, method } = asked ?? toService;
  return { address: ip, port, protocol: PROTOCOLS[kind], host: name ?? ip, method, target: path, headers: [] };
}

const PROTOCOLS = { http: 'HTTP', tls: 'TLS', bytes: 'BYTES' } as const;

/** A cluster says when, and here no two are of one age. */
export function dated(manifest: any, n: number): any {
  const { metadata } = manifest;
  return { ...manifest, metadata: { ...metadata, creationTimestamp: `${metadata.creationTimestamp?.slice(0, 10) ?? '2026-11-03'}T00:00:${String(n).padStart(2, '0')}Z` } };
}

/** What a cluster takes of it. */
export function asAdmitted(manifest: any, i: number): any[] {
  const { kind, spec } = manifest;
  switch (kind) {
    case 'Service': return [{ ...manifest, spec: { ...spec, clusterIP: address(0, i) } }];
    case 'ServiceEntry': return isAdmittedEntry(manifest) ? [manifest] : [];
    case 'Sidecar': return isAdmittedSidecar(spec) ? [manifest] : [];
    case 'VirtualService': return spec.http === undefined && spec.tls === undefined ? [] : [manifest];
    default: return [manifest];
  }
}

/**
 * It is exported once to each namespace. Blocks of addresses are for no names that are looked up, nobody can look up any name, and bytes do not
 * say for which of several hosts they are.
 */
function isAdmittedEntry({ metadata: { namespace }, spec: { hosts, ports, addresses = [], resolution = 'NONE', exportTo = [] } }: any): boolean {
  const isNamed = ports.every(({ protocol = '' }: any) => /^(?:http|https|http2|grpc|tls)$/i.test(protocol));
  return !(exportTo.includes('.') && exportTo.includes(namespace))
    && (resolution !== 'DNS' || (hosts.every((host: string) => !host.startsWith('*')) && addresses.every((one: string) => !one.includes('/'))))
    && (resolution === 'NONE' || hosts.length === 1 || isNamed);
}

/** It says something; a listener for all ports is the last one, and each port has one. */
function isAdmittedSidecar({ egress = [], outboundTrafficPolicy }: any): boolean {
  const ports = egress.map(({ port }: any) => port?.number);
  return (egress.length > 0 || outboundTrafficPolicy !== undefined) && new Set(ports).size === ports.length
    && ports.every((port: unknown, n: number) => port !== undefined || n === ports.length - 1);
}

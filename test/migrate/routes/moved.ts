import type * as fc from 'fast-check';
import { differenceLine, unsureLine } from '../../../src/cli/diff/report';
import { routedByConsul } from '../../../src/evaluators/routes/consul';
import { routedByGatewayApi } from '../../../src/evaluators/routes/gateway-api';
import { READINGS } from '../../../src/evaluators/routes/gateway-api-readings';
import { routedByKuma } from '../../../src/evaluators/routes/kuma';
import { type Outcome, withoutNone } from '../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { routedByVirtualService } from '../../../src/evaluators/routes/virtual-service';
import { Unknown } from '../../../src/evaluators/unknown';
import { documentsIn } from '../../../src/manifests/documents';
import { manifestsOf, streamOf } from '../../../src/migrate/manifests';
import { type Moved, movePolicies } from '../../../src/migrate/policies/move';
import type { OldMesh } from '../../../src/migrate/policies/old-meshes';
import { JUDGES } from '../../../src/migrate/prove/judges';
import type { TargetName } from '../../../src/migrate/targets';
import { routedByProfiles } from '../../oracle/routes/service-profiles';
import { consulProgram } from '../../reading/routes/consul';
import { byAge, byAgeIn, program } from '../../reading/routes/gateway-api';
import { kumaProgram } from '../../reading/routes/kuma';
import { canonical } from '../../reading/routes/outcome';
import { profileProgram } from '../../reading/routes/service-profiles';
import { istioProgram } from '../../reading/routes/virtual-services';

export interface Program {
  readonly protocol: RouteRequest['protocol'];
  readonly manifests: readonly any[];
}

export interface Case {
  readonly from: OldMesh;
  readonly programs: fc.Arbitrary<Program>;
  readonly judge: (manifests: readonly any[], request: RouteRequest) => Outcome;
  /** Whether each Service has one port: several speak different protocols, or are several services. */
  readonly hasOnePort?: true;
}

export const CASES: Readonly<Record<string, Case>> = {
  'VirtualServices of Istio': {
    from: 'istio', programs: istioProgram, judge: (manifests, request) => routedByVirtualService(byAge(manifests, ({ name, namespace }) => `${name} ${namespace}`), request),
  },
  'routes of Gateway API in Istio': { from: 'istio', programs: program, judge: (manifests, request) => routedByGatewayApi(READINGS.istio)(byAgeIn('istio', manifests), request) },
  'routes of Gateway API at waypoints': { from: 'istio-ambient', programs: program, judge: (manifests, request) => routedByGatewayApi(READINGS['istio-ambient'])(byAgeIn('istio', manifests), request) },
  'routes of Gateway API in Cilium': { from: 'cilium', programs: program, judge: (manifests, request) => routedByGatewayApi(READINGS.cilium)(byAge(manifests), request) },
  'routes of Gateway API in Linkerd': { from: 'linkerd', programs: program, judge: (manifests, request) => routedByGatewayApi(READINGS.linkerd)(byAge(manifests), request) },
  'ServiceProfiles of Linkerd': { from: 'linkerd', programs: profileProgram, judge: (manifests, request) => routedByProfiles(byAge(manifests), request) },
  'config entries of Consul': { from: 'consul', programs: consulProgram, judge: routedByConsul('single'), hasOnePort: true },
  'policies of Kuma': { from: 'kuma', programs: kumaProgram, judge: routedByKuma },
};

const SETTINGS = { consulNamespaces: 'MIRRORED', waypoint: 'waypoint', trustDomain: 'cluster.local' } as const;
export const TARGETS: readonly TargetName[] = ['istio', 'istio-ambient', 'linkerd', 'consul', 'kuma', 'cilium', 'gateway-api'];
const WORDS = { difference: differenceLine, unsure: unsureLine };

const OF_POLICIES: readonly string[] = ['MeshTrafficPermission', 'MeshTLS', 'CiliumNetworkPolicy', 'Server', 'AuthorizationPolicy'];

const SPOKEN = { HTTP: 'http', GRPC: 'grpc', TCP: 'tcp', TLS: 'tls', UDP: 'udp' } as const;

/** The Services that routes speak of, and their pods. */
export function clusterOf({ protocol }: Program, hasOnePort = false): readonly object[] {
  const service = (name: string, labels: object, ports: readonly object[]) => ({
    apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { selector: labels, ports: ports.map(port => ({ ...port, appProtocol: SPOKEN[protocol] })) },
  });
  const ports = [{ name: 'main', port: 80 }, { name: 'other', port: 8080 }];
  if (hasOnePort) return ['cart', 'cart-v1', 'cart-v2', 'other'].map(name => service(name, { app: name }, [ports[0]]));
  return [
    service('cart', { app: 'cart' }, [ports[0], { name: 'admin', port: 81 }, ports[1]]),
    service('cart-v1', { app: 'cart', version: 'v1' }, ports),
    service('cart-v2', { app: 'cart', version: 'v2' }, ports),
  ];
}

function moved(from: OldMesh, to: TargetName, manifests: readonly object[]): { readonly all: Moved; readonly written: readonly any[] } {
  const documents = [...documentsIn('old.json', manifests.map(one => JSON.stringify(one)).join('\n---\n'))];
  const all = movePolicies(documents, { from, targets: [to], unsaid: 'allowed', ...SETTINGS }, WORDS);
  const text = streamOf(to, manifestsOf(all.program), [to]);
  return { all, written: [...documentsIn('new.yaml', text)].map(({ content }) => 'manifest' in content ? content.manifest : undefined) };
}

function decided(judge: Case['judge'], manifests: readonly any[], request: RouteRequest): string | undefined {
  try {
    return canonical(plain(judge(manifests, request)));
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

/**
 * What is tried again, and how long, is up to each mesh where nobody says it. Where no route is for a request, proxies answer with 404, and so may
 * a route say.
 */
function plain(outcome: Outcome): Outcome {
  return outcome.kind === 'responded' && outcome.status === 404 ? { kind: 'failed' } : withoutNone(outcome, 'timeouts', 'retries');
}

/** What became of requests, and how often something but a policy was written. */
export interface Counts {
  equal: number;
  said: number;
  unknown: number;
  routed: number;
}

export const NO_COUNTS: Counts = { equal: 0, said: 0, unknown: 0, routed: 0 };

/** Moves routes, and asks both meshes about requests: they go where they went, or it is said that they do not. */
export function countMoved({ from, judge, hasOnePort }: Case, to: TargetName, one: Program, some: readonly RouteRequest[], counts: Counts): void {
  const own = one.manifests.filter(({ kind }) => kind !== 'Service' && kind !== 'Deployment');
  const cluster = clusterOf(one, hasOnePort);
  const { all, written } = moved(from, to, [...cluster, ...own]);
  if (written.some(manifest => !OF_POLICIES.includes(manifest.kind))) counts.routed++;
  const { sends } = JUDGES[to](SETTINGS);
  const isSaid = all.compared.some(({ differences, unsure }) => [...differences, ...unsure].some(difference => difference.to?.type === 'service'));
  for (const request of some) {
    const [before, after] = [decided(judge, [...cluster, ...own], request), decided(sends, [...cluster, ...written], request)];
    if (before === undefined || after === undefined) counts.unknown++;
    else if (before === after) counts.equal++;
    else if (isSaid) counts.said++;
    else throw new Error(`${to}: ${before} before, ${after} afterwards\n${JSON.stringify(request)}\n${[...own, '→', ...written].map(line => JSON.stringify(line)).join('\n')}`);
  }
}

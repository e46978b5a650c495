import type { Call } from './call';
import { hostHolds } from './intent';
import { contains } from '../../../src/evaluators/address';
import { only } from '../../../src/evaluators/fields';
import { type FollowedMesh, inEachRelease } from '../../../src/evaluators/kuma-mesh';
import { Unknown } from '../../../src/evaluators/unknown';

/**
 * Whether Kuma's proxy lets a call out. What is in the mesh does not pass by MeshPassthrough. The matches of all policies for a pod add up, under the
 * mode of the last one that has some, and become the filter chains of a listener.
 *
 * @see https://kuma.io/docs/latest/policies/meshpassthrough/
 */
export function letOutByKuma(manifests: readonly any[], call: Call): boolean {
  return inEachRelease(manifests, mesh => letOutIn(mesh, manifests, call));
}

function letOutIn(mesh: FollowedMesh, manifests: readonly any[], call: Call): boolean {
  const policies = manifests.filter(one => one.kind === 'MeshPassthrough' && isFor(one, call)).sort(byWeight);
  if (call.says.kind === 'datagram' || !mesh.joins(call.labels ?? {})) {
    return call.says.kind === 'datagram';
  }
  if (call.inside || policies.length === 0) {
    return call.inside === true || mesh.passthrough;
  }
  policies.forEach(({ spec }) => accepted(only(spec.default ?? {}, 'passthroughMode', 'appendMatch').appendMatch ?? []));
  const mode = policies.reduce((merged, { spec }) => spec.default?.passthroughMode ?? merged, 'Matched');
  const matches: any[] = mode === 'Matched' ? policies.flatMap(({ spec }) => spec.default?.appendMatch ?? []) : [];
  return mode === 'All' || isTaken(chainsOf(matches), call);
}

function isFor({ metadata: { namespace, labels }, spec }: any, call: Call): boolean {
  const { targetRef = { kind: 'Mesh' } } = only(spec, 'targetRef', 'default');
  const { kind, labels: wanted = {} } = only(targetRef, 'kind', 'labels');
  if (labels?.['kuma.io/effect'] === 'shadow' || !['kuma-system', call.namespace].includes(namespace)) {
    return false;
  }
  if (kind !== 'Mesh' && kind !== 'Dataplane') {
    throw new Unknown(`a policy for ${kind}`);
  }
  return Object.entries(wanted).every(([key, value]) => (key === 'k8s.kuma.io/namespace' ? call.namespace : call.labels?.[key]) === value);
}

/** That which counts less comes first: for the mesh, then in the namespace of the system, then by the name, backwards. */
function byWeight(a: any, b: any): number {
  const weight = ({ metadata: { namespace }, spec }: any) => (spec.targetRef?.kind === 'Dataplane' ? 2 : 0) + (namespace === 'kuma-system' ? 0 : 1);
  return weight(a) - weight(b) || (a.metadata.name < b.metadata.name ? 1 : -1);
}

const REQUESTS = ['http', 'http2', 'grpc'];

/** The webhook takes no policy with some matches beside each other. */
function accepted(matches: readonly any[]): void {
  matches.forEach(({ port, protocol = 'tcp', value }, i) => {
    const before = matches.slice(0, i).filter(other => other.port === port && port !== undefined);
    const isRejected = before.some(other => (other.protocol ?? 'tcp') === protocol && other.value === value)
      || (REQUESTS.includes(protocol) && before.some(other => (other.protocol ?? 'tcp') !== protocol))
      || (protocol === 'mysql' && port === undefined)
      || (REQUESTS.includes(protocol) && value.startsWith('*') && port === undefined);
    if (isRejected) {
      throw new Unknown('the webhook rejects it');
    }
  });
}

interface Chain {
  readonly port: number | undefined;
  readonly block: string;
  /** Of TLS; empty for any. */
  readonly serverName: string;
  readonly transport: 'tls' | 'raw_buffer';
  readonly isForRequests: boolean;
  readonly isSilent: boolean;
  /** Of requests; undefined for any. */
  hosts: string[] | undefined;
}

/** Those without a port are there for every port that others have, too. */
function chainsOf(matches: readonly any[]): Chain[] {
  const ports = new Set<number | undefined>(matches.map(({ port }) => port));
  ports.forEach(at => {
    if (new Set(matches.filter(({ port, protocol }) => port === at && REQUESTS.includes(protocol)).map(({ protocol }) => protocol)).size > 1) {
      throw new Unknown('requests of several protocols on a port');
    }
  });
  const chains = new Map<string, Chain>();
  const all = matches.flatMap(match => match.port === undefined ? [...new Set([undefined, ...ports])].map(port => ({ ...match, port })) : [match]);
  for (const { type, value, port, protocol = 'tcp' } of all) {
    const name = JSON.stringify([port, protocol, type === 'Domain' && REQUESTS.includes(protocol) ? '' : `${type} ${value}`]);
    const chain: Chain = chains.get(name) ?? {
      port,
      block: type === 'Domain' ? '' : type === 'IP' ? `${value}/32` : value,
      serverName: type === 'Domain' && protocol === 'tls' && value !== '*' ? value : '',
      transport: protocol === 'tls' ? 'tls' as const : 'raw_buffer' as const,
      isForRequests: REQUESTS.includes(protocol),
      isSilent: protocol === 'mysql',
      hosts: type === 'Domain' && REQUESTS.includes(protocol) ? [] : undefined,
    };
    chain.hosts?.push(value);
    chains.set(name, chain);
  }
  const made = [...chains.values()];
  const keys = made.map(({ port, block, serverName, transport, isForRequests }) => [port, block, serverName, transport, isForRequests].join(' '));
  if (new Set(keys).size < keys.length) {
    throw new Unknown('Envoy rejects two chains of which it cannot tell which is meant');
  }
  if (made.some(({ hosts }) => hosts?.includes('*'))) {
    throw new Unknown('Envoy rejects routes for all hosts twice');
  }
  return made;
}

/**
 * As Envoy finds a filter chain: by the port, the longest prefix of the address, the server name, the transport, and what is spoken. It never goes
 * back.
 */
function isTaken(chains: readonly Chain[], { ip, port, says }: Call): boolean {
  const isOwn = (one: Chain) => one.port === port;
  const ofPort = chains.some(isOwn) ? chains.filter(isOwn) : chains.filter(one => one.port === undefined);
  const isRead = !ofPort.some(({ isSilent, port: at }) => isSilent && at === port);
  const length = ({ block }: Chain) => block === '' ? 0 : Number(block.split('/')[1]);
  const near = ofPort.filter(({ block }) => block === '' || contains(block, ip)).sort((a, b) => length(b) - length(a));
  const [longest, ...others] = [...new Set(near.map(({ block }) => block))];
  if (others.length > 0 && others.concat(longest).every(block => block === '' || block.endsWith('/0'))) {
    throw new Unknown('all addresses are named, and not');
  }
  const ofBlock = ofPort.filter(({ block }) => block === longest);
  const name = isRead && says.kind === 'tls' ? says.serverName ?? '' : '';
  const named = ofBlock.map(({ serverName }) => serverName).filter(wanted => wanted === name || (wanted.startsWith('*.') && hostHolds(wanted, name)));
  const best = named.includes(name) ? name : named.sort((a, b) => b.length - a.length)[0] ?? '';
  const seen = isRead && says.kind === 'tls' ? 'tls' : 'raw_buffer';
  const ofName = ofBlock.filter(({ serverName, transport }) => serverName === best && transport === seen);
  const ofRequests = isRead && says.kind === 'http' ? ofName.find(({ isForRequests }) => isForRequests) : undefined;
  const chain = ofRequests ?? ofName.find(({ isForRequests }) => !isForRequests);
  return chain !== undefined && (chain.hosts === undefined || (says.kind === 'http' && chain.hosts.some(host => hostHolds(host, says.host))));
}

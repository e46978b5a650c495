import type { Call } from './call';
import { ANY_SENT } from './call';
import { hostHolds } from './intent';
import { contains } from '../../../src/evaluators/address';
import { whole } from '../../../src/evaluators/expression';
import { only } from '../../../src/evaluators/fields';

/**
 * Whether Open Service Mesh lets a call out. Each port of each Egress for the ServiceAccount is a filter chain of Envoy, which looks
 * for the smallest block that holds the address before it looks at anything else; HTTP follows the routes of its port.
 *
 * @see https://github.com/openservicemesh/osm/blob/v1.2.4/pkg/catalog/egress.go
 */
export function letOutByOsm(manifests: readonly any[], call: Call): boolean {
  // Datagrams pass by the proxy; in the mesh, TrafficTargets decide.
  if (call.inside || call.says.kind === 'datagram') return true;
  const chains = chainsFor(manifests, call);
  checkDistinct(chains.filter(({ protocol }) => protocol !== 'http').flatMap(({ blocks, names }) =>
    orAny(blocks).flatMap(block => orAny(names).map(name => `${block} ${name}`))));
  checkDistinct(chains.filter(({ protocol }) => protocol === 'http').flatMap(({ hosts }) => hosts));
  // The bytes of the client are not looked at where some server speaks first.
  const says = chains.some(({ protocol }) => protocol === 'tcp-server-first') ? BYTES : call.says;
  const there = forAddress(chains, call.ip);
  const isNamed = ({ names }: Chain) => says.kind === 'tls' && names.some(name => says.serverName !== undefined && hostHolds(name, says.serverName));
  if (there.some(isNamed)) return true;
  const unnamed = there.filter(({ names }) => names.length === 0);
  if (says.kind !== 'http' || unnamed.every(({ protocol }) => protocol !== 'http')) return unnamed.some(({ protocol }) => protocol !== 'http');
  // The name is looked up in the DNS, where no wildcard is.
  return unnamed.some(({ protocol, hosts, routes }) =>
    protocol === 'http' && hosts.some(host => host === says.host) && routes.some(route => takes(route, says.request ?? ANY_SENT)));
}

/** A filter chain, and the routes behind it. */
interface Chain {
  readonly protocol: string;
  readonly hosts: readonly string[];
  readonly routes: readonly any[];
  /** None are all of them. */
  readonly blocks: readonly string[];
  readonly names: readonly string[];
}

const BYTES = { kind: 'bytes' } as const;

function orAny(all: readonly string[]): readonly string[] {
  return all.length === 0 ? ['any'] : all;
}

/** Those of the smallest block that holds the address; what they do not take, no others do. */
function forAddress(chains: readonly Chain[], ip: string): Chain[] {
  const lengths = chains.map(({ blocks }) => blocks.length === 0 ? 0
    : Math.max(-1, ...blocks.filter(block => contains(block, ip)).map(block => Number(block.split('/')[1]))));
  const longest = Math.max(0, ...lengths);
  return chains.filter((_, i) => lengths[i] === longest);
}

function chainsFor(manifests: readonly any[], { namespace, serviceAccount, port }: Call): Chain[] {
  const policies = manifests.filter(({ kind, spec }) => kind === 'Egress'
    && spec.sources.some((one: any) => one.kind === 'ServiceAccount' && one.name === serviceAccount && one.namespace === namespace));
  return policies.flatMap(({ metadata, spec }) => {
    const { hosts = [], ipAddresses = [], ports, matches = [] } = only(spec, 'sources', 'hosts', 'ipAddresses', 'ports', 'matches');
    const groups = matches.map(({ kind: wanted, name }: any) => manifests.find(one =>
      one.kind === wanted && one.metadata.name === name && one.metadata.namespace === metadata.namespace));
    const routes = matches.length === 0 ? [{}] : groups.flatMap((group: any) => group?.spec.matches ?? []);
    return ports.filter(({ number }: any) => number === port).map(({ protocol }: any) => ({
      protocol, hosts, routes, blocks: protocol === 'http' ? [] : ipAddresses, names: protocol === 'https' ? hosts : [],
    }));
  });
}

/** Envoy rejects two filter chains for the same, and two virtual hosts. */
function checkDistinct(all: readonly string[]): void {
  if (new Set(all).size < all.length) throw new Error(`Envoy rejects this: ${all.join(', ')}`);
}

function takes({ pathRegex = '', methods = [], headers = [] }: any, { method, path, headers: sent }: typeof ANY_SENT): boolean {
  return (methods.length === 0 || methods.includes('*') || methods.includes(method)) && (pathRegex === '' || whole(pathRegex, path))
    && headers.flatMap(Object.entries).every(([name, pattern]: [string, string]) => Object.hasOwn(sent, name) && whole(pattern, sent[name]));
}

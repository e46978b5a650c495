import type { Call } from './call';
import { ANY_SENT } from './call';
import { hostHolds } from './intent';
import { contains } from '../../../src/evaluators/address';
import { expression } from '../../../src/evaluators/expression';
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
  checkDistinct(chains.flatMap(({ blocks, names, protocol }) => blocks.length > 0 ? blocks : names.length > 0 ? names : protocol === 'http' ? [] : ['all']));
  checkDistinct(chains.filter(({ protocol }) => protocol === 'http').flatMap(({ hosts }) => hosts));
  if (chains.some(({ protocol, blocks, names }) => protocol !== 'http' && (blocks.some((block: string) => contains(block, call.ip)) || blocks.length + names.length === 0))) {
    return true;
  }
  // The bytes of the client are not looked at where some server speaks first.
  if (chains.some(({ protocol }) => protocol === 'tcp-server-first')) return false;
  const { says } = call;
  if (says.kind === 'tls') {
    return chains.some(({ names }) => names.some((name: string) => says.serverName !== undefined && hostHolds(name, says.serverName)));
  }
  // The name is looked up in the DNS, where no wildcard is.
  return says.kind === 'http' && chains.some(({ protocol, hosts, routes }) =>
    protocol === 'http' && hosts.some((host: string) => host === says.host) && routes.some((route: any) => takes(route, says.request ?? ANY_SENT)));
}

function chainsFor(manifests: readonly any[], { namespace, serviceAccount, port }: Call) {
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
  const whole = (pattern: string) => expression(`^(?:${pattern})$`);
  return (methods.length === 0 || methods.includes('*') || methods.includes(method)) && (pathRegex === '' || whole(pathRegex).test(path))
    && headers.flatMap(Object.entries).every(([name, pattern]: [string, string]) => Object.hasOwn(sent, name) && whole(pattern).test(sent[name]));
}

import { serviceEntry } from './service-entry';
import { sidecar } from './sidecar';
import { selectionRefusals } from './workload';
import { byKind } from '../../model/by-kind';
import type { CidrDestination, EgressDestination, EgressModel, EgressPort, HostDestination } from '../../model/egress';
import { isPlainTcp } from '../../model/egress';
import type { EgressFeature } from '../../model/features/egress';
import type { Fields } from '../../model/fields';
import { distinctBy, flatMap } from '../../model/lists';
import { claimOn } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { FULL, full, none } from '../contract/support';

/**
 * One Sidecar that names what may be called, and a ServiceEntry for each host and block of addresses.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/
 */
export const istioEgress: Dialect<EgressModel, EgressFeature> = {
  renders: 'a Sidecar that names what may be called, and a ServiceEntry for each host and block of addresses; the Sidecar of a workload stands in place of '
    + 'that of its namespace',
  supports: {
    NamespaceEgress: FULL,
    WorkloadEgress: FULL,
    SubsetEgress: FULL,
    EgressDenyAll: FULL,
    EgressHost: full('a ServiceEntry, for HTTP and TLS ports'),
    EgressWildcardHost: none('a Sidecar with a wildcard imports every ServiceEntry that matches it, with ports that are meant for other workloads'),
    EgressCidr: full('a ServiceEntry with addresses, where anything over TCP may be spoken'),
    EgressHTTP: FULL,
    EgressTLS: FULL,
    EgressTCP: FULL,
    EgressServerFirst: full('as `EgressPort.tcp`: the proxy does not look into the bytes'),
    EgressUDP: none('the sidecar does not carry UDP'),
  },
  claims: model => [claimOn('Sidecar', model)],
  render: model => renderUnless([
    ...selectionRefusals<EgressFeature>('a Sidecar', model),
    ...flatMap(merged(model.destinations), destination => destination.kind === 'host' ? hostRefusals(destination.host, destination.ports) : []),
  ], () => manifests(model)),
};

/** Every field of the policy, as Istio writes it. */
type Policy = Fields<EgressModel, 'name' | 'namespace' | 'workload' | 'destinations'>;

function manifests(model: Policy): Manifest[] {
  const { name, namespace, destinations } = model;
  const outside = merged(destinations).map(destination => serviceEntry(destination, namespace)).sort((a, b) => a.host < b.host ? -1 : 1);
  return [sidecar({ name, namespace }, model, outside.map(({ host }) => host)), ...outside.map(({ manifest }) => manifest)];
}

/** Each host, and each block of addresses, once, with all its ports. */
function merged(destinations: readonly EgressDestination[]): EgressDestination[] {
  const byPlace = new Map<string, EgressDestination>();
  for (const destination of destinations) {
    const place = placeOf(destination);
    const ports = [...byPlace.get(place)?.ports ?? [], ...destination.ports];
    byPlace.set(place, { ...destination, ports: distinctBy(ports, port => portKey(destination, port)) });
  }
  return [...byPlace.values()];
}

const placeOf = byKind<EgressDestination, string>({
  host: ({ host }: Fields<HostDestination, 'host', 'kind' | 'ports'>) => host,
  cidr: ({ cidr }: Fields<CidrDestination, 'cidr', 'kind' | 'ports'>) => cidr,
});

/** The protocol does not matter for addresses. */
function portKey({ kind }: EgressDestination, { port, protocol }: EgressPort): string {
  return kind === 'host' ? `${protocol}/${port}` : String(port);
}

function hostRefusals(host: string, ports: readonly EgressPort[]): Refusal<EgressFeature>[] {
  const numbers = ports.map(({ port }) => port);
  return [
    ...ports.filter(({ protocol }) => isPlainTcp(protocol)).map(({ port }) => ({
      what: `TCP port ${port} of host '${host}'`,
      reason: 'plain TCP does not say which host is meant, so the sidecar goes by addresses',
      remedy: 'Use EgressDestination.cidr for it',
    })),
    ...numbers.filter((port, i) => numbers.indexOf(port) !== i).map(port => ({
      what: `port ${port} of host '${host}' in more than one protocol`,
      reason: 'a ServiceEntry names each port once',
      remedy: 'Use one protocol for this port of the host',
    })),
  ];
}

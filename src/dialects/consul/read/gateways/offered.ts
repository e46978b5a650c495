import type { Exposed, IngressGateway, Listener } from './ingress-gateway';
import type { Undecided } from '../../../../meaning/decision';
import { ANYTHING, hostnameText, oneOf, prefix, type Text } from '../../../../meaning/text';
import { type Cluster, DEFAULT_NAMESPACE } from '../../../../reading/cluster/cluster';
import type { Routes } from '../routes';

/** What is known of services. */
export interface Known {
  readonly cluster: Cluster;
  readonly routes: Routes;
  readonly areMirrored: boolean;
}

/** A service, and for which hosts a listener leads there. */
interface Offered {
  readonly service: Exposed;
  readonly hosts: readonly Text[];
}

/**
 * The services of a listener. `*` is each other one of the namespace that speaks what the listener does (`collectGatewayServices` in hashicorp/consul
 * `agent/consul/state/catalog.go`), and the mesh may have some that are not in the files.
 */
export function offeredBy(gateway: IngressGateway, listener: Listener, known: Known): Offered[] {
  const named = listener.services.filter(({ name }) => name !== '*').map(service => ({ service, hosts: hostsOf(listener, service, gateway, known) }));
  const isNamed = (name: string) => named.some(({ service }) => service.name === name);
  return [...named, ...listener.services.filter(({ name }) => name === '*').flatMap((service): Offered[] => {
    const all = [...new Set(namesIn(homeOf(service, gateway, known), known))].map(name => ({ ...service, name }))
      .map(one => ({ service: one, hosts: hostsOf(listener, one, gateway, known) }));
    const speaking = all.filter(one => {
      const speaks = spokenBy(one.service, gateway, known);
      return !isNamed(one.service.name) && (typeof speaks !== 'string' || speaks === listener.spoken);
    });
    const others = [...named, ...all].flatMap(({ hosts }) => hosts);
    return [...speaking, { service, hosts: [others.length === 0 ? ANYTHING : { type: 'not', of: oneOf(others) }] }];
  })];
}

export function spokenBy(service: Exposed, gateway: IngressGateway, known: Known): string | Undecided | undefined {
  return known.routes.spokenBy({ service: service.name, namespace: homeOf(service, gateway, known) });
}

/** The namespace of Consul that a service is in. */
function homeOf({ namespace }: Exposed, gateway: IngressGateway, { areMirrored }: Known): string {
  return namespace ?? (areMirrored ? gateway.namespace : DEFAULT_NAMESPACE);
}

function namesIn(home: string, { cluster, areMirrored }: Known): string[] {
  return cluster.services.filter(one => !areMirrored || (one.namespace ?? DEFAULT_NAMESPACE) === home).map(({ name }) => name);
}

function hostsOf({ protocol }: Listener, service: Exposed, gateway: IngressGateway, known: Known): readonly Text[] {
  const { name, hosts } = service;
  if (protocol === 'TCP') return [ANYTHING];
  if (hosts.length > 0) return hosts.map(host => host === '*' ? ANYTHING : hostnameText(host));
  const home = homeOf(service, gateway, known);
  return [prefix(home === DEFAULT_NAMESPACE ? `${name}.ingress.` : `${name}.ingress.${home}.`)];
}

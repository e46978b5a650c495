import type { Exposed, IngressGateway, Listener } from './ingress-gateway';
import { type Known, offeredBy, spokenBy } from './offered';
import type { ServicePort } from '../../../../meaning/call';
import { type Decision, isUndecided, mapVerdicts, type Undecided, unknownBy, type Verdict } from '../../../../meaning/decision';
import type { Entry, Way } from '../../../../meaning/world';
import { DEFAULT_NAMESPACE } from '../../../../reading/cluster/cluster';
import { unsaidOf } from '../access/speaking';

/**
 * The ways in by an ingress gateway: requests for the hosts of a service, or else for its own name, go where its discovery chain leads
 * (`routesForIngressGateway` in hashicorp/consul `agent/xds/routes.go`). Its intentions are asked there, and the gateway is their source.
 */
export function entriesOf(gateway: IngressGateway, known: Known): Entry[] {
  const { name, namespace } = gateway;
  const [unspoken] = gateway.listeners.flatMap(listener => listener.services.flatMap(service => refusing(gateway, listener, service, known) ?? []));
  const doubt = gateway.doubt?.why ?? unspoken;
  return gateway.listeners.flatMap(listener => offeredBy(gateway, listener, known).flatMap(({ service, hosts }) => {
    const ways = waysOf(gateway, listener, service, known, doubt);
    return hosts.map((host): Entry => ({
      gateway: `${namespace}/${name}`,
      port: listener.port,
      protocol: listener.outside,
      host,
      pods: { namespace, serviceAccount: name, isGateway: true },
      ways,
    }));
  }));
}

function waysOf(gateway: IngressGateway, { protocol }: Listener, service: Exposed, known: Known, doubt: string | undefined): Decision<Way> {
  const { source, besides } = service;
  const open = (value: Undecided): Decision<Way> => ({ branches: [], otherwise: { value, why: value.unknown, source } });
  if (doubt !== undefined) return open(unknownBy(doubt, [gateway]));
  if (service.partition !== undefined) return open(unknownBy('what is in other partitions is not known here', [service]));
  if (service.name === '*') return open(unknownBy('the mesh may have a service for the host that is not in the files', [service]));
  const speaks = spokenBy(service, gateway, known);
  if (typeof speaks !== 'string') return open(unknownBy(speaks?.unknown ?? unsaidOf(service.name), [service]));
  const to = portOf(service, gateway, known);
  if (isUndecided(to)) return open(to);
  const toIt: Verdict<Way> = { value: { backends: [{ ...to, weight: 1 }], handling: {}, besides: [] }, why: `IngressGateway '${gateway.name}' leads there`, source };
  return withBesides(known.routes.ways(to, protocol) ?? { branches: [], otherwise: toIt }, besides);
}

/** Why Consul may refuse the whole gateway: a service speaks something else than the listener (`agent/consul/state/config_entry.go`). */
function refusing(gateway: IngressGateway, { spoken }: Listener, service: Exposed, known: Known): string | undefined {
  const { name, partition } = service;
  if (name === '*' || partition !== undefined) return undefined;
  const speaks = spokenBy(service, gateway, known);
  if (speaks === undefined) return unsaidOf(name);
  if (isUndecided(speaks)) return speaks.unknown;
  return speaks === spoken ? undefined : `to Consul, ${name} speaks ${speaks}, and it refuses a listener of it for ${spoken}`;
}

/** A service of Consul has one port. */
function portOf({ name, namespace }: Exposed, { namespace: home }: IngressGateway, { cluster, areMirrored }: Known): ServicePort | Undecided {
  const all = cluster.services.filter(one => one.name === name && (!areMirrored || (one.namespace ?? DEFAULT_NAMESPACE) === (namespace ?? home)));
  const [service, ...others] = all;
  if (service === undefined) return { unknown: `the ports of Service '${name}' are not known: give the Service` };
  const [port, ...more] = service.ports;
  return port === undefined || more.length > 0 || others.length > 0 ? { unknown: `it is not known which port of Service '${name}' Consul takes` }
    : { namespace: service.namespace ?? DEFAULT_NAMESPACE, service: name, port: port.port };
}

function withBesides(decision: Decision<Way>, besides: readonly string[]): Decision<Way> {
  return mapVerdicts(decision, verdict => isUndecided(verdict.value) ? verdict
    : { ...verdict, value: { ...verdict.value, besides: [...verdict.value.besides, ...besides].sort() } });
}

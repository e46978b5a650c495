import { type ConsulReading, routedByConsul, spokenByConsul } from './consul';
import type { Outcome } from './outcome';
import type { RouteRequest } from './request';
import { only } from '../fields';
import { Unknown } from '../unknown';

/**
 * What becomes of a request that comes to a port of an IngressGateway: it is for the service whose host is named most closely, and follows its
 * discovery chain. A service without hosts has its own name, and `*` stands for all others that speak what the listener does.
 *
 * @see https://github.com/hashicorp/consul/blob/v1.22.0/agent/xds/routes.go
 */
export function routedByIngressGateway(reading: ConsulReading): (manifests: readonly any[], request: RouteRequest) => Outcome {
  const routed = routedByConsul(reading);
  return (manifests, request) => {
    const { to, host } = request;
    const [gateway, ...others] = manifests.filter(({ kind, metadata }) => kind === 'IngressGateway' && metadata.name === to.service && metadata.namespace === to.namespace);
    if (others.length > 0) {
      throw new Unknown('several gateways of a name');
    }
    const listener = gateway?.spec.listeners.find(({ port }: any) => port === to.port);
    if (listener === undefined) return { kind: 'failed' };
    const spoken = spokenByConsul(reading, manifests);
    const homeOf = ({ namespace = reading === 'mirrored' ? to.namespace : 'default' }: any): string => namespace;
    const services = (home: string) => manifests.filter(({ kind, metadata: { namespace } }) => kind === 'Service' && (reading === 'single' || namespace === home));
    for (const { services: all, protocol } of gateway.spec.listeners) {
      for (const one of all) {
        if (one.name !== '*' && spoken(one.name, homeOf(one)) !== protocol) {
          throw new Unknown(`Consul refuses a listener of ${one.name} that speaks ${protocol}`);
        }
      }
    }
    const declared = listener.services.flatMap(({ hosts = [] }: any) => hosts);
    if (new Set(declared).size < declared.length) {
      throw new Unknown('Consul refuses a host that is named twice');
    }
    const offers: Offer[] = listener.services.map((one: any) => only(one, 'name', 'hosts', 'namespace')).flatMap((one: any): Offer[] => {
      const home = homeOf(one);
      if (one.name !== '*') return [{ name: one.name, home, hosts: one.hosts ?? [ownHost(one.name, home)] }];
      return services(home).map(({ metadata: { name } }) => name)
        .filter(name => !listener.services.some((other: any) => other.name === name) && spoken(name, home) === listener.protocol)
        .map(name => ({ name, home, hosts: [ownHost(name, home)] }));
    });
    const [closest] = offers.flatMap(({ hosts, ...offer }) => hosts.filter(one => covers(one, host)).map(one => ({ ...offer, rank: rank(one) })))
      .sort((a, b) => b.rank - a.rank);
    if (closest === undefined) {
      if (listener.services.some(({ name }: any) => name === '*')) {
        throw new Unknown('a service for the host that is not here');
      }
      return { kind: 'failed' };
    }
    const [service, ...more] = services(closest.home).filter(({ metadata: { name } }) => name === closest.name);
    if (service?.spec.ports.length !== 1 || more.length > 0) {
      throw new Unknown('which port Consul takes');
    }
    const { namespace } = service.metadata;
    return routed(manifests, { ...request, to: { service: closest.name, namespace, port: service.spec.ports[0].port } });
  };
}

interface Offer {
  readonly name: string;
  /** Its namespace. */
  readonly home: string;
  readonly hosts: readonly string[];
}

function ownHost(name: string, namespace: string): string {
  return namespace === 'default' ? `${name}.ingress.*` : `${name}.ingress.${namespace}.*`;
}

/** As Envoy takes a domain: a name, what it ends with, what it begins with, or anything. */
function covers(domain: string, host: string): boolean {
  return domain === '*' || domain === host || (domain.startsWith('*') && host.length > domain.length - 1 && host.endsWith(domain.slice(1)))
    || (domain.endsWith('*') && host.startsWith(domain.slice(0, -1)));
}

function rank(domain: string): number {
  return domain === '*' ? 0 : domain.startsWith('*') ? 1000 + domain.length : domain.endsWith('*') ? domain.length : 1_000_000;
}

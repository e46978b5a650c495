import type { Cluster } from './cluster/cluster';
import type { ServicePort } from '../meaning/call';
import { type Decision, isUndecided, mapVerdicts } from '../meaning/decision';
import type { Way } from '../meaning/world';

/**
 * Where requests go in a mesh whose proxies send what is for a Service without an address of its own to the address that the client has called: where
 * that is one of another Service, nobody knows where it leads.
 */
export function unlessHeadless(ways: Decision<Way>, to: ServicePort, cluster: Cluster, mesh: string): Decision<Way> {
  const unknown = `what ${mesh} sends to a Service without an address of its own goes to the address that the client has called`;
  const isOther = ({ namespace, service }: ServicePort) => (namespace !== to.namespace || service !== to.service)
    && cluster.service(namespace, service)?.forms.includes('headless') === true;
  return mapVerdicts(ways, verdict =>
    isUndecided(verdict.value) || !verdict.value.backends.some(isOther) ? verdict : { ...verdict, value: { unknown }, why: unknown });
}

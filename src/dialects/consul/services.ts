import { ANY } from './apis';
import type { Source, SourceFields } from '../../model/access';
import { byKind } from '../../model/by-kind';
import type { Subject } from '../contract/claim';
import { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';

/** A service of Consul, or several, with `*` for any. Its name is that of the ServiceAccount. */
export interface ConsulServices {
  readonly name: string;
  readonly namespace: string;
}

export const ALL_SERVICES: ConsulServices = { name: ANY, namespace: ANY };

/** The services of a source; `undefined` where Consul cannot express it. */
export const servicesOf = byKind<Source, ConsulServices | undefined>({
  serviceAccount: ({ name, namespace }: SourceFields<'serviceAccount', 'name' | 'namespace'>) => ({ name, namespace }),
  namespace: ({ name: namespace }: SourceFields<'namespace', 'name'>) => ({ name: ANY, namespace }),
  anyAuthenticated: () => ALL_SERVICES,
  spiffeId: inexpressible,
  gateway: inexpressible,
  namespaceLabels: inexpressible,
  pods: inexpressible,
  uninitialized: inexpressible,
  trustDomain: inexpressible,
  apiServer: inexpressible,
  nodes: inexpressible,
  nodeLabels: inexpressible,
  ipBlock: inexpressible,
  anyone: inexpressible,
});

function inexpressible(): undefined {
  return undefined;
}

/** What a claim on a service is on: if namespaces share one namespace of Consul, its name alone. */
export function consulService(name: string, namespace: string | undefined, namespaces: ConsulNamespaces): Subject {
  return { type: 'consulService', name, ...(namespaces === ConsulNamespaces.MIRRORED && { namespace }) };
}

/** Whether `a` includes everything that `b` stands for. */
export function includesServices(a: ConsulServices, b: ConsulServices): boolean {
  return [ANY, b.name].includes(a.name) && [ANY, b.namespace].includes(a.namespace);
}

/** Whether a source includes these services. */
export function includes(source: Source, services: ConsulServices): boolean {
  const those = servicesOf(source);
  return those !== undefined && includesServices(those, services);
}

/** The fields that name services. Without namespaces in Consul, there is no field for them. */
export function named({ name, namespace }: ConsulServices, namespaces: ConsulNamespaces): { readonly name: string; readonly namespace?: string } {
  return namespaces === ConsulNamespaces.MIRRORED ? { name, namespace } : { name };
}

import { API_VERSION, GROUP, MAX_GRANTEES } from './apis';
import { SERVICE } from './refs';
import { routeKind } from './route-kind';
import type { ReferenceGrantSpec } from '../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import { flatMap } from '../../model/lists';
import { destinationsOf, namespaceOf, isConsumerRoute } from '../../model/route';
import type { PortRoute, RouteModel } from '../../model/route';
import type { BackendRef } from '../../model/service-ref';
import { chunks } from '../contract/chunks';
import type { Manifest, Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';

/**
 * What the routes of a Service may refer to. A route in another namespace than its Service needs no grant there: meshes ask for
 * none (GEP-1294), and a grant would open the backends to every route of that namespace, including routes of a public Gateway.
 */
export function meshGrants(model: RouteModel): Manifest[] {
  return referenceGrants(model, routeKind, isConsumerRoute(model) ? model.service.namespace : undefined);
}

type Grantee = Pick<BackendRef, 'name' | 'groupKind'>;

/** A ReferenceGrant in every namespace, other than the route's, in which a backend lives. It opens to these routes what they name. */
export function referenceGrants(model: RouteModel, kindOf: (port: PortRoute) => string, open: string | undefined = undefined): Manifest[] {
  const granted = new Map<string, { backends: Map<string, Required<Grantee>>; kinds: Set<string> }>();
  for (const port of model.ports) {
    for (const backend of flatMap(port.rules, destinationsOf)) {
      const namespace = namespaceOf(model, backend);
      if (namespace !== undefined && namespace !== model.namespace && namespace !== open) {
        const grant = granted.get(namespace) ?? { backends: new Map(), kinds: new Set() };
        granted.set(namespace, grant);
        const { name, groupKind = SERVICE }: Grantee = backend;
        grant.backends.set([groupKind.group, groupKind.kind, name].join(' '), { name, groupKind });
        grant.kinds.add(kindOf(port));
      }
    }
  }
  return flatMap([...granted].sort(([a], [b]) => a < b ? -1 : 1), ([namespace, { backends, kinds }]) =>
    chunks([...backends].sort(([a], [b]) => a < b ? -1 : 1), MAX_GRANTEES).map((grantees, i) => {
      const spec: Plain<ReferenceGrantSpec> = {
        from: [...kinds].sort().map(kind => ({ group: GROUP, kind, namespace: model.namespace ?? refused() })),
        to: grantees.map(([, { name, groupKind }]) => ({ ...groupKind, name })),
      };
      const name = i === 0 ? model.name : `${model.name}-${i + 1}`;
      return { apiVersion: API_VERSION, kind: 'ReferenceGrant', metadata: { name, namespace }, spec };
    }));
}

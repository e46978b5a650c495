import { API_VERSION, GROUP, MAX_GRANTEES } from './apis';
import { routeKind } from './route-kind';
import type { ReferenceGrantSpec } from '../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import { flatMap } from '../../model/lists';
import { destinationsOf, namespaceOf, isConsumerRoute } from '../../model/route';
import type { PortRoute, RouteModel } from '../../model/route';
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

/** A ReferenceGrant in every namespace, other than the route's, in which a backend lives. It opens to these routes what they name. */
export function referenceGrants(model: RouteModel, kindOf: (port: PortRoute) => string, open: string | undefined = undefined): Manifest[] {
  const granted = new Map<string, { services: Set<string>; kinds: Set<string> }>();
  for (const port of model.ports) {
    for (const backend of flatMap(port.rules, destinationsOf)) {
      const namespace = namespaceOf(model, backend);
      if (namespace !== undefined && namespace !== model.namespace && namespace !== open) {
        const grant = granted.get(namespace) ?? { services: new Set(), kinds: new Set() };
        granted.set(namespace, grant);
        grant.services.add(backend.name);
        grant.kinds.add(kindOf(port));
      }
    }
  }
  return flatMap([...granted].sort(([a], [b]) => a < b ? -1 : 1), ([namespace, { services, kinds }]) =>
    chunks([...services].sort(), MAX_GRANTEES).map((names, i) => {
      const spec: Plain<ReferenceGrantSpec> = {
        from: [...kinds].sort().map(kind => ({ group: GROUP, kind, namespace: model.namespace ?? refused() })),
        to: names.map(name => ({ group: '', kind: 'Service', name })),
      };
      const name = i === 0 ? model.name : `${model.name}-${i + 1}`;
      return { apiVersion: API_VERSION, kind: 'ReferenceGrant', metadata: { name, namespace }, spec };
    }));
}

import { documentsIn } from '../../src/manifests/documents';
import { migrate } from '../../src/migrate/migrate';
import { FORMS, report } from '../../src/migrate/report';
import type { TargetName } from '../../src/migrate/targets';

/** What the report says of some manifests, which Open Service Mesh read. */
export function migrated(to: TargetName, ...manifests: readonly object[]): string {
  const text = manifests.map(manifest => JSON.stringify(manifest)).join('\n---\n');
  const documents = [...documentsIn('cart.yaml', text)];
  const migration = migrate(documents, { from: 'osm', targets: [to], namespace: 'shop' });
  return FORMS.text(report(migration, { version: '0.0.0', read: documents.length, unread: [] }));
}

const named = (apiVersion: string, kind: string, name: string, spec: object, metadata: object = {}) =>
  ({ apiVersion, kind, metadata: { name, namespace: 'shop', ...metadata }, spec });

export const CART = named('v1', 'Service', 'cart', { ports: [{ port: 80, name: 'http' }], selector: { app: 'cart' } });

/** A Deployment, whose pods run as a ServiceAccount. */
export function workload(name: string, serviceAccountName = name): object {
  const labels = { app: name };
  return named('apps/v1', 'Deployment', name, { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { serviceAccountName, containers: [] } } });
}

/** A TrafficTarget between two ServiceAccounts, for the requests of the group `cart`. */
export function mayCall(destination: string, source: string): object {
  const account = (name: string) => ({ kind: 'ServiceAccount', name, namespace: 'shop' });
  return named('access.smi-spec.io/v1alpha3', 'TrafficTarget', 'cart', {
    destination: account(destination), sources: [account(source)], rules: [{ kind: 'HTTPRouteGroup', name: 'cart', matches: ['read', 'bots', 'beta'] }],
  });
}

/** The group `cart`, in which a match is more than the one that is always there. */
export function requests(more?: object): object {
  return named('specs.smi-spec.io/v1alpha4', 'HTTPRouteGroup', 'cart', { matches: [{ name: 'read', pathRegex: '/cart', methods: ['GET'] }, ...more === undefined ? [] : [more]] });
}

export function trafficSplit(weights: Readonly<Record<string, number | string>>, metadata: object = {}): object {
  const backends = Object.entries(weights).map(([service, weight]) => ({ service, weight }));
  return named('split.smi-spec.io/v1alpha2', 'TrafficSplit', 'cart', { service: 'cart', backends }, metadata);
}

import { documentsIn } from '../../src/manifests/documents';
import { migrate, type MigrateOptions } from '../../src/migrate/migrate';
import { type Form, FORMS, report } from '../../src/migrate/report';
import type { TargetName } from '../../src/migrate/targets';

/** What the report says of some manifests, which Open Service Mesh read. */
export function migrated(to: TargetName, ...manifests: readonly object[]): string {
  return reported({ targets: [to] }, manifests);
}

export function reported(options: Partial<MigrateOptions>, manifests: readonly object[], form: Form = 'text'): string {
  const documents = [...documentsIn('cart.yaml', yaml(...manifests))];
  const migration = migrate(documents, { from: 'osm', targets: ['linkerd'], namespace: 'shop', ...options });
  return FORMS[form](report(migration, { version: '0.0.0', read: documents.length, unread: [] }));
}

/** Manifests as one file, each on a line. */
export function yaml(...manifests: readonly object[]): string {
  return manifests.map(manifest => JSON.stringify(manifest)).join('\n---\n');
}

const named = (apiVersion: string, kind: string, name: string, spec: object, metadata: object = {}) =>
  ({ apiVersion, kind, metadata: { name, namespace: 'shop', ...metadata }, spec });

export function service(name: string, namespace = 'shop'): object {
  return named('v1', 'Service', name, { ports: [{ port: 80, name: 'http' }], selector: { app: name } }, { namespace });
}

export const CART = service('cart');

/** A Deployment, whose pods run as a ServiceAccount. */
export function workload(name: string, serviceAccountName = name, namespace = 'shop'): object {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { serviceAccountName, containers: [] } };
  return named('apps/v1', 'Deployment', name, { selector: { matchLabels: labels }, template }, { namespace });
}

/** A TrafficTarget between two ServiceAccounts, for the requests of the group `cart`. */
export function mayCall(destination: string, source: string): object {
  return trafficTarget(destination, 'shop', source, { kind: 'HTTPRouteGroup', name: 'cart', matches: ['read', 'bots', 'beta'] });
}

/** A TrafficTarget for the pods of a ServiceAccount, which those of one in `shop` may call. */
export function trafficTarget(destination: string, namespace: string, source: string, ...rules: readonly object[]): object {
  return named('access.smi-spec.io/v1alpha3', 'TrafficTarget', destination, {
    destination: { kind: 'ServiceAccount', name: destination, namespace }, sources: [{ kind: 'ServiceAccount', name: source, namespace: 'shop' }], rules,
  }, { namespace });
}

/** The group `cart`, in which a match is more than the one that is always there. */
export function requests(more?: object): object {
  return group({ name: 'read', pathRegex: '/cart', methods: ['GET'] }, ...more === undefined ? [] : [more]);
}

export function group(...matches: readonly object[]): object {
  return named('specs.smi-spec.io/v1alpha4', 'HTTPRouteGroup', 'cart', { matches });
}

export function trafficSplit(weights: Readonly<Record<string, number | string>>, metadata: object = {}): object {
  const backends = Object.entries(weights).map(([one, weight]) => ({ service: one, weight }));
  return named('split.smi-spec.io/v1alpha2', 'TrafficSplit', 'cart', { service: 'cart', backends }, metadata);
}

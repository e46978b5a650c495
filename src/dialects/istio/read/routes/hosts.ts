import type { Fields } from '../../../../manifests/fields';
import { keyOf } from '../../../../reading/cluster/object';

const DOMAIN = '.svc.cluster.local';

/** A short name is one of the namespace of the object that says it. Undefined where it is not a Service by its full name. */
export function serviceOfHost(host: string, home: string): { readonly service: string; readonly namespace: string } | undefined {
  if (!host.includes('.')) return host === '*' ? undefined : { service: host, namespace: home };
  const [service, namespace, ...others] = host.endsWith(DOMAIN) ? host.slice(0, -DOMAIN.length).split('.') : [];
  return namespace === undefined || others.length > 0 || service === '*' || namespace === '*' ? undefined : { service, namespace };
}

/** The full name of a Service. */
export function nameOfService({ service, namespace }: { readonly service: string; readonly namespace: string }): string {
  return `${service}.${namespace}${DOMAIN}`;
}

/** Whether a host may be meant for a Service, though it is not its name: with a wildcard, or with only a part of the domain. */
export function mayBe(host: string, { service, namespace }: { readonly service: string; readonly namespace: string }): boolean {
  return host.startsWith('*') ? nameOfService({ service, namespace }).endsWith(host.slice(1)) : [`${service}.${namespace}`, `${service}.${namespace}.svc`].includes(host);
}

/** Who sees an object, beside its own namespace. */
export type Visibility = 'all' | readonly string[];

/** `.` is the own namespace, and `~` is nobody. */
export function visibility(fields: Fields, home: string): Visibility {
  const said = fields.items().flatMap(item => item.text() ?? []);
  if (said.length === 0 || said.includes('*')) return 'all';
  return said.includes('~') ? [] : said.map(one => one === '.' ? home : one);
}

/** The key of a Gateway. A name without a namespace is one of the namespace of the VirtualService. */
export function gatewayNamed(said: string, home: string): string {
  const [, namespace = home, name] = /^(?:([^/]+)\/)?(.+)$/.exec(said) ?? [];
  if (!said.includes('/') && said.includes('.')) return keyOf(said.split('.')[1], said.split('.')[0]);
  return keyOf(namespace === '.' ? home : namespace, name ?? said);
}

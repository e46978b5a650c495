import { formed, NO_NAME, NO_NAMESPACE, type Reading } from './object';
import type { IdentityBinding, Rule, Subject, TrafficTarget } from './tree';
import type { Fields } from '../../../manifests/fields';
import { isNamespaceName, isObjectName } from '../../../manifests/names';

type Said<T> = Omit<T, 'kind' | 'name' | 'namespace' | 'labels' | 'annotations' | 'owner' | 'place' | 'version' | 'findings'>;

export function trafficTarget(read: Reading): Said<TrafficTarget> {
  const { object, body } = read;
  formed(read, body === object ? 'flat' : 'spec', body, body === object ? 'fields beside its metadata' : '`spec`');
  const destination = body.field('destination');
  if (!destination.isSaid) body.doubt('there is no `destination`');
  const port = destination.field('port');
  if (port.isSaid) formed(read, 'port', port, '`port`');
  const number = port.integer();
  if (number !== undefined && !isPort(number)) port.doubt('it is not a port');
  const [rules] = (['specs', 'rules'] as const).map(name => ({ name, list: body.field(name) })).filter(({ list }) => list.isSaid);
  if (rules !== undefined) formed(read, rules.name, rules.list, `\`${rules.name}\``);
  return {
    destination: subject(read, destination),
    port: number,
    sources: body.field('sources').items().flatMap(source => {
      const own = source.field('port');
      if (own.isSaid && own.integer() !== 0) own.assume('the port of a client says nothing');
      return subject(read, source) ?? [];
    }),
    rules: (rules?.list.items() ?? []).flatMap(one => rule(one) ?? []),
  };
}

function subject(read: Reading, fields: Fields): Subject | undefined {
  if (!fields.isSaid) return undefined;
  const [kind, name, namespace] = ['kind', 'name', 'namespace'].map(field => fields.field(field).text());
  const group = fields.field('group').text();
  if (kind === 'IdentityBinding') formed(read, 'bindings', fields.field('kind'), 'IdentityBindings');
  else if (kind !== 'ServiceAccount') return fields.field('kind').doubt('it is not a ServiceAccount');
  if (group !== undefined && group !== '' && (kind !== 'IdentityBinding' || group !== 'access.smi-spec.io')) return fields.field('group').doubt(`it has no kind ${kind}`);
  if (name === undefined || name === '') return fields.doubt('there is no `name`');
  if (!isObjectName(name)) return fields.field('name').doubt(NO_NAME);
  if (namespace !== undefined && namespace !== '' && !isNamespaceName(namespace)) return fields.field('namespace').doubt(NO_NAMESPACE);
  return { kind, name, namespace: namespace || undefined };
}

function rule(fields: Fields): Rule | undefined {
  const [kind, name] = ['kind', 'name'].map(field => fields.field(field).text());
  const matches = names(fields.field('matches'));
  if (kind !== 'HTTPRouteGroup' && kind !== 'TCPRoute' && kind !== 'UDPRoute') return fields.doubt('it is not an HTTPRouteGroup, TCPRoute or UDPRoute');
  if (name === undefined || name === '') return fields.doubt('there is no `name`');
  return { kind, name, matches, place: fields.place };
}

/** An empty list says as much as none. */
function names(list: Fields): string[] | undefined {
  const all = list.items().flatMap(item => item.text() ?? []);
  return all.length === 0 ? undefined : all;
}

export function isPort(port: number): boolean {
  return port >= 1 && port <= 65535;
}

export function identityBinding({ body }: Reading): Said<IdentityBinding> {
  const schemes = body.field('schemes');
  const serviceAccount = schemes.field('serviceAccount').text() || undefined;
  const spiffeIds = schemes.field('spiffeIdentities').items().flatMap(id => id.text() ?? []);
  const labels = schemes.field('podLabelSelector');
  const hasLabels = labels.isSaid;
  labels.take();
  if (serviceAccount === undefined && spiffeIds.length === 0 && !hasLabels) body.doubt('it binds nobody');
  return { serviceAccount, spiffeIds, hasLabels };
}

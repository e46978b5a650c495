import { formed, type Reading } from './object';
import type { Backend, ServiceName, TrafficSplit } from './tree';
import type { Fields } from '../../../manifests/fields';
import { quantity, ratio } from '../../../reading/quantity';

export function trafficSplit(read: Reading): Pick<TrafficSplit, 'root' | 'backends' | 'groups'> {
  const { body } = read;
  const matches = body.field('matches');
  if (matches.isSaid) formed(read, 'matches', matches, '`matches`');
  const groups = matches.items().flatMap(match => group(match) ?? []);
  const written = body.field('backends').items().map(fields => ({ fields, service: serviceName(fields.field('service')), weight: weight(fields) }));
  if (written.length === 0) body.doubt('there are no `backends`');
  const weights = ratio(written.map(one => one.weight));
  if (weights === undefined) body.field('backends').doubt('the weights are in no ratio that numbers express');
  return {
    root: serviceName(body.field('service')),
    backends: written.flatMap(({ fields, service }, i): Backend[] =>
      service === undefined ? [] : [{ service, weight: weights?.[i] ?? 0, place: fields.place }]),
    groups: matches.items().length === 0 ? undefined : groups,
  };
}

function weight(backend: Fields): NonNullable<ReturnType<typeof quantity>> {
  const fields = backend.field('weight');
  const value = fields.take();
  const number = typeof value === 'string' || typeof value === 'number' ? quantity(value) : undefined;
  if (number === undefined) (fields.isSaid ? fields : backend).doubt(fields.isSaid ? 'it is not a weight' : 'there is no `weight`');
  return number ?? { numerator: 0n, denominator: 1n };
}

/** The name of a Service: by itself, with its namespace behind it, as a host name, or behind its namespace and a slash. */
function serviceName(fields: Fields): ServiceName | undefined {
  const text = fields.text();
  if (text === undefined || text === '') return fields.doubt('there is no name of a Service');
  const [name, namespace] = text.includes('/') ? text.split('/').reverse() : text.split('.');
  const isHost = text.includes('/')
    ? /^[a-z0-9-]+\/[a-z0-9-]+$/.test(text)
    : /^[a-z0-9-]+(?:\.[a-z0-9-]+(?:\.svc(?:\.[a-z0-9-]+)*)?)?$/.test(text);
  return isHost ? { name, namespace, text } : fields.doubt('it is not a name of a Service');
}

function group(match: Fields): string | undefined {
  const [apiGroup, kind, name] = ['apiGroup', 'kind', 'name'].map(field => match.field(field).text());
  if (kind !== 'HTTPRouteGroup') return match.doubt('it is not an HTTPRouteGroup');
  if (apiGroup !== undefined && apiGroup !== '' && apiGroup !== 'specs.smi-spec.io') return match.field('apiGroup').doubt('it has no HTTPRouteGroups');
  return name === undefined || name === '' ? match.doubt('there is no `name`') : name;
}

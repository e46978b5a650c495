import { formed, type Reading } from './object';
import { isPort } from './traffic-target';
import type { HttpMatch, HttpRouteGroup, PortRoute } from './tree';
import type { Fields } from '../../../manifests/fields';

export function httpRouteGroup(read: Reading): Pick<HttpRouteGroup, 'matches'> {
  const { object, body } = read;
  formed(read, body === object ? 'flat' : 'spec', body, body === object ? 'fields beside its metadata' : '`spec`');
  const matches = body.field('matches').items().map(match => httpMatch(read, match));
  const names = new Set<string>();
  for (const { name } of matches) {
    if (name !== undefined && names.has(name)) body.doubt(`two matches are named '${name}'`);
    if (name !== undefined) names.add(name);
  }
  return { matches };
}

function httpMatch(read: Reading, fields: Fields): HttpMatch {
  const headers = fields.field('headers');
  if (headers.isSaid) formed(read, 'headers', headers, '`headers`');
  const methods = fields.field('methods').items().flatMap(method => method.text() ?? []);
  return {
    name: fields.field('name').text() || undefined,
    pathRegex: fields.field('pathRegex').text(),
    methods: methods.length === 0 ? undefined : methods,
    headers: headerConditions(headers),
    place: fields.place,
  };
}

/** A map, or a list of maps, all of which hold together. */
function headerConditions(headers: Fields): HttpMatch['headers'] {
  const conditions = (headers.isList ? headers.items() : [headers]).flatMap(map => map.fields()).flatMap(([name, value]) => {
    const text = value.text();
    if (text === undefined) return value.isSaid ? [] : value.doubt('the header has no expression') ?? [];
    return { name: name.toLowerCase(), value: text };
  }).sort((a, b) => a.name < b.name || (a.name === b.name && a.value < b.value) ? -1 : 1);
  return conditions.filter((one, i) => i === 0 || one.name !== conditions[i - 1].name || one.value !== conditions[i - 1].value);
}

/** Without a `spec`, it is for all ports: it was nothing else before it had one. */
export function portRoute(read: Reading): Pick<PortRoute, 'ports'> {
  const { object, body } = read;
  if (body === object) return { ports: undefined };
  formed(read, 'spec', body, '`spec`');
  const matches = body.field('matches');
  const ports = matches.field('ports');
  matches.field('name').text();
  if (ports.isSaid) formed(read, 'ports', ports, '`ports`');
  const numbers = ports.items().flatMap(port => {
    const number = port.integer() ?? [];
    return typeof number !== 'number' || isPort(number) ? number : port.doubt('it is not a port') ?? [];
  });
  const isUnsaid = ports.items().length === 0;
  return { ports: isUnsaid ? undefined : [...new Set(numbers)].sort((a, b) => a - b) };
}

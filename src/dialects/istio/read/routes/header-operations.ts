import type { Fields } from '../../../../manifests/fields';
import type { HeaderChanges } from '../../../../model/handling';
import { annotations } from '../../../../reading/cluster/object';
import { namesOf } from '../../../../reading/header-changes';

/** What is changed of the headers of requests, and of responses. */
export function headerOperations(fields: Fields): { readonly requestHeaders?: HeaderChanges; readonly responseHeaders?: HeaderChanges } {
  const [requestHeaders, responseHeaders] = ['request', 'response'].map(name => operations(fields.field(name)));
  return { ...(requestHeaders && { requestHeaders }), ...(responseHeaders && { responseHeaders }) };
}

function operations(fields: Fields): HeaderChanges | undefined {
  if (!fields.isSaid) return undefined;
  const listed = (name: string) => Object.entries(annotations(fields.field(name))).map(([header, value]) => ({ name: header.toLowerCase(), value }))
    .sort((a, b) => a.name < b.name ? -1 : 1);
  const changes = { set: listed('set'), add: listed('add'), remove: fields.field('remove').items().flatMap(item => item.text()?.toLowerCase() ?? []).sort() };
  const names = namesOf(changes);
  if (new Set(names).size < names.length) return fields.doubt('it changes one header twice');
  if (names.some(name => name === 'host' || name.startsWith(':'))) return fields.doubt('it changes where the request goes');
  if ([...changes.set, ...changes.add].some(({ value }) => value.includes('%'))) return fields.doubt('a value with `%` is a command of Envoy');
  return names.length === 0 ? undefined : changes;
}

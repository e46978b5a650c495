import type { Fields } from '../../../../manifests/fields';
import type { Handling, Header, HeaderChanges } from '../../../../model/handling';
import { namesOf } from '../../../../reading/header-changes';

type Changes = Pick<Handling, 'requestHeaders' | 'responseHeaders'>;

/** What a route or a split changes of headers. */
export function changesIn(fields: Fields): Changes {
  const [requestHeaders, responseHeaders] = ['requestHeaders', 'responseHeaders'].map(name => changesOf(fields.field(name)));
  return { ...(requestHeaders && { requestHeaders }), ...(responseHeaders && { responseHeaders }) };
}

function changesOf(fields: Fields): HeaderChanges | undefined {
  if (!fields.isSaid) return undefined;
  const [set, add] = ['set', 'add'].map(name => headersIn(fields.field(name)));
  const remove = fields.field('remove').items().flatMap(item => item.text()?.toLowerCase() ?? []).sort();
  const names = namesOf({ set, add, remove });
  return new Set(names).size < names.length ? fields.doubt('it changes one header twice') : { set, add, remove };
}

function headersIn(map: Fields): Header[] {
  return map.fields().map(([name, value]) => ({ name: name.toLowerCase(), value: value.text() ?? '' })).sort((a, b) => a.name < b.name ? -1 : 1);
}

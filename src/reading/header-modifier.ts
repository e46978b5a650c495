import { namesOf } from './header-changes';
import type { Fields } from '../manifests/fields';
import type { Header, HeaderChanges } from '../model/handling';

/** What a filter of Gateway API, or of what is made like it, changes of headers; nothing, where it is not understood. */
export function headerChanges(fields: Fields): HeaderChanges | undefined {
  const [set, add] = ['set', 'add'].map(name => fields.field(name).items().map(headerOf));
  const remove = fields.field('remove').items().map(item => item.text()?.toLowerCase());
  if ([...set, ...add, ...remove].includes(undefined)) return undefined;
  const changes = { set: byName(set as Header[]), add: byName(add as Header[]), remove: (remove as string[]).sort() };
  const names = namesOf(changes);
  if (new Set(names).size < names.length) return fields.doubt('it changes one header twice');
  return changes;
}

function headerOf(fields: Fields): Header | undefined {
  const [name, value] = [fields.field('name').text(), fields.field('value').text()];
  return name === undefined || value === undefined ? fields.doubt('it is not a header') : { name: name.toLowerCase(), value };
}

function byName(headers: readonly Header[]): Header[] {
  return [...headers].sort((a, b) => a.name < b.name ? -1 : 1);
}

import { misuse } from '../errors/misuse';
import type { Fields } from '../model/fields';
import type * as model from '../model/handling';
import type { HeaderChanges } from '../vocabulary/request-handling';
import { checkHeaderName } from '../vocabulary/request-match';

/** Changes of headers, in the words of the model. */
export function headersOf(where: string, { set = {}, add = {}, remove = [] }: Fields<HeaderChanges, 'set' | 'add' | 'remove'>): model.HeaderChanges {
  const names = [...Object.keys(set), ...Object.keys(add), ...remove].map(name => checkHeaderName(where, name));
  if (names.length === 0) {
    throw misuse('MESH1401', where, 'no header is changed', 'Give `set`, `add` or `remove`, or leave it out');
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw misuse('MESH1404', where, `'${twice}' is changed twice`, 'Name it once');
  }
  if (names.includes('host')) {
    throw misuse('MESH1409', where, "proxies reject a change of the header 'host'", 'Use `rewrite.hostname`');
  }
  return { set: headerList(where, set), add: headerList(where, add), remove: remove.map(name => name.toLowerCase()).sort() };
}

function headerList(where: string, headers: { readonly [name: string]: string }): model.Header[] {
  return Object.entries(headers).map(([name, value]) => {
    if (!/^[\t\x20-\x7e]{1,4096}$/.test(value)) {
      throw misuse('MESH1116', where, `'${value}' is not a value of '${name}'`, 'Use 1 to 4096 printable ASCII characters');
    }
    if (value.includes('%')) {
      throw misuse('MESH1116', where, `'${value}' is not a value of '${name}': proxies read the text after '%' as a command`,
        "Use a value without '%'");
    }
    return { name: name.toLowerCase(), value };
  }).sort((a, b) => a.name < b.name ? -1 : 1);
}

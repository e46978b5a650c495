import type { Fields } from '../../model/fields';
import type { HeaderChanges } from '../../model/handling';

/** Changes of headers, as proxies are told of them: by name. */
export interface HeaderMaps {
  readonly set?: Readonly<Record<string, string>>;
  readonly add?: Readonly<Record<string, string>>;
  readonly remove?: string[];
}

export function headerMaps({ set, add, remove }: Fields<HeaderChanges, 'set' | 'add' | 'remove'>): HeaderMaps {
  return {
    ...(set.length > 0 && { set: byName(set) }),
    ...(add.length > 0 && { add: byName(add) }),
    ...(remove.length > 0 && { remove: [...remove] }),
  };
}

function byName(headers: HeaderChanges['set']): Record<string, string> {
  return Object.fromEntries(headers.map(({ name, value }) => [name, value]));
}

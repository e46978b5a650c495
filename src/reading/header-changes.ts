import type { WayBackend } from '../meaning/world';
import type { Handling, HeaderChanges } from '../model/handling';

type Changes = Partial<Pick<Handling, 'requestHeaders' | 'responseHeaders'>>;

/** Changes of a rule and of its backends that meet in a header are put together, for each backend. */
export function withChanges(
  backends: readonly WayBackend[], ofRule: Changes, changesOfBackend: 'before' | 'after',
): Changes & { readonly backends: WayBackend[] } {
  const isAfter = changesOfBackend === 'after';
  const fields = ['requestHeaders', 'responseHeaders'] as const;
  const names = (changes: HeaderChanges | undefined) => changes === undefined ? [] : namesOf(changes);
  const meet = (field: typeof fields[number]) => backends.some(backend => names(backend[field]).some(name => names(ofRule[field]).includes(name)));
  const together = fields.filter(meet);
  return {
    ...Object.fromEntries(fields.filter(field => !together.includes(field)).map(field => [field, ofRule[field]])),
    backends: backends.map(({ requestHeaders, responseHeaders, ...backend }) => {
      const own: Changes = { requestHeaders, responseHeaders };
      const changes = fields.map(field => [field, !together.includes(field) ? own[field]
        : isAfter ? joined(ofRule[field], own[field]) : joined(own[field], ofRule[field])] as const);
      return { ...backend, ...Object.fromEntries(changes.filter(([, change]) => change !== undefined)) };
    }),
  };
}

/** Changes, one after the other. */
function joined(first: HeaderChanges | undefined, second: HeaderChanges | undefined): HeaderChanges | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  const [set, add] = [first.set, first.add].map(headers => new Map(headers.map(({ name, value }) => [name, value])));
  const remove = new Set(first.remove);
  for (const name of second.remove) {
    set.delete(name);
    add.delete(name);
    remove.add(name);
  }
  for (const { name, value } of second.add) {
    if (remove.delete(name)) set.set(name, value);
    else if (set.has(name)) set.set(name, `${set.get(name)},${value}`);
    else add.set(name, add.has(name) ? `${add.get(name)},${value}` : value);
  }
  for (const { name, value } of second.set) {
    add.delete(name);
    remove.delete(name);
    set.set(name, value);
  }
  const listed = (values: Map<string, string>) => [...values].map(([name, value]) => ({ name, value })).sort((a, b) => a.name < b.name ? -1 : 1);
  return { set: listed(set), add: listed(add), remove: [...remove].sort() };
}

export function namesOf({ set, add, remove }: HeaderChanges): string[] {
  return [...set.map(({ name }) => name), ...add.map(({ name }) => name), ...remove];
}

import type { Item } from './policy';
import { ALWAYS } from '../../../../meaning/condition';
import type { Branch, Decision, Source, Verdict } from '../../../../meaning/decision';
import { distinctBy } from '../../../../model/lists';

/** Policies for different clients: with more, there are too many to put together. */
const MOST = 6;

/** What is decided by the policies that a client follows, of those that are for some clients only. */
export function byClients<C, T>(
  items: readonly Item<C>[], decisionOf: (own: readonly Item<C>[]) => Decision<T>,
): Decision<T> {
  const keyOf = ({ who }: Item<C>) => JSON.stringify(who);
  const some = distinctBy(items.filter(({ who }) => who !== ALWAYS), keyOf);
  const [first] = some;
  if (first === undefined) return decisionOf(items);
  const why = 'too many policies are each for other clients';
  if (some.length > MOST) return { branches: [], otherwise: { value: { unknown: why }, why, source: first.source } };
  const isFirst = (item: Item<C>) => keyOf(item) === keyOf(first);
  const following = byClients(items.map(item => isFirst(item) ? { ...item, who: ALWAYS } : item), decisionOf);
  const others = byClients(items.filter(item => !isFirst(item)), decisionOf);
  const branches: Branch<T>[] = [{ when: first.who, then: following, source: first.source }, { when: ALWAYS, then: others, source: first.source }];
  return { branches, otherwise: others.otherwise };
}

export function undecided<T>(why: string, source: Source): Decision<T> {
  const verdict: Verdict<T> = { value: { unknown: why }, why, source };
  return { branches: [], otherwise: verdict };
}

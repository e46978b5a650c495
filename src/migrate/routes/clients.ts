import type { Unsaid } from './takings';
import type { ClientPods } from '../../model/client-pods';
import { grouped } from '../../model/lists';
import type { Literal } from '../policies/literals';
import type { Term } from '../policies/terms';

/** Requests of some clients, or of everybody. */
export interface OfClients {
  /** Absent for everybody. */
  readonly clients?: ClientPods;
  /** Absent where all of their requests are meant. */
  readonly terms?: readonly Term[];
}

/** The same terms, by the clients for whom they are: a rule for each. */
export function byClients(terms: readonly Term[]): readonly OfClients[] | Unsaid {
  const parts: OfClients[] = [];
  for (const alike of grouped(terms, ({ clients }) => JSON.stringify(clients)).values()) {
    const [{ clients: literals }] = alike;
    if (literals.length === 0) {
      parts.push({ terms: alike });
      continue;
    }
    const clients = clientsOf(literals);
    if ('unsaid' in clients) return clients;
    const isAll = alike.some(({ requests, except }) => requests.length + except.length === 0);
    parts.push({ clients, ...!isAll && { terms: alike.map(term => ({ ...term, clients: [] })) } });
  }
  return parts;
}

/** Pods, by their namespace and labels. */
function clientsOf(literals: readonly Literal[]): ClientPods | Unsaid {
  const labels: Record<string, string> = {};
  let within: string | undefined;
  for (const { who, isNot } of literals) {
    if (isNot || who.type !== 'pod' || who.namespaceLabels !== undefined || who.serviceAccount !== undefined) {
      return { unsaid: 'it is for some clients, and a route knows them by their namespace and their labels alone' };
    }
    const isAnother = Object.entries(who.labels ?? {}).some(([key, value]) => Object.hasOwn(labels, key) && labels[key] !== value)
      || (who.namespace !== undefined && within !== undefined && who.namespace !== within);
    if (isAnother) return { unsaid: 'it is for clients that two conditions tell apart, so that there are none' };
    Object.assign(labels, who.labels);
    within = who.namespace ?? within;
  }
  return { ...Object.keys(labels).length > 0 && { labels }, ...within !== undefined && { namespace: within } };
}

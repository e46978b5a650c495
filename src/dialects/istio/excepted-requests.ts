import type { AccessRule } from '../../model/access';
import { collected } from '../../model/fields';
import type { Hosts } from '../../model/host';
import { flatMap } from '../../model/lists';
import type { NamedCondition, RequestMatch } from '../../model/match';
import { ANY_REQUEST } from '../../model/match';
import type { PathCondition } from '../../model/path';
import { refused } from '../contract/unwritten';

/** Requests for which some conditions hold, and none of some others: methods, paths, headers and hosts, each on its own. */
export interface Requests extends RequestMatch {
  readonly not: {
    readonly methods: readonly string[];
    readonly paths: readonly PathCondition[];
    readonly headers: readonly NamedCondition[];
    readonly hosts: Hosts;
  };
}

const NOT_ANY: Requests['not'] = { methods: [], paths: [], headers: [], hosts: [] };

/**
 * The requests without the excepted ones. An exception is missed by any of its conditions, so that each way to miss all exceptions is an
 * alternative. None at all, where there are no exceptions, is every request.
 */
export function excepting(included: readonly RequestMatch[], exceptions: readonly RequestMatch[]): Requests[] {
  if (exceptions.length === 0) return included.map(request => ({ not: NOT_ANY, ...request }));
  const missed = exceptions.reduce<Requests['not'][]>(
    (ways, exception) => flatMap(ways, way => waysToMiss(exception).map(miss => ({
      methods: [...new Set([...way.methods, ...miss.methods])],
      paths: [...way.paths, ...miss.paths],
      headers: [...way.headers, ...miss.headers],
      hosts: [...new Set([...way.hosts, ...miss.hosts])],
    }))), [NOT_ANY]);
  const requests = included.length === 0 ? [ANY_REQUEST] : included;
  return flatMap(requests, request => missed.map(not => ({ ...request, not })));
}

/** How many alternatives there are of the requests of a rule. */
export function alternatives({ requests, exceptRequests }: Pick<AccessRule, 'requests' | 'exceptRequests'>): number {
  return exceptRequests.reduce((all, exception) => all * waysToMiss(exception).length, Math.max(1, requests.length));
}

const waysToMiss = collected<RequestMatch, Requests['not']>({
  methods: methods => [{ ...NOT_ANY, methods }],
  path: path => [{ ...NOT_ANY, paths: [path] }],
  headers: headers => headers.map(header => ({ ...NOT_ANY, headers: [header] })),
  query: refused,
  hosts: hosts => [{ ...NOT_ANY, hosts }],
});

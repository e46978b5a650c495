import type { AccessRule } from '../access';
import { flatMap, pushTo } from '../lists';
import type { RequestMatch } from '../match';
import { ANY_REQUEST, intersect, isSameMatch, matchKey } from '../match';
import type { PathCondition } from '../path';

/**
 * The same rule with as few exceptions as it takes: none where an exception and a request have nothing in common, where it is the
 * whole of the request, and where it takes only some of the methods that are named. Requests with other exceptions become a rule of
 * their own.
 */
export function withFewExceptions(rule: AccessRule): AccessRule[] {
  if (rule.exceptRequests.length === 0) {
    return [rule];
  }
  const left = flatMap(rule.requests.length === 0 ? [ANY_REQUEST] : rule.requests, request => without(request, rule.exceptRequests));
  const groups = new Map<string, Excepted[]>();
  left.forEach(one => pushTo(groups, JSON.stringify(one.except.map(matchKey)), one));
  return [...groups.values()].map(group => ({
    ...rule,
    requests: rule.requests.length === 0 ? [] : group.map(({ request }) => request),
    exceptRequests: group[0].except,
  }));
}

/**
 * Whether no request is one of both, however a server reads it. A header may come on several lines, and a query be spelled in many ways; a
 * path that is compared as it comes is for sure one that it was written as, if it has nothing that a server would resolve.
 */
export function areApart(request: RequestMatch, exception: RequestMatch): boolean {
  const { methods, path } = request;
  return intersect({ ...ANY_REQUEST, methods }, { ...ANY_REQUEST, methods: exception.methods }) === 'disjoint'
    || (path !== undefined && isPlain(path) && intersect({ ...ANY_REQUEST, path }, { ...ANY_REQUEST, path: exception.path }) === 'disjoint');
}

function isPlain({ type, value }: PathCondition): boolean {
  return type !== 'end' && type !== 'template' && type !== 'regex' && !/[%\\;]|\/\/|\/\./.test(value);
}

interface Excepted {
  readonly request: RequestMatch;
  readonly except: readonly RequestMatch[];
}

/** What is left of one request; nothing, where an exception is the whole of it. */
function without(request: RequestMatch, exceptions: readonly RequestMatch[]): Excepted[] {
  let left = request;
  const except: RequestMatch[] = [];
  for (const exception of exceptions.filter(one => !areApart(request, one))) {
    if (!isWhole(left, exception) || (left.methods.length === 0 && exception.methods.length > 0)) {
      except.push(exception);
      continue;
    }
    const methods = exception.methods.length === 0 ? [] : left.methods.filter(method => !exception.methods.includes(method));
    if (methods.length === 0) {
      return [];
    }
    left = { ...left, methods };
  }
  return [{ request: left, except: except.filter(one => !areApart(left, one)) }];
}

/** Whether an exception is for all of a request except its methods. */
function isWhole(request: RequestMatch, exception: RequestMatch): boolean {
  const { methods } = request;
  const common = intersect(request, { ...exception, methods });
  return typeof common === 'object' && isSameMatch(common, request);
}

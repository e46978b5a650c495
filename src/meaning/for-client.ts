import { ALWAYS, type Atom, type Condition, NEVER, type RequestAtom } from './condition';
import type { Branch, Decision } from './decision';
import type { Truth } from './truth';

const OF_REQUESTS: { readonly [Type in RequestAtom['type']]: true } = {
  method: true, path: true, target: true, host: true, header: true, query: true, claim: true,
};

export function isOfRequests(atom: Atom): atom is RequestAtom {
  return Object.hasOwn(OF_REQUESTS, atom.type);
}

/** Whether something that is said of clients is true of one. */
export type TruthOfClient = (atom: Exclude<Atom, RequestAtom>) => Truth;

/** What is decided of the requests of one client. Of what is said of clients, only what is not known is left. */
export function forClient<T>({ branches, otherwise }: Decision<T>, truthOf: TruthOfClient): Decision<T> {
  const left: Branch<T>[] = [];
  for (const { when, then, source } of branches) {
    const condition = ofRequests(when, truthOf);
    if (isNever(condition)) continue;
    const result = 'branches' in then ? forClient(then, truthOf) : then;
    if (isAlways(condition) && !('branches' in result)) return { branches: left, otherwise: { source, ...result } };
    left.push({ when: condition, then: result, source });
    if (isAlways(condition)) break;
  }
  return { branches: left, otherwise };
}

/** What is left to ask of requests. */
function ofRequests(condition: Condition, truthOf: TruthOfClient): Condition {
  switch (condition.type) {
    case 'all': {
      const left = condition.of.map(one => ofRequests(one, truthOf)).filter(one => !isAlways(one));
      return left.some(isNever) ? NEVER : left.length === 1 ? left[0] : { type: 'all', of: left };
    }
    case 'any': {
      const left = condition.of.map(one => ofRequests(one, truthOf)).filter(one => !isNever(one));
      return left.some(isAlways) ? ALWAYS : left.length === 1 ? left[0] : { type: 'any', of: left };
    }
    case 'not': {
      const left = ofRequests(condition.of, truthOf);
      return isAlways(left) ? NEVER : isNever(left) ? ALWAYS : { type: 'not', of: left };
    }
    default: {
      if (isOfRequests(condition)) return condition;
      const truth = truthOf(condition);
      return truth === 'yes' ? ALWAYS : truth === 'no' ? NEVER : condition;
    }
  }
}

export function isAlways(condition: Condition): boolean {
  return condition.type === 'all' && condition.of.length === 0;
}

export function isNever(condition: Condition): boolean {
  return condition.type === 'any' && condition.of.length === 0;
}

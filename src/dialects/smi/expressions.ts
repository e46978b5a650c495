import { COMPARING, endedPathRegex, headerRegex } from './http-route-group';
import { collected, nothing } from '../../model/fields';
import { flatMap } from '../../model/lists';
import type { RequestMatch } from '../../model/match';
import type { Refusal } from '../contract/refusal';
import { takesParents } from '../proxies/dot-segments';
import { MAX_PROGRAM_SIZE, programSize } from '../proxies/program-size';

interface Expression {
  readonly what: string;
  readonly expression: string;
}

/** Expressions that lead elsewhere, and expressions that Envoy rejects: it then keeps its earlier routes. */
export function expressionRefusals<Feature extends string>(requests: readonly RequestMatch[], envoyDecides: boolean): Refusal<Feature>[] {
  return flatMap(flatMap(requests, request => expressions(request)), (one): Refusal<Feature>[] => {
    if (!('expression' in one)) {
      return [one];
    }
    const { what, expression } = one;
    return !envoyDecides || programSize(expression) <= MAX_PROGRAM_SIZE ? [] : [{
      what,
      reason: `Open Service Mesh compares it by a regular expression, and its proxy refuses all routes if one has more than ${MAX_PROGRAM_SIZE} instructions`,
      remedy: 'Write a shorter one',
    }];
  });
}

/** The expressions of a request, or why there is none. */
const expressions = collected<RequestMatch, Expression | Refusal<never>>({
  path: path => {
    const expression = endedPathRegex(path);
    return [expression === undefined ? takesParents(path, COMPARING) : { what: `the path '${path.value}'`, expression }];
  },
  headers: headers => headers.map(header => ({ what: `the value of header '${header.name}'`, expression: headerRegex(header) })),
  methods: nothing,
  query: nothing,
  hosts: nothing,
});

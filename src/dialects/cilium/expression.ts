import type { Fields } from '../../model/fields';
import type { PathCondition } from '../../model/path';
import { templateRegex } from '../../model/path';
import { re2 } from '../../model/re2';
import { escapeRegex } from '../../model/regex';
import { tokensOf } from '../proxies/program-size';

const QUERY = '(\\?.*)?';

/**
 * An expression for `:path`, which Cilium compares as a whole: the path, and the query with its `?` if there is one. A path holds
 * no `?`. Undefined if an expression may match a `?`, and so could match a part of the query.
 */
export function pathExpression({ type, value }: Fields<PathCondition, 'type' | 'value', 'grpc'>): string | undefined {
  switch (type) {
    case 'exact': return `${escapeRegex(value)}${QUERY}`;
    case 'prefix': return `${escapeRegex(value)}([/?].*)?`;
    case 'below': return `${escapeRegex(value)}/.*`;
    case 'start': return `${escapeRegex(value)}.*`;
    case 'end': return `[^?]*${escapeRegex(value)}${QUERY}`;
    case 'template': return `${templateRegex(value, { one: '/[^/?]+', more: '/[^?]*' })}${QUERY}`;
    case 'regex': {
      const path = withoutQuestionMark(value);
      return path === undefined ? undefined : `(?:${path})${QUERY}`;
    }
  }
}

/** The same expression for texts without `?` only; undefined if that takes more than replacing single tokens. */
function withoutQuestionMark(pattern: string): string | undefined {
  const tokens = tokensOf(pattern);
  const rewritten = tokens.map(({ token, isCharacters, isEnd }, i) => {
    if (isEnd) {
      // The end is implied, but there it is the end of the path, not of the query.
      return i === tokens.length - 1 ? '' : undefined;
    }
    return isCharacters ? characterExpression(token) : token;
  });
  return rewritten.includes(undefined) ? undefined : rewritten.join('');
}

function characterExpression(token: string): string | undefined {
  if (token === '.') {
    return '[^?]';
  }
  if (token.startsWith('[^')) {
    return `[^?${token.slice(2).replace(/^[\]-]/, '\\$&')}`;
  }
  if (/^\\[DSW]$/.test(token)) {
    return `[^?${token.toLowerCase()}]`;
  }
  if (token.startsWith('\\Q')) {
    // Its end may be optional, and the expression would then match what follows.
    return token.includes('?') ? undefined : escapeRegex(token.slice(2).replace(/\\E$/, ''));
  }
  return re2().compile(token).matches('?') ? undefined : token;
}

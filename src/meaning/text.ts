import { any, lazily, not, type Truth, truthOf } from './truth';
import { escapeRegex, isRegex, matchesRegex } from '../model/regex';

/** A condition on a text. A regular expression is one of RE2, and holds for the whole text. */
export type Text =
  | { readonly type: 'exact' | 'prefix' | 'suffix' | 'regex'; readonly value: string }
  | { readonly type: 'anything' }
  /** Any of these; none of them holds where there are none. */
  | { readonly type: 'oneOf'; readonly of: readonly Text[] }
  | { readonly type: 'not'; readonly of: Text };

export const ANYTHING: Text = { type: 'anything' };

export const exactly = (value: string): Text => ({ type: 'exact', value });
export const prefix = (value: string): Text => ({ type: 'prefix', value });
export const suffix = (value: string): Text => ({ type: 'suffix', value });
export const regex = (value: string): Text => ({ type: 'regex', value });
/** Of a host: `*.` stands for one or more labels. */
export const hostnameText = (name: string): Text => name.startsWith('*.') ? suffix(name.slice(1)) : exactly(name);
export const oneOf = (of: readonly Text[]): Text => of.length === 1 ? of[0] : { type: 'oneOf', of };

/** The same, whether its letters are capitals or not. */
export function ofAnyCase({ type, value }: { readonly type: 'exact' | 'prefix'; readonly value: string }): Text {
  return regex(`(?i:${escapeRegex(value)})${type === 'prefix' ? '(?s:.*)' : ''}`);
}

/** Whether a condition holds for a text. An expression that RE2 does not take tells nothing. */
export function holdsFor(text: Text, value: string): Truth {
  switch (text.type) {
    case 'exact': return truthOf(value === text.value);
    case 'prefix': return truthOf(value.startsWith(text.value));
    case 'suffix': return truthOf(value.endsWith(text.value));
    case 'regex': return isRegex(text.value) ? truthOf(matchesRegex(text.value, value)) : 'unknown';
    case 'anything': return 'yes';
    case 'oneOf': return any(lazily(text.of, one => holdsFor(one, value)));
    case 'not': return not(holdsFor(text.of, value));
  }
}

/** As one expression of RE2 for the whole text; undefined where there is none without complements. */
export function asRegex(text: Text): string | undefined {
  switch (text.type) {
    case 'exact': return escapeRegex(text.value);
    case 'prefix': return `${escapeRegex(text.value)}(?s:.*)`;
    case 'suffix': return `(?s:.*)${escapeRegex(text.value)}`;
    case 'regex': return `(?:${text.value})`;
    case 'anything': return '(?s:.*)';
    case 'oneOf': {
      const parts = text.of.map(asRegex);
      return parts.includes(undefined) || parts.length === 0 ? undefined : `(?:${parts.join('|')})`;
    }
    case 'not': return undefined;
  }
}

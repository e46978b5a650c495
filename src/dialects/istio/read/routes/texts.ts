import type { Fields } from '../../../../manifests/fields';
import { ANYTHING, exactly, ofAnyCase, prefix, regex, type Text } from '../../../../meaning/text';

/** A condition on a text. Without any, it is whether there is one; undefined where it is not understood. */
export function textOf(fields: Fields, ignoresCase = false): Text | undefined {
  const said = (['exact', 'prefix', 'regex'] as const).flatMap(type => {
    const value = fields.field(type).text();
    return value === undefined ? [] : [{ type, value }];
  });
  const [one, ...others] = said;
  if (others.length > 0) return fields.doubt('a condition is one of three');
  // A star alone is no expression, and stands for everything (`canBeConvertedToPresentMatch`).
  if (one === undefined || (one.type === 'regex' && one.value === '*')) return ANYTHING;
  const { type, value } = one;
  if (type === 'regex') return regex(value);
  if (ignoresCase && value.toLowerCase() !== value.toUpperCase()) return ofAnyCase({ type, value });
  return type === 'exact' ? exactly(value) : prefix(value);
}

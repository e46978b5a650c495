import { checkRegex } from './regex';
import { misuse } from '../errors/misuse';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { TEXT } from '../input/shape';
import type { StringCondition } from '../model/match';

/**
 * A condition on the value of a header or a query parameter.
 */
export class StringMatch {
  /**
   * The value is exactly this, case included.
   *
   * @param value The whole value; at least one character.
   */
  public static exact(value: string): StringMatch {
    checkValue('StringMatch.exact', value);
    return new StringMatch(BY_FACTORY, { type: 'exact', value });
  }

  /**
   * The value begins with this, case included: `Bearer ` holds for `Bearer x`. It may be all of the value.
   *
   * @param value At least one character.
   */
  public static startsWith(value: string): StringMatch {
    checkValue('StringMatch.startsWith', value);
    return new StringMatch(BY_FACTORY, { type: 'start', value });
  }

  /**
   * The value ends with this, case included: `.example.com` holds for `a.example.com`. It may be all of the value.
   *
   * @param value At least one character.
   */
  public static endsWith(value: string): StringMatch {
    checkValue('StringMatch.endsWith', value);
    return new StringMatch(BY_FACTORY, { type: 'end', value });
  }

  /**
   * The whole value matches this regular expression. It needs no `^` and `$`: they are implied, in every target.
   *
   * @param pattern An expression in RE2 syntax, which has no look-around and no back-references.
   * @see https://github.com/google/re2/wiki/Syntax
   */
  public static regex(pattern: string): StringMatch {
    TEXT('StringMatch.regex', 'pattern', pattern);
    checkRegex('StringMatch.regex', pattern);
    return new StringMatch(BY_FACTORY, { type: 'regex', value: pattern });
  }

  /**
   * There is a value, whichever.
   */
  public static present(): StringMatch {
    return new StringMatch(BY_FACTORY, { type: 'present', value: '' });
  }

  private constructor(key: FactoryKey, private readonly condition: StringCondition) {
    checkFactory(key, StringMatch);
  }

  /** @internal */
  public _toModel(): StringCondition {
    return this.condition;
  }
}

function checkValue(where: string, value: string): void {
  TEXT(where, 'value', value);
  if (!/^[\t\x20-\x7e]{1,1024}$/.test(value)) {
    throw misuse('MESH1116', where, `'${value}' is not a value`, 'Use 1 to 1024 printable ASCII characters');
  }
}

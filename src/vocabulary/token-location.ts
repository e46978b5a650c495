import { checkTokenText } from './end-user';
import { checkHeaderName } from './request-match';
import { misuse } from '../errors/misuse';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { TEXT } from '../input/shape';
import type { TokenLocation as Model } from '../model/jwt-authentication';

/**
 * Where a request has its token.
 */
export class TokenLocation {
  /**
   * In a header.
   *
   * @param name Name of the header. For one of the cookies, use `cookie`.
   * @param prefix What stands before the token, with its space: `Bearer `. Printable ASCII characters.
   */
  public static header(name: string, prefix?: string): TokenLocation {
    const where = 'TokenLocation.header';
    TEXT(where, 'name', name);
    if (prefix !== undefined) TEXT(where, 'prefix', prefix);
    if (prefix !== undefined && !/^[\x20-\x7e]{0,1024}$/.test(prefix)) {
      throw misuse('MESH1123', where, `${JSON.stringify(prefix)} cannot stand in a header`, 'Use printable ASCII characters');
    }
    if (name.toLowerCase() === 'cookie') {
      throw misuse('MESH1123', where, 'a proxy would take away all cookies with the token', "Name the cookie: `TokenLocation.cookie('session')`");
    }
    return new TokenLocation(BY_FACTORY, { kind: 'header', name: checkHeaderName(where, name), ...(prefix !== undefined && { prefix }) });
  }

  /**
   * In a parameter of the query.
   *
   * @param name Name of the parameter.
   */
  public static queryParameter(name: string): TokenLocation {
    const where = 'TokenLocation.queryParameter';
    TEXT(where, 'name', name);
    return new TokenLocation(BY_FACTORY, { kind: 'query', name: checkTokenText(where, 'parameter', name) });
  }

  /**
   * In a cookie.
   *
   * @param name Name of the cookie.
   */
  public static cookie(name: string): TokenLocation {
    const where = 'TokenLocation.cookie';
    TEXT(where, 'name', name);
    return new TokenLocation(BY_FACTORY, { kind: 'cookie', name: checkTokenText(where, 'cookie', name) });
  }

  private constructor(key: FactoryKey, private readonly location: Model) {
    checkFactory(key, TokenLocation);
  }

  /** @internal */
  public _toModel(): Model {
    return this.location;
  }
}

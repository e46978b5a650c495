import { checkHostPattern } from './names';
import { misuse } from '../errors/misuse';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { TEXT } from '../input/shape';
import type * as model from '../model/exposure';

/**
 * A name in a certificate.
 *
 * @see https://gateway-api.sigs.k8s.io/api-types/backendtlspolicy/
 */
export class SubjectAltName {
  /**
   * The name of a host.
   *
   * @param hostname The host: `cart.example.com`, or `*.example.com`.
   */
  public static hostname(hostname: string): SubjectAltName {
    return new SubjectAltName(BY_FACTORY, { type: 'Hostname', hostname: checkHostPattern('SubjectAltName.hostname', hostname) });
  }

  /**
   * A URI, such as a SPIFFE id.
   *
   * @param uri The URI: `spiffe://cluster.local/ns/shop/sa/cart`.
   */
  public static uri(uri: string): SubjectAltName {
    TEXT('SubjectAltName.uri', 'uri', uri);
    if (!/^[a-zA-Z][-+.a-zA-Z0-9]*:\/\/[^/?#\s]+\S*$/.test(uri) || uri.length > 253) {
      throw misuse('MESH1007', 'SubjectAltName.uri', `'${uri}' is not a URI of at most 253 characters`, "Write it like 'spiffe://cluster.local/ns/shop/sa/cart'");
    }
    return new SubjectAltName(BY_FACTORY, { type: 'URI', uri });
  }

  private constructor(key: FactoryKey, private readonly name: model.SubjectAltName) {
    checkFactory(key, SubjectAltName);
  }

  /** @internal */
  public _toModel(): model.SubjectAltName {
    return this.name;
  }
}

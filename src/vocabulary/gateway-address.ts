import { isIP } from 'net';
import { checkHostPattern } from './names';
import { misuse } from '../errors/misuse';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { instanceOf, TEXT } from '../input/shape';
import type * as model from '../model/gateway';

/**
 * An address that a gateway asks for.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#gatewayspecaddress
 */
export class GatewayAddress {
  /**
   * An address of IPv4 or IPv6.
   *
   * @param address The address. If left out, any.
   */
  public static ip(address?: string): GatewayAddress {
    if (address !== undefined && (TEXT('GatewayAddress.ip', 'address', address), isIP(address) === 0)) {
      throw misuse('MESH1013', 'GatewayAddress.ip', `'${address}' is not an address`, "Write it like '203.0.113.7'");
    }
    return new GatewayAddress(BY_FACTORY, addressOf('IPAddress', address));
  }

  /**
   * A name in DNS.
   *
   * @param hostname The name. If left out, any.
   */
  public static hostname(hostname?: string): GatewayAddress {
    return new GatewayAddress(BY_FACTORY, addressOf('Hostname', hostname === undefined ? undefined : checkHostPattern('GatewayAddress.hostname', hostname)));
  }

  /**
   * What the controller of the class knows by a name, such as an address that a cloud keeps.
   *
   * @param name The name.
   */
  public static named(name: string): GatewayAddress {
    return new GatewayAddress(BY_FACTORY, addressOf('NamedAddress', valueOf('GatewayAddress.named', 'name', name)));
  }

  /**
   * Of a type that the controller of the class has.
   *
   * @param type The type, after the domain of who has it, such as 'networking.example.com/vip'.
   * @param value The address. If left out, any.
   */
  public static ofType(type: string, value?: string): GatewayAddress {
    const where = 'GatewayAddress.ofType';
    TEXT(where, 'type', type);
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(type)) {
      throw misuse('MESH1007', where, `'${type}' is not a type of addresses`, "Write it like 'networking.example.com/vip'");
    }
    return new GatewayAddress(BY_FACTORY, addressOf(type, value === undefined ? undefined : valueOf(where, 'value', value)));
  }

  private constructor(key: FactoryKey, private readonly address: model.GatewayAddress) {
    checkFactory(key, GatewayAddress);
  }

  /** @internal */
  public _toModel(): model.GatewayAddress {
    return this.address;
  }
}

export const ADDRESS = instanceOf(GatewayAddress, "a GatewayAddress, such as `GatewayAddress.ip('203.0.113.7')`");

function addressOf(type: string, value: string | undefined): model.GatewayAddress {
  return { type, ...(value !== undefined && { value }) };
}

function valueOf(where: string, name: string, value: string): string {
  TEXT(where, name, value);
  if (value === '' || value.length > 253) {
    throw misuse('MESH1007', where, `\`${name}\` has ${value.length} characters`, 'Use 1 to 253');
  }
  return value;
}

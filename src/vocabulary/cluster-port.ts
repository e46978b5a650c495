import { checkPort } from './names';
import { misuse } from '../errors/misuse';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { memberOf } from '../input/shape';
import type { ClusterPort as Model, PingPort, ProtocolPort, TransportPort } from '../model/cluster-access';
import type { Every } from '../model/fields';

/** Protocols over IP that have no ports. */
export enum IpProtocol {
  /** The Virtual Router Redundancy Protocol. */
  VRRP = 'VRRP',
  /** The Internet Group Management Protocol. */
  IGMP = 'IGMP',
  /** Generic Routing Encapsulation. */
  GRE = 'GRE',
  /** IP in IP. */
  IPIP = 'IPIP',
  /** IPv6 in IPv4. */
  IPV6 = 'IPV6',
  /** The Encapsulating Security Payload of IPsec. */
  ESP = 'ESP',
  /** The Authentication Header of IPsec. */
  AH = 'AH',
}

const PROTOCOL = memberOf(IpProtocol, 'IpProtocol');

/** A port of what is called, as its pods or nodes have it; or what needs none. */
export class ClusterPort {
  /** A port over TCP. */
  public static tcp(port: number): ClusterPort {
    return ClusterPort.of('ClusterPort.tcp', 'TCP', port);
  }

  /** A port over UDP. */
  public static udp(port: number): ClusterPort {
    return ClusterPort.of('ClusterPort.udp', 'UDP', port);
  }

  /**
   * Several ports over TCP in a row.
   *
   * @param first The lowest of them.
   * @param last The highest of them.
   */
  public static tcpRange(first: number, last: number): ClusterPort {
    return ClusterPort.of('ClusterPort.tcpRange', 'TCP', first, last);
  }

  /**
   * Several ports over UDP in a row.
   *
   * @param first The lowest of them.
   * @param last The highest of them.
   */
  public static udpRange(first: number, last: number): ClusterPort {
    return ClusterPort.of('ClusterPort.udpRange', 'UDP', first, last);
  }

  /** Requests for an echo over ICMP, as `ping` sends them. */
  public static ping(): ClusterPort {
    const port: Every<PingPort> = { kind: 'ping' };
    return new ClusterPort(BY_FACTORY, port);
  }

  /** A protocol over IP that has no ports. A target needs `ipProtocols: true`. */
  public static protocol(protocol: IpProtocol): ClusterPort {
    PROTOCOL('ClusterPort.protocol', 'protocol', protocol);
    const port: Every<ProtocolPort> = { kind: 'protocol', protocol };
    return new ClusterPort(BY_FACTORY, port);
  }

  private static of(where: string, protocol: TransportPort['protocol'], first: number, last?: number): ClusterPort {
    checkPort(where, first);
    if (last !== undefined) {
      checkPort(where, last);
      if (last <= first) {
        throw misuse('MESH1103', where, `${first} to ${last} is no range of ports`, 'Give the lowest port first, then the highest');
      }
    }
    const port: Every<TransportPort> = { kind: 'transport', protocol, port: first, endPort: last };
    return new ClusterPort(BY_FACTORY, port);
  }

  private constructor(key: FactoryKey, private readonly port: Model) {
    checkFactory(key, ClusterPort);
  }

  /** @internal */
  public _toModel(): Model {
    return this.port;
  }
}

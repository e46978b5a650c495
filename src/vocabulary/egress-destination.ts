import { checkCidr } from './cidr';
import { checkHostPattern, checkNotEmpty, checkPort } from './names';
import { misuse } from '../errors/misuse';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { instanceOf, listOf } from '../input/shape';
import type * as model from '../model/egress';
import type { Every } from '../model/fields';

/** A port outside the cluster, and its protocol. */
export class EgressPort {
  /**
   * HTTP in plain text.
   */
  public static http(port = 80): EgressPort {
    return new EgressPort(BY_FACTORY, { port, protocol: 'HTTP' });
  }

  /**
   * TLS that the workload itself begins, as for HTTPS. The client names the host in the SNI.
   */
  public static tls(port = 443): EgressPort {
    return new EgressPort(BY_FACTORY, { port, protocol: 'TLS' });
  }

  /** Any other protocol over TCP in which the client speaks first. */
  public static tcp(port: number): EgressPort {
    return new EgressPort(BY_FACTORY, { port, protocol: 'TCP' });
  }

  /**
   * A protocol over TCP in which the server speaks first, such as MySQL, SMTP, FTP or SSH. A proxy must not wait for bytes of the
   * client there.
   */
  public static serverFirst(port: number): EgressPort {
    return new EgressPort(BY_FACTORY, { port, protocol: 'ServerFirst' });
  }

  /**
   * Datagrams.
   */
  public static udp(port: number): EgressPort {
    return new EgressPort(BY_FACTORY, { port, protocol: 'UDP' });
  }

  private constructor(key: FactoryKey, private readonly value: model.EgressPort) {
    checkFactory(key, EgressPort);
    checkPort('EgressPort', value.port);
  }

  /** @internal */
  public _toModel(): model.EgressPort {
    return this.value;
  }
}

/**
 * Something outside the cluster that may be called.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/egress-policy.md#what-each-target-renders
 */
export class EgressDestination {
  /**
   * A host by its DNS name, on these ports.
   *
   * @param host Its name, like `api.example.com`; or `*.example.com` for every name below.
   * @param ports At least one.
   */
  public static host(host: string, ...ports: EgressPort[]): EgressDestination {
    const where = 'EgressDestination.host';
    checkHostPattern(where, host);
    if (!/\w\.\w/.test(host)) {
      throw misuse('MESH1009', where, `'${host}' is not the name of a host`, "Write the whole name, like 'api.example.com' or '*.example.com'");
    }
    const destination: Every<model.HostDestination> = { kind: 'host', host, ports: portsOf(where, ports) };
    return new EgressDestination(BY_FACTORY, destination);
  }

  /**
   * Addresses, on these ports.
   *
   * @param cidr The addresses, like `203.0.113.0/24`.
   * @param ports At least one.
   */
  public static cidr(cidr: string, ...ports: EgressPort[]): EgressDestination {
    const where = 'EgressDestination.cidr';
    checkCidr(where, cidr, []);
    const destination: Every<model.CidrDestination> = { kind: 'cidr', cidr, ports: portsOf(where, ports) };
    return new EgressDestination(BY_FACTORY, destination);
  }

  private constructor(key: FactoryKey, private readonly destination: model.EgressDestination) {
    checkFactory(key, EgressDestination);
  }

  /** @internal */
  public _toModel(): model.EgressDestination {
    return this.destination;
  }
}

const PORTS = listOf(instanceOf(EgressPort, 'an EgressPort, such as `EgressPort.tls(443)`'));

function portsOf(where: string, ports: readonly EgressPort[]): model.EgressPort[] {
  PORTS(where, 'ports', ports);
  checkNotEmpty(where, 'ports', ports, 'Give the ports, like EgressPort.tls(443)');
  const models = ports.map(port => port._toModel());
  const key = ({ port, protocol }: model.EgressPort) => `${protocol === 'UDP' ? 'UDP' : 'TCP'} port ${port}`;
  const twice = models.map(key).find((k, i, all) => all.indexOf(k) !== i);
  if (twice !== undefined) {
    throw misuse('MESH1103', where, `${twice} is given twice`, 'Give it once');
  }
  return models;
}

import { isIP } from 'net';
import { checkLabels, checkNamespace, checkPort } from './names';
import { misuse } from '../errors/misuse';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { mapOf, NUMBER, TEXT } from '../input/shape';
import type { DnsServer } from '../model/dns';
import { KUBE_DNS } from '../model/dns';

/**
 * Where the names of a cluster are looked up. A policy on calls to the outside keeps the DNS open.
 */
export class DnsServers {
  /** The pods of `kube-dns`, or of CoreDNS, in `kube-system`, as most clusters have them. */
  public static kubeDns(): DnsServers {
    return new DnsServers(BY_FACTORY, KUBE_DNS);
  }

  /**
   * NodeLocal DNSCache: a cache on each node, which is no pod to a NetworkPolicy.
   *
   * @param address Its address. The cache itself asks the DNS of the cluster; name that DNS too only if pods ask it directly.
   * @see https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/
   */
  public static nodeLocal(address: string = '169.254.20.10'): DnsServers {
    return new DnsServers(BY_FACTORY, { kind: 'nodeLocal', cidr: blockOf('DnsServers.nodeLocal', address), port: 53 });
  }

  /** The pods in `openshift-dns`, which listen on port 5353. */
  public static openShift(): DnsServers {
    return DnsServers.pods('openshift-dns', { 'dns.operator.openshift.io/daemonset-dns': 'default' }, 5353);
  }

  /**
   * Pods.
   *
   * @param namespace Their namespace.
   * @param podSelector Labels that select them.
   * @param port The port on which they listen, which may be another one than that of their Service.
   */
  public static pods(namespace: string, podSelector: { [label: string]: string }, port: number = 53): DnsServers {
    const where = 'DnsServers.pods';
    TEXT(where, 'namespace', namespace);
    mapOf(TEXT)(where, 'podSelector', podSelector);
    checkNamespace(where, namespace);
    if (Object.keys(podSelector).length === 0) {
      throw misuse('MESH1106', where, '`podSelector` is empty and would select every pod of the namespace', 'Give the labels of the pods');
    }
    checkLabels(where, podSelector);
    return new DnsServers(BY_FACTORY, { kind: 'pods', namespace, labels: { ...podSelector }, port: checkedPort(where, port) });
  }

  /**
   * A server that is no pod, by its address.
   *
   * @param address Its address.
   * @param port Its port.
   */
  public static address(address: string, port: number = 53): DnsServers {
    const where = 'DnsServers.address';
    return new DnsServers(BY_FACTORY, { kind: 'address', cidr: blockOf(where, address), port: checkedPort(where, port) });
  }

  private constructor(key: FactoryKey, private readonly server: DnsServer) {
    checkFactory(key, DnsServers);
  }

  /** @internal */
  public _toModel(): DnsServer {
    return this.server;
  }
}

function checkedPort(where: string, port: number): number {
  NUMBER(where, 'port', port);
  checkPort(where, port);
  return port;
}

function blockOf(where: string, address: string): string {
  TEXT(where, 'address', address);
  const version = isIP(address);
  if (version === 0) {
    throw misuse('MESH1013', where, `'${address}' is not an address`, "Write it like '169.254.20.10'");
  }
  return `${address}/${version === 4 ? 32 : 128}`;
}

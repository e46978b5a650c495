import type { IConstruct } from 'constructs';
import { workloadObject } from './kube-object';
import { MeshProtocol } from './mesh-protocol';
import type { ServicePort } from './mesh-service-port';
import { MeshWorkload } from './mesh-workload';
import { checkContainerPortName, checkPort } from './names';
import { misuse } from '../errors/misuse';
import { listed } from '../errors/words';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { listOf, mapOf, memberOf, NUMBER, optional, record, TEXT } from '../input/shape';
import { podFactsOf } from '../model/pod-facts';
import { workloadInWords } from '../model/service-ref';

/**
 * A port at which pods listen.
 */
export interface MeshPodPort {
  /**
   * Its number.
   */
  readonly port: number;

  /**
   * The protocol of the port.
   *
   * @default MeshProtocol.HTTP
   */
  readonly protocol?: MeshProtocol;

  /**
   * Its `name` in the `ports` of the container. A mesh that knows named ports by their names needs it.
   *
   * @default - the container gives it no name
   */
  readonly name?: string;
}

/**
 * Options of `MeshPods.of`. Of `podSelector` and `serviceAccount`, at least one is needed; which one, depends on the target.
 */
export interface MeshPodsOptions {
  /**
   * Labels that select the pods.
   *
   * @default - unknown
   */
  readonly podSelector?: { [label: string]: string };

  /**
   * Name of the ServiceAccount that the pods run as.
   *
   * @default - unknown
   */
  readonly serviceAccount?: string;

  /**
   * Namespace of the pods.
   *
   * @default - the namespace of the chart in which it is used
   */
  readonly namespace?: string;

  /**
   * The ports at which the pods listen. An allowance without `ports` holds for these.
   *
   * @default - none: each allowance names its own
   */
  readonly ports?: MeshPodPort[];
}

/**
 * Options of `MeshPods.fromKubeWorkload`.
 */
export interface FromKubeWorkloadOptions {
  /**
   * The ports at which the pods listen. An allowance without `ports` holds for these.
   *
   * @default - none: each allowance names its own
   */
  readonly ports?: MeshPodPort[];
}

const PORTS = optional(listOf(record<MeshPodPort>({
  port: NUMBER, protocol: optional(memberOf(MeshProtocol, 'MeshProtocol')), name: optional(TEXT),
})));
const OPTIONS = record<MeshPodsOptions>({
  podSelector: optional(mapOf(TEXT)), serviceAccount: optional(TEXT), namespace: optional(TEXT), ports: PORTS,
});
const FROM_KUBE_OPTIONS = record<FromKubeWorkloadOptions>({ ports: PORTS });

/**
 * Pods that no Service leads to, such as those of a webhook, an agent on each node, or what only Prometheus scrapes. For pods behind a
 * Service, use `MeshService`: some targets know a workload by its Service alone.
 */
export class MeshPods extends MeshWorkload {
  /**
   * Pods by their labels, or by the ServiceAccount that they run as.
   *
   * @param options What is known of them.
   */
  public static of(options: MeshPodsOptions): MeshPods {
    const where = 'MeshPods.of';
    OPTIONS(where, 'options', options);
    if (options.podSelector === undefined && options.serviceAccount === undefined) {
      throw misuse('MESH1006', where, 'nothing says which pods these are', 'Give their `podSelector`, or their `serviceAccount`');
    }
    return new MeshPods(BY_FACTORY, where, options, options.ports);
  }

  /**
   * The pods of a workload of the app, such as a Deployment, StatefulSet or DaemonSet of cdk8s-plus: its namespace, the labels by which it
   * selects its pods, and their ServiceAccount are read when this is called.
   *
   * @param workload A construct whose default child is an ApiObject that makes pods, or that ApiObject.
   * @param options What the object does not say.
   */
  public static fromKubeWorkload(workload: IConstruct, options: FromKubeWorkloadOptions = {}): MeshPods {
    const object = workloadObject('MeshPods.fromKubeWorkload', workload);
    const where = workload.node.path;
    FROM_KUBE_OPTIONS(where, 'options', options);
    const manifest = object.toJson();
    const { labels, serviceAccount } = podFactsOf(manifest);
    const selector: Readonly<Record<string, string>> = manifest.spec?.selector?.matchLabels ?? labels;
    return new MeshPods(BY_FACTORY, where, {
      namespace: manifest.metadata?.namespace,
      podSelector: Object.keys(selector).length > 0 ? { ...selector } : undefined,
      serviceAccount,
    }, options.ports);
  }

  /** @internal */
  public readonly _service = undefined;

  /** @internal */
  public readonly _ports: readonly ServicePort[];

  /** @internal */
  public readonly _subset = undefined;

  /** @internal */
  public readonly _facts = undefined;

  private constructor(
    key: FactoryKey, where: string, pods: Omit<MeshPodsOptions, 'ports'>, ports: readonly MeshPodPort[] = [],
  ) {
    checkFactory(key, MeshPods);
    const { namespace, serviceAccount, podSelector } = pods;
    super(where, namespace, serviceAccount, podSelector);
    const numbers = ports.map(({ port }) => port);
    numbers.forEach(port => checkPort(where, port));
    ports.forEach(({ name }) => name === undefined || checkContainerPortName(where, name));
    const twice = numbers.filter((port, i) => numbers.indexOf(port) !== i);
    if (twice.length > 0) {
      throw misuse('MESH1103', where, `${twice.length > 1 ? 'ports' : 'port'} ${listed(twice.map(String))} declared twice`, 'Declare each port once');
    }
    this._ports = ports.map(({ port, protocol = MeshProtocol.HTTP, name }) => ({
      port, protocol, ...(name !== undefined && { containerPortName: name }),
    }));
  }

  /** @internal */
  public get _called(): string {
    return workloadInWords(this);
  }
}

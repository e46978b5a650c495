import type { IConstruct } from 'constructs';
import { kubeObject } from './kube-object';
import { checkLabels, checkObjectName, checkPort } from './names';
import { misuse } from '../errors/misuse';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { instanceOf, listOf, mapOf, NUMBER, optional, record, TEXT } from '../input/shape';
import { flatMap } from '../model/lists';
import type * as model from '../model/release';

/** What scales a workload: a controller of releases has it scale the version that takes the requests. */
export class WorkloadAutoscaler {
  /**
   * A HorizontalPodAutoscaler.
   *
   * @param name Its name.
   */
  public static horizontal(name: string): WorkloadAutoscaler {
    return new WorkloadAutoscaler(BY_FACTORY, { kind: 'HorizontalPodAutoscaler', name: checked('WorkloadAutoscaler.horizontal', name) });
  }

  /**
   * A ScaledObject of KEDA.
   *
   * @param name Its name.
   */
  public static keda(name: string): WorkloadAutoscaler {
    return new WorkloadAutoscaler(BY_FACTORY, { kind: 'ScaledObject', name: checked('WorkloadAutoscaler.keda', name) });
  }

  private constructor(key: FactoryKey, private readonly autoscaler: model.Autoscaler) {
    checkFactory(key, WorkloadAutoscaler);
  }

  /** @internal */
  public _toModel(): model.Autoscaler {
    return this.autoscaler;
  }
}

/**
 * Options of `Workload.deployment`.
 */
export interface WorkloadOptions {
  /**
   * The labels by which the Deployment selects its pods (`spec.selector.matchLabels`). Flagger changes the value of one of them in the
   * stable pods.
   *
   * @default - unknown
   */
  readonly selector?: { [label: string]: string };

  /**
   * All labels of its pods (`spec.template.metadata.labels`). What selects pods by others would select none.
   *
   * @default - unknown
   */
  readonly podLabels?: { [label: string]: string };

  /**
   * The ports of its containers, by number. Flagger makes the further ports of a Service of these.
   *
   * @default - unknown
   */
  readonly ports?: number[];

  /**
   * How many pods. Argo Rollouts needs it, since it takes over from the Deployment: leave `replicas` out of the Deployment itself.
   *
   * @default - an `autoscaler` says it
   */
  readonly replicas?: number;

  /**
   * What scales the Deployment. Excludes `replicas`.
   *
   * @default - none
   */
  readonly autoscaler?: WorkloadAutoscaler;
}

/**
 * Options of `Workload.fromKubeDeployment`.
 */
export interface FromKubeDeploymentOptions {
  /**
   * How many pods, where the Deployment does not say it: a controller of releases scales the Deployment, so its manifest should not.
   *
   * @default - as the Deployment says, or an `autoscaler`
   */
  readonly replicas?: number;

  /**
   * What scales the Deployment. Excludes `replicas`.
   *
   * @default - none
   */
  readonly autoscaler?: WorkloadAutoscaler;
}

const AUTOSCALER = optional(instanceOf(WorkloadAutoscaler, "a WorkloadAutoscaler, such as `WorkloadAutoscaler.horizontal('cart')`"));
const OPTIONS = record<WorkloadOptions>({
  selector: optional(mapOf(TEXT)),
  podLabels: optional(mapOf(TEXT)),
  ports: optional(listOf(NUMBER)),
  replicas: optional(NUMBER),
  autoscaler: AUTOSCALER,
});
const FROM_KUBE_OPTIONS = record<FromKubeDeploymentOptions>({ replicas: optional(NUMBER), autoscaler: AUTOSCALER });

/**
 * The Deployment behind both versions of a release that a controller moves: a new pod template in it starts a release. It is in the
 * namespace of the release.
 */
export class Workload {
  /**
   * A Deployment by its name.
   *
   * @param name Its name.
   * @param options What else is known of it.
   */
  public static deployment(name: string, options: WorkloadOptions = {}): Workload {
    const where = 'Workload.deployment';
    checkObjectName(where, 'name of a Deployment', name);
    OPTIONS(where, 'options', options);
    const { selector, podLabels, ports, ...scale } = options;
    checkLabels(where, { ...podLabels, ...selector });
    ports?.forEach(port => checkPort(where, port));
    const outside = podLabels && Object.entries(selector ?? {}).find(([label, value]) => podLabels[label] !== value);
    if (outside !== undefined) {
      throw misuse('MESH1008', where, `the pods do not have the label '${outside.join(': ')}', by which the Deployment selects them`, 'Add it to `podLabels`');
    }
    return new Workload(BY_FACTORY, {
      name,
      ...(selector && { selector: { ...selector } }),
      ...(podLabels && { podLabels: { ...podLabels } }),
      ...(ports && { ports: [...ports] }),
      ...scaleOf(where, scale),
    });
  }

  /**
   * A Deployment of the app, such as one of cdk8s-plus: its name, the labels by which it selects its pods, their labels, the ports of its
   * containers, and its replicas are read.
   *
   * @param deployment The Deployment.
   * @param options What the object does not say.
   */
  public static fromKubeDeployment(deployment: IConstruct, options: FromKubeDeploymentOptions = {}): Workload {
    const object = kubeObject('Workload.fromKubeDeployment', deployment, 'Deployment');
    const where = deployment.node.path;
    FROM_KUBE_OPTIONS(where, 'options', options);
    const { spec } = object.toJson() as { readonly spec?: DeploymentSpec };
    const [selector, podLabels] = [spec?.selector?.matchLabels, spec?.template?.metadata?.labels];
    const ports = flatMap(spec?.template?.spec?.containers ?? [], container => container.ports ?? [])
      .filter(({ protocol = 'TCP' }) => protocol === 'TCP').map(({ containerPort }) => containerPort);
    const replicas = options.autoscaler === undefined ? options.replicas ?? spec?.replicas : options.replicas;
    return new Workload(BY_FACTORY, {
      name: object.name,
      ...(selector && { selector: { ...selector } }),
      ...(podLabels && { podLabels: { ...podLabels } }),
      ...(ports.length > 0 && { ports }),
      ...scaleOf(where, { replicas, autoscaler: options.autoscaler }),
    });
  }

  private constructor(key: FactoryKey, private readonly workload: model.Workload) {
    checkFactory(key, Workload);
  }

  /** @internal */
  public _toModel(): model.Workload {
    return this.workload;
  }
}

interface ContainerPort {
  readonly containerPort: number;
  readonly protocol?: string;
}

interface DeploymentSpec {
  readonly replicas?: number;
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly template?: {
    readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
    readonly spec?: { readonly containers?: readonly { readonly ports?: readonly ContainerPort[] }[] };
  };
}

function scaleOf(where: string, { replicas, autoscaler }: FromKubeDeploymentOptions): Pick<model.Workload, 'replicas' | 'autoscaler'> {
  if (replicas !== undefined && autoscaler !== undefined) {
    throw misuse('MESH1005', where, '`replicas` and `autoscaler` exclude each other', 'Leave `replicas` out: the autoscaler says how many pods there are');
  }
  if (replicas !== undefined && !(Number.isInteger(replicas) && replicas >= 0 && replicas <= 2147483647)) {
    throw misuse('MESH1011', where, `\`replicas\` is ${replicas}`, 'Give a whole number, from 0');
  }
  return { ...(replicas !== undefined && { replicas }), ...(autoscaler && { autoscaler: autoscaler._toModel() }) };
}

function checked(where: string, name: string): string {
  checkObjectName(where, 'name of an autoscaler', name);
  return name;
}

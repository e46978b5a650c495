import { checkNotEmpty, checkQualifiedName } from './names';
import { misuse } from '../errors/misuse';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { BOOLEAN, listOf, optional, record, TEXT } from '../input/shape';
import type { DeliveryModel } from '../model/delivery';

/**
 * Options of `Delivery.flagger`.
 */
export interface FlaggerOptions {
  /**
   * Address of the Prometheus that is asked: `http://prometheus.monitoring:9090`.
   */
  readonly prometheus: string;

  /**
   * The labels that Flagger is run with (`-selector-labels`), in their order. It changes the value of the first of them by which a
   * Deployment selects its pods: the stable pods have `cart-primary` in place of `cart`.
   *
   * @default ['app', 'name', 'app.kubernetes.io/name']
   */
  readonly selectorLabels?: string[];

  /**
   * Address of Flagger's load tester, where people approve of releases: `http://flagger-loadtester.test`. An approval needs it.
   *
   * @default - none: approvals are refused
   */
  readonly gate?: string;

  /**
   * Whether the Deployment gets its pods back when the release is taken out. Otherwise the Service is down then.
   *
   * @default true
   */
  readonly revertOnDeletion?: boolean;
}

/**
 * Options of `Delivery.argoRollouts`.
 */
export interface ArgoRolloutsOptions {
  /**
   * Address of the Prometheus that is asked: `http://prometheus.monitoring:9090`.
   */
  readonly prometheus: string;
}

const FLAGGER = record<FlaggerOptions>({
  prometheus: TEXT, selectorLabels: optional(listOf(TEXT)), gate: optional(TEXT), revertOnDeletion: optional(BOOLEAN),
});
const ARGO_ROLLOUTS = record<ArgoRolloutsOptions>({ prometheus: TEXT });

/**
 * Who moves the releases of a target that have a `progression`: an option of the target.
 */
export class Delivery {
  /** Commits: the weight that is written is the weight that is rendered. A target has this delivery unless it gets another one. */
  public static byCommit(): Delivery {
    return new Delivery(BY_FACTORY);
  }

  /**
   * Flagger 1.44 or newer.
   *
   * @param options How it is installed.
   * @see https://docs.flagger.app
   */
  public static flagger(options: FlaggerOptions): Delivery {
    const where = 'Delivery.flagger';
    FLAGGER(where, 'options', options);
    const { prometheus, selectorLabels = ['app', 'name', 'app.kubernetes.io/name'], gate, revertOnDeletion = true } = options;
    checkNotEmpty(where, 'selectorLabels', selectorLabels, 'Leave it out for those that Flagger is run with by default');
    selectorLabels.forEach(label => checkQualifiedName(where, 'label', label));
    return new Delivery(BY_FACTORY, {
      by: 'flagger',
      options: {
        prometheus: addressOf(where, 'prometheus', prometheus),
        selectorLabels: [...selectorLabels],
        ...(gate !== undefined && { gate: addressOf(where, 'gate', gate) }),
        revertOnDeletion,
      },
    });
  }

  /**
   * Argo Rollouts 1.10 or newer; with Gateway API its plugin `argoproj-labs/gatewayAPI`, 0.15 or newer.
   *
   * @param options How it is installed.
   * @see https://argo-rollouts.readthedocs.io
   */
  public static argoRollouts(options: ArgoRolloutsOptions): Delivery {
    const where = 'Delivery.argoRollouts';
    ARGO_ROLLOUTS(where, 'options', options);
    return new Delivery(BY_FACTORY, { by: 'argoRollouts', options: { prometheus: addressOf(where, 'prometheus', options.prometheus) } });
  }

  private constructor(key: FactoryKey, private readonly delivery?: DeliveryModel) {
    checkFactory(key, Delivery);
  }

  /**
   * Nothing for commits.
   *
   * @internal
   */
  public _toModel(): DeliveryModel | undefined {
    return this.delivery;
  }
}

function addressOf(where: string, name: string, address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || address.includes('{{')) {
    throw misuse('MESH1318', where, `\`${name}\` is '${address}', which is no address`, "Write it like 'http://prometheus.monitoring:9090'");
  }
  return address.replace(/\/+$/, '');
}

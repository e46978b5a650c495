import type { FlaggerModel } from '../../model/delivery';
import { fieldsOf } from '../../model/fields';
import type { Workload } from '../../model/release';

/** What Flagger calls the Service and the Deployment of the stable version (`pkg/apis/flagger/v1beta1/canary.go`, `GetServiceNames`). */
export function primaryOf(name: string): string {
  return `${name}-primary`;
}

/** What it calls the Service of the new version. */
export function canaryOf(name: string): string {
  return `${name}-canary`;
}

/**
 * The labels of which it changes one in the stable pods: the one, where it is known by what the Deployment selects its pods; none, where
 * it finds none there (`pkg/canary/deployment_controller.go`, `getSelectorLabel`).
 */
export function changedLabels({ selector }: Workload, { selectorLabels }: FlaggerModel): readonly string[] {
  return selector === undefined ? selectorLabels : selectorLabels.filter(label => fieldsOf(selector).includes(label)).slice(0, 1);
}

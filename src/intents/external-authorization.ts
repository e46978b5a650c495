import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { checkedPath, intentProps, PORTS, REQUESTS, WORKLOAD } from './shapes';
import { WorkloadPorts } from './workload-ports';
import { misuse } from '../errors/misuse';
import { listOf, optional, TEXT } from '../input/shape';
import type { AuthorizedWorkload, ExternalAuthorizationModel } from '../model/external-authorization';
import type { Every, Fields } from '../model/fields';
import { holdAgainstApp } from '../targets/checks';
import { compile } from '../targets/compile';
import type { MeshWorkload } from '../vocabulary/mesh-workload';
import { checkNotEmpty } from '../vocabulary/names';
import type { RequestMatch } from '../vocabulary/request-match';

/**
 * Properties of `ExternalAuthorization`.
 */
export interface ExternalAuthorizationProps extends MeshIntentProps {
  /**
   * The workload whose requests are decided on: a Service, or pods, such as those of a gateway.
   */
  readonly workload: MeshWorkload;

  /**
   * Who decides, by the name under which the mesh knows it. Where the mesh is told of it is also said what happens if it cannot be reached.
   */
  readonly authorizer: string;

  /**
   * The ports, by their number in the Service, or in the pods if there is none.
   *
   * @default - its HTTP and gRPC ports; with `portNames`, those only
   */
  readonly ports?: number[];

  /**
   * The ports, by their name in the Service; they add to `ports`.
   *
   * @default - see `ports`
   */
  readonly portNames?: string[];

  /**
   * The requests that it is asked about, any of which may match.
   *
   * @default - every request
   */
  readonly requests?: RequestMatch[];

  /**
   * Requests that it is not asked about, though `requests` includes them.
   *
   * @default - none
   */
  readonly exceptRequests?: RequestMatch[];
}

const PROPS = intentProps<ExternalAuthorizationProps>({
  workload: WORKLOAD,
  authorizer: TEXT,
  ports: optional(PORTS),
  portNames: optional(listOf(TEXT)),
  requests: optional(REQUESTS),
  exceptRequests: optional(REQUESTS),
});

type Own = Fields<ExternalAuthorizationProps, 'workload' | 'authorizer' | 'ports' | 'portNames' | 'requests' | 'exceptRequests', keyof MeshIntentProps>;

/**
 * Requests to a workload about which a service of yours is asked, such as Open Policy Agent or oauth2-proxy: what it denies is denied, whatever
 * policies allow. What it lets pass, and what it is not asked about, is for the policies of the workload to decide, as without it.
 *
 * What is no HTTP is denied on these ports, since nobody could be asked about it.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/external-authorization.md#what-each-target-renders
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-custom/
 * @example
 * import { ExternalAuthorization, HttpMatch, MeshService } from 'cdk8s-mesh';
 *
 * const cart = MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' } });
 *
 * new ExternalAuthorization(chart, 'opa', {
 *   workload: cart,
 *   authorizer: 'opa',
 *   exceptRequests: [HttpMatch.of({ path: '/healthz' })],
 * });
 */
export class ExternalAuthorization extends MeshIntent {
  constructor(scope: Construct, id: string, props: ExternalAuthorizationProps) {
    const path = checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { workload, authorizer, ports: numbers, portNames, requests, exceptRequests }: Own = props;
    checkNotEmpty(path, 'ports', numbers, 'Leave it out for all HTTP and gRPC ports');
    checkNotEmpty(path, 'portNames', portNames, 'Leave it out for all HTTP and gRPC ports');
    checkNotEmpty(path, 'requests', requests, 'Leave it out for every request');
    checkNotEmpty(path, 'exceptRequests', exceptRequests, 'Leave it out if there is no exception');
    if ([...requests ?? [], ...exceptRequests ?? []].some(request => request._toModel().hosts !== undefined)) {
      throw misuse('MESH1503', path, 'only routes can match on hosts', 'Leave out `hosts`: it is asked whatever the host');
    }
    const ports = new WorkloadPorts(path, workload);
    ports.learn(numbers ?? [], 'HTTP');
    const model: Every<ExternalAuthorizationModel> = {
      name: this._name,
      namespace: this._namespaceOf(workload),
      workload: workloadOf(workload),
      authorizer,
      ports: ports.chosen(path, numbers, portNames, true),
      requests: (requests ?? []).map(request => request._toModel()),
      exceptRequests: (exceptRequests ?? []).map(request => request._toModel()),
    };
    this._render(target => compile('externalAuthorization', target, model));
    holdAgainstApp({ intent: this, chart: this._chart, statements: this._targets.targets.map(target => ({ kind: 'externalAuthorization', target, model })) });
  }
}

function workloadOf({ _service: service, podSelector, _subset: subset, _facts: facts }: MeshWorkload): Every<AuthorizedWorkload> {
  return { service, podSelector, subset, facts };
}

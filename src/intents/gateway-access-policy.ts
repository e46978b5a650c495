import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { policedGateway, policedWaypoint } from './policed-gateway';
import { gatewayClientsOf } from './service-access-policy';
import { checkedPath, END_USERS, GATEWAY, IDENTITIES, intentProps, PORTS, REQUESTS } from './shapes';
import { misuse } from '../errors/misuse';
import type { Shapes } from '../input/shape';
import { listOf, optional, record, TEXT } from '../input/shape';
import type { Every, Fields } from '../model/fields';
import type { GatewayAccessModel, GatewayRule } from '../model/gateway-access';
import type { RequestMatch as RequestModel } from '../model/match';
import { holdAgainstApp } from '../targets/checks';
import { compile } from '../targets/compile';
import type { ExposureGateway } from '../vocabulary/exposure-gateway';
import type { GatewayAccessAllowance } from '../vocabulary/gateway-access-allowance';
import type { GatewayAccessDenial } from '../vocabulary/gateway-access-denial';
import { checkNotEmpty, checkOneOf, checkPort } from '../vocabulary/names';
import { type RequestMatch, TlsMatch } from '../vocabulary/request-match';

/**
 * Properties of `GatewayAccessPolicy`. At least one of `allow` and `deny` is given.
 */
export interface GatewayAccessPolicyProps extends MeshIntentProps {
  /**
   * The gateway: `ExposureGateway.shared('public', 'infra', { className: 'istio' })`, or the `gateway` of an exposure. Excludes `waypoint`.
   *
   * @default - see `waypoint`
   */
  readonly gateway?: ExposureGateway;

  /**
   * Name of the Gateway of a whole waypoint, in the namespace of the policy: what clients of the mesh send to the Services behind it. Excludes
   * `gateway`.
   *
   * @default - see `gateway`
   */
  readonly waypoint?: string;

  /**
   * Who may send which requests; allowances add up. Everything else is denied. An empty list denies everything.
   *
   * @default - everything that is not denied stays as it is
   */
  readonly allow?: GatewayAccessAllowance[];

  /**
   * Requests that are denied, whatever this policy or another one allows.
   *
   * @default - none
   */
  readonly deny?: GatewayAccessDenial[];
}

const RULE = {
  sources: IDENTITIES,
  exceptSources: optional(IDENTITIES),
  ports: optional(PORTS),
  requests: optional(REQUESTS),
  exceptRequests: optional(REQUESTS),
} satisfies Shapes<GatewayAccessDenial>;

const PROPS = intentProps<GatewayAccessPolicyProps>({
  gateway: optional(GATEWAY),
  waypoint: optional(TEXT),
  allow: optional(listOf(record<GatewayAccessAllowance>({ ...RULE, endUsers: optional(END_USERS) }))),
  deny: optional(listOf(record<GatewayAccessDenial>(RULE))),
});

/**
 * Who may send which requests through a gateway, to whichever Services; or through a whole waypoint. What the policies of these Services say
 * holds for what comes through.
 *
 * A gateway has one such policy with `allow`, and any number of those that only deny. It fails closed: what a target cannot express is an error,
 * never a wider policy.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/gateway-access-policy.md#what-each-target-renders
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-ingress/
 * @example
 * import { EndUser, ExposureGateway, GatewayAccessPolicy, HttpMatch, Identity, JwtAuthentication } from 'cdk8s-mesh';
 *
 * const gateway = ExposureGateway.shared('public', 'infra', { className: 'istio' });
 * const issuer = 'https://login.example.com';
 *
 * new JwtAuthentication(chart, 'tokens', { gateway, issuers: [{ issuer, jwksUri: `${issuer}/keys.json` }] });
 *
 * new GatewayAccessPolicy(chart, 'edge', {
 *   gateway,
 *   allow: [
 *     { sources: [Identity.anyone()], requests: [HttpMatch.of({ hosts: ['shop.example.com'] })] },
 *     {
 *       sources: [Identity.remoteIpBlock('203.0.113.0/24')],
 *       requests: [HttpMatch.of({ hosts: ['admin.example.com'] })],
 *       endUsers: [EndUser.of({ issuer })],
 *     },
 *   ],
 *   deny: [{ sources: [Identity.anyone()], requests: [HttpMatch.of({ pathPrefix: '/internal' })] }],
 * });
 */
export class GatewayAccessPolicy extends MeshIntent {
  constructor(scope: Construct, id: string, props: GatewayAccessPolicyProps) {
    const path = checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { gateway, waypoint, allow, deny }: Fields<GatewayAccessPolicyProps, 'gateway' | 'waypoint' | 'allow' | 'deny', keyof MeshIntentProps> = props;
    const one = checkOneOf(path, { gateway, waypoint }, 'MESH1511', 'the policy is for no gateway', 'Give its `gateway`, or the name of a `waypoint`');
    const policed = one.gateway !== undefined ? policedGateway(path, one.gateway) : policedWaypoint(path, one.waypoint);
    if (allow === undefined) {
      if (deny === undefined) {
        throw misuse('MESH1511', path, 'the policy neither allows nor denies anything', 'Give `allow`, which denies all else, or `deny`, which leaves all else as it is');
      }
      checkNotEmpty(path, 'deny', deny, 'Name at least one denial');
    }
    const namespace = this._namespaceOf(policed);
    const clientNamespace = this._chart.namespace ?? namespace;
    const model: Every<GatewayAccessModel> = {
      name: this._name,
      namespace,
      gateway: policed.gateway,
      denials: (deny ?? []).map((denial, i) => ruleOf(`${path}: denial ${i + 1}`, clientNamespace, denial)),
      rules: (allow ?? []).map((allowance, i) => ruleOf(`${path}: allowance ${i + 1}`, clientNamespace, allowance)),
      leavesRest: allow === undefined,
    };
    this._render(target => compile('gatewayAccess', target, model));
    holdAgainstApp({ intent: this, chart: this._chart, statements: this._targets.targets.map(target => ({ kind: 'gatewayAccess', target, model })) });
  }
}

type Allowance = Fields<GatewayAccessAllowance, 'sources' | 'exceptSources' | 'ports' | 'requests' | 'exceptRequests' | 'endUsers'>;

function ruleOf(where: string, clientNamespace: string, allowance: GatewayAccessAllowance | GatewayAccessDenial): Every<GatewayRule> {
  const { sources, exceptSources, ports, requests, exceptRequests, endUsers }: Allowance = allowance;
  checkNotEmpty(where, 'ports', ports, 'Leave it out for all ports');
  checkNotEmpty(where, 'requests', requests, 'Leave it out for every request');
  checkNotEmpty(where, 'exceptRequests', exceptRequests, 'Leave it out if there is no exception');
  checkNotEmpty(where, 'endUsers', endUsers, 'Leave it out for everyone, with a token or without');
  ports?.forEach(port => checkPort(where, port));
  return {
    ...gatewayClientsOf(where, clientNamespace, { sources, exceptSources }),
    ports: [...new Set(ports)].sort((a, b) => a - b),
    requests: (requests ?? []).map(request => requestOf(where, request)),
    exceptRequests: (exceptRequests ?? []).map(request => requestOf(where, request)),
    endUsers: (endUsers ?? []).map(user => user._toModel()),
  };
}

function requestOf(where: string, request: RequestMatch): RequestModel {
  if (request instanceof TlsMatch) {
    throw misuse('MESH1503', where, 'only routes can match on the server names of TLS', "Name the hosts of requests: `HttpMatch.of({ hosts: ['cart.example.com'] })`");
  }
  return request._toModel();
}

import type { Construct } from 'constructs';
import type { HealthProbe } from './health-probes';
import { HealthProbeKind, learnProbes, probeOf } from './health-probes';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { checkedPath, END_USERS, IDENTITIES, intentProps, PORTS, REQUESTS, WORKLOAD } from './shapes';
import { WorkloadPorts } from './workload-ports';
import { misuse } from '../errors/misuse';
import type { Shapes } from '../input/shape';
import { BOOLEAN, listOf, memberOf, NUMBER, optional, record, TEXT } from '../input/shape';
import type { AccessModel, AccessRule, IdentitySource, Source, Workload } from '../model/access';
import { distinctSources } from '../model/access';
import type { Every, Fields } from '../model/fields';
import type { GatewayClient, GatewayRule } from '../model/gateway-access';
import { distinctClients } from '../model/gateway-access';
import { flatMap } from '../model/lists';
import { ANY_REQUEST } from '../model/match';
import type { AccessAllowance } from '../vocabulary/access-allowance';
import type { AccessDenial } from '../vocabulary/access-denial';
import type { Identity } from '../vocabulary/identity';
import type { MeshWorkload } from '../vocabulary/mesh-workload';
import { checkNotEmpty } from '../vocabulary/names';
import { checkPath } from '../vocabulary/request-match';

/**
 * Metrics that are scraped over HTTP: GET of one path.
 */
export interface MetricsScraping {
  /**
   * Who scrapes, such as the ServiceAccount of Prometheus.
   */
  readonly sources: Identity[];

  /**
   * The port, by its number in the Service, or in the pods if the Service does not declare it.
   *
   * @default - the first HTTP port of the Service
   */
  readonly port?: number;

  /**
   * The exact path.
   *
   * @default '/metrics'
   */
  readonly path?: string;
}

/**
 * What happens to a request that no policy allows.
 */
export enum AccessMode {
  /** It is denied. */
  ENFORCE = 'enforce',

  /**
   * It is let in, and reported as a request that would be denied. Nothing is protected. A mesh without such a mode refuses the policy.
   */
  AUDIT = 'audit',
}

/**
 * Properties of `ServiceAccessPolicy`.
 */
export interface ServiceAccessPolicyProps extends MeshIntentProps {
  /**
   * The Service whose pods are protected, or pods without a Service. Most targets select the pods by their `podSelector`, others by their
   * `serviceAccount` or by the name of the Service; an error says which property is missing.
   */
  readonly destination: MeshWorkload;

  /**
   * Who may make which requests; allowances add up. Everything else is denied. An empty list denies everything.
   */
  readonly allow: AccessAllowance[];

  /**
   * Requests that are denied, although `allow` includes them. They are denied whatever other policies allow. To deny some requests and
   * leave all others as they are, use `ServiceAccessDenial`.
   *
   * @default - none
   */
  readonly deny?: AccessDenial[];

  /**
   * Health checks of the kubelet that must keep passing. In most meshes they bypass the policy, and nothing is rendered. In others
   * the path is open to anyone, since the kubelet has no identity; if a mesh cannot express that, the health check is refused.
   *
   * @default - none
   */
  readonly healthProbes?: HealthProbe[];

  /**
   * Metrics that may be scraped: a GET of the path, and nothing else.
   *
   * @default - none
   */
  readonly metrics?: MetricsScraping;

  /**
   * Whether the policy is enforced, or only reports.
   *
   * @default AccessMode.ENFORCE
   */
  readonly mode?: AccessMode;

  /**
   * Whether an `AccessGrant` for the workload is an error, so that of what is for this workload, this policy alone says who is let in. What a
   * `NamespaceAccessDefault` or a `MeshAccessDefault` allows everywhere still adds to it: `deny` keeps that out.
   *
   * @default false
   */
  readonly closedToGrants?: boolean;
}

const RULE = {
  sources: IDENTITIES,
  exceptSources: optional(IDENTITIES),
  ports: optional(PORTS),
  portNames: optional(listOf(TEXT)),
  requests: optional(REQUESTS),
  exceptRequests: optional(REQUESTS),
} satisfies Shapes<Omit<AccessAllowance, 'endUsers'>> & Shapes<AccessDenial>;
export const DENIALS = listOf(record<AccessDenial>(RULE));

const PROPS = intentProps<ServiceAccessPolicyProps>({
  destination: WORKLOAD,
  allow: listOf(record<AccessAllowance>({ ...RULE, endUsers: optional(END_USERS) })),
  deny: optional(DENIALS),
  healthProbes: optional(listOf(record<HealthProbe>({ kind: optional(memberOf(HealthProbeKind, 'HealthProbeKind')), path: optional(TEXT), port: optional(NUMBER) }))),
  metrics: optional(record<MetricsScraping>({ sources: IDENTITIES, port: optional(NUMBER), path: optional(TEXT) })),
  mode: optional(memberOf(AccessMode, 'AccessMode')),
  closedToGrants: optional(BOOLEAN),
});

type Own = Fields<ServiceAccessPolicyProps, 'destination' | 'allow' | 'deny' | 'healthProbes' | 'metrics' | 'mode' | 'closedToGrants', keyof MeshIntentProps>;
type Allowance = Fields<AccessAllowance, 'sources' | 'exceptSources' | 'ports' | 'portNames' | 'requests' | 'exceptRequests' | 'endUsers'>;

/**
 * Who may call a Service, or pods without a Service, and with which requests; everything else is denied.
 *
 * It fails closed: what a target cannot express is an error, never a wider policy.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/service-access-policy.md#what-each-target-renders
 * @see https://github.com/servicemeshinterface/smi-spec/blob/main/apis/traffic-access/v1alpha3/traffic-access.md
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 * @see https://linkerd.io/2/reference/authorization-policy/
 * @see https://developer.hashicorp.com/consul/docs/reference/config-entry/service-intentions
 * @see https://kuma.io/docs/latest/policies/meshtrafficpermission/
 * @see https://docs.cilium.io/en/stable/security/policy/
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 * @example
 * import { HttpMatch, Identity, MeshService, ServiceAccessPolicy } from 'cdk8s-mesh';
 *
 * const cart = MeshService.of('cart', { port: 8080, serviceAccount: 'cart', podSelector: { app: 'cart' } });
 *
 * new ServiceAccessPolicy(chart, 'cart-access', {
 *   destination: cart,
 *   allow: [
 *     { sources: [Identity.serviceAccount('web')], requests: [HttpMatch.of({ methods: ['GET'], pathPrefix: '/cart' })] },
 *     { sources: [Identity.serviceAccount('job', 'ops')], ports: [9090] },
 *   ],
 * });
 */
export class ServiceAccessPolicy extends MeshIntent {
  constructor(scope: Construct, id: string, props: ServiceAccessPolicyProps) {
    const path = checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { destination, allow, deny = [], healthProbes = [], metrics, mode, closedToGrants }: Own = props;
    const namespace = this._namespaceOf(destination);
    const ports = new WorkloadPorts(path, destination);
    learnProbes(ports, healthProbes);
    ports.learn(metrics?.port === undefined ? [] : [metrics.port], 'HTTP');
    learnPorts(ports, [...allow, ...deny]);

    const clientNamespace = this._chart.namespace ?? namespace;
    const model: Every<AccessModel> = {
      name: this._name,
      namespace,
      destination: workloadOf(destination, ports),
      denials: deny.map((denial, i) => ruleOf(`${path}: denial ${i + 1}`, clientNamespace, ports, denial)),
      rules: [
        ...allow.map((allowance, i) => ruleOf(`${path}: allowance ${i + 1}`, clientNamespace, ports, allowance)),
        ...(metrics === undefined ? [] : [scrapingOf(`${path}: metrics`, clientNamespace, ports, metrics)]),
      ],
      leavesRest: false,
      grant: undefined,
      healthProbes: healthProbes.map(probe => probeOf(`${path}: health probe`, ports, probe)),
      audit: mode === AccessMode.AUDIT,
    };
    this._protect(model, closedToGrants);
  }
}

/** What speaks HTTP first, so that it is known wherever else the port is named. */
export function learnPorts(ports: WorkloadPorts, rules: readonly Pick<AccessAllowance, 'ports' | 'requests' | 'exceptRequests' | 'endUsers'>[]): void {
  ports.learn(flatMap(rules, rule => isOfRequests(rule) ? rule.ports ?? [] : []), 'HTTP');
  ports.learn(flatMap(rules, rule => rule.ports ?? []), undefined);
}

export function workloadOf(
  { _service: service, serviceAccount, podSelector, _subset: subset, _facts: facts }: MeshWorkload, ports: WorkloadPorts,
): Every<Workload> {
  return { service, serviceAccount, podSelector, subset, facts, ports: ports.governed };
}

export function ruleOf(where: string, clientNamespace: string, ports: WorkloadPorts, allowance: AccessAllowance | AccessDenial): Every<AccessRule> {
  const { sources, exceptSources, ports: numbers, portNames, requests, exceptRequests, endUsers }: Allowance = allowance;
  const clients = clientsOf(where, clientNamespace, { sources, exceptSources });
  checkNotEmpty(where, 'ports', numbers, 'Leave it out for all ports');
  checkNotEmpty(where, 'portNames', portNames, 'Leave it out for all ports');
  checkNotEmpty(where, 'requests', requests, 'Leave it out for every request');
  checkNotEmpty(where, 'exceptRequests', exceptRequests, 'Leave it out if there is no exception');
  checkNotEmpty(where, 'endUsers', endUsers, 'Leave it out for everyone, with a token or without');
  if ([...requests ?? [], ...exceptRequests ?? []].some(request => request._toModel().hosts !== undefined)) {
    throw misuse('MESH1503', where, 'only routes and policies of gateways can match on hosts', 'Leave out `hosts`: the policy holds for every host');
  }
  return {
    sources: clients.sources,
    exceptSources: clients.exceptSources,
    ports: ports.chosen(where, numbers, portNames, isOfRequests(allowance)),
    requests: (requests ?? []).map(request => request._toModel()),
    exceptRequests: (exceptRequests ?? []).map(request => request._toModel()),
    endUsers: (endUsers ?? []).map(user => user._toModel()),
    byAddress: undefined,
  };
}

/** Whether it speaks of requests, which ports for HTTP and gRPC alone have. */
function isOfRequests({ requests, exceptRequests, endUsers }: Pick<AccessAllowance, 'requests' | 'exceptRequests' | 'endUsers'>): boolean {
  return requests !== undefined || exceptRequests !== undefined || endUsers !== undefined;
}

function scrapingOf(
  where: string, clientNamespace: string, ports: WorkloadPorts, { sources, port, path = '/metrics' }: Fields<MetricsScraping, 'sources' | 'port' | 'path'>,
): Every<AccessRule> {
  return {
    sources: sourcesOf(where, clientNamespace, sources),
    exceptSources: [],
    ports: [ports.speaking(where, port, ['HTTP'], 'HTTP')],
    endUsers: [],
    requests: [{ ...ANY_REQUEST, methods: ['GET'], path: { type: 'exact', value: checkPath(where, path) } }],
    exceptRequests: [],
    byAddress: true,
  };
}

/** The clients of a rule, without those that it excepts. */
export function clientsOf(
  where: string, clientNamespace: string, given: Pick<AccessAllowance, 'sources' | 'exceptSources'>,
): Pick<Every<AccessRule>, 'sources' | 'exceptSources'> {
  return withoutExceptions(where, clientNamespace, sourcesOf(where, clientNamespace, given.sources), given);
}

/** The same, of clients as a gateway knows them. */
export function gatewayClientsOf(
  where: string, clientNamespace: string, given: Pick<AccessAllowance, 'sources' | 'exceptSources'>,
): Pick<Every<GatewayRule>, 'sources' | 'exceptSources'> {
  checkSources(where, given.sources);
  return withoutExceptions(where, clientNamespace, distinctClients(flatMap(given.sources, source => source._atGateway(clientNamespace))), given);
}

function withoutExceptions<One extends GatewayClient>(
  where: string, clientNamespace: string, sources: readonly One[], { exceptSources }: Pick<AccessAllowance, 'exceptSources'>,
): { readonly sources: readonly One[]; readonly exceptSources: readonly IdentitySource[] } {
  checkNotEmpty(where, 'exceptSources', exceptSources, 'Leave it out if there is no exception');
  return { sources, exceptSources: exceptSources === undefined ? [] : exceptionsOf(where, clientNamespace, sources, exceptSources) };
}

function sourcesOf(where: string, clientNamespace: string, sources: readonly Identity[]): Source[] {
  checkSources(where, sources);
  return distinctSources(flatMap(sources, source => source._toModel(clientNamespace, where)));
}

function checkSources(where: string, sources: readonly Identity[]): void {
  checkNotEmpty(where, 'sources', sources, 'Name at least one identity; Identity.anyAuthenticated() is every client that the mesh knows');
}

/** An exception holds only for clients that must show who they are. */
function exceptionsOf(where: string, clientNamespace: string, all: readonly GatewayClient[], exceptions: readonly Identity[]): IdentitySource[] {
  const open = all.find(({ kind }) => kind !== 'namespace' && kind !== 'anyAuthenticated');
  if (open !== undefined) {
    throw misuse('MESH1504', where, `\`exceptSources\` cannot be combined with Identity.${open.kind}`,
      'Let the `sources` be namespaces, or Identity.anyAuthenticated(); write other sources as an allowance of their own');
  }
  return sourcesOf(where, clientNamespace, exceptions).map(source => {
    if (source.kind !== 'serviceAccount' && source.kind !== 'namespace' && source.kind !== 'spiffeId') {
      throw misuse('MESH1505', where, `Identity.${source.kind} cannot be an exception`, 'Use ServiceAccounts, namespaces or SPIFFE ids as exceptions');
    }
    return source;
  });
}

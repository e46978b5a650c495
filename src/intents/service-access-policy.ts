import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { checkedPath, IDENTITIES, intentProps, PORTS, REQUESTS, SERVICE } from './shapes';
import { misuse } from '../diagnostics';
import type { AccessRule, HealthProbe as ProbeModel, Source, WorkloadPort } from '../model/access';
import { sourceKey } from '../model/access';
import { hasRequests } from '../model/protocol';
import { listOf, NUMBER, optional, record, TEXT } from '../shape';
import { compileAccess } from '../targets/compile';
import type { Identity } from '../vocabulary/identity';
import type { MeshService } from '../vocabulary/mesh-service';
import { checkNotEmpty, checkPort } from '../vocabulary/names';
import { checkPath, type RequestMatch } from '../vocabulary/request-match';

/**
 * Who may make which requests.
 */
export interface AccessAllowance {
  /**
   * The clients, any of which may make the requests; at least one.
   */
  readonly sources: Identity[];

  /**
   * The ports, by their number in the Service; the policy holds at the port of the pods behind each. A number that the
   * Service does not declare is a port of the pods.
   *
   * @default - all ports of the Service; with `requests`, its HTTP and gRPC ports
   */
  readonly ports?: number[];

  /**
   * The requests, any of which may match.
   *
   * @default - every request
   */
  readonly requests?: RequestMatch[];
}

/**
 * A health check that the kubelet makes over HTTP.
 */
export interface HealthProbe {
  /**
   * The exact path, as in the `httpGet` of the probe.
   */
  readonly path: string;

  /**
   * The port of the probe, by its number in the Service, or in the pods if the Service does not declare it.
   *
   * @default - the first HTTP port of the Service
   */
  readonly port?: number;
}

/**
 * Properties of `ServiceAccessPolicy`.
 */
export interface ServiceAccessPolicyProps extends MeshIntentProps {
  /**
   * The Service whose pods are protected. SMI needs its `serviceAccount`; Istio and Linkerd need its `podSelector`.
   */
  readonly destination: MeshService;

  /**
   * What is allowed, from whom; it adds up. Everything else is denied. An empty list denies everything.
   */
  readonly allow: AccessAllowance[];

  /**
   * Health checks that must keep passing. Linkerd adds routes for them only while a port has no rules on requests, so
   * there a GET of each path is let in from anywhere, without an identity. In Istio and Open Service Mesh the probes
   * pass by the policy, and nothing is rendered.
   *
   * @default - none
   */
  readonly healthProbes?: HealthProbe[];
}

const PROPS = intentProps({
  destination: SERVICE,
  allow: listOf(record({ sources: IDENTITIES, ports: optional(PORTS), requests: optional(REQUESTS) })),
  healthProbes: optional(listOf(record({ path: TEXT, port: optional(NUMBER) }))),
});

/**
 * Who may call a Service, and with which requests; everything else is denied.
 *
 * SMI: a TrafficTarget for each set of ServiceAccounts that may do the same, with HTTPRouteGroup, TCPRoute and UDPRoute.
 * Istio: an AuthorizationPolicy, and a PeerAuthentication that demands mutual TLS. Linkerd: a Server for each port, an
 * AuthorizationPolicy with its MeshTLSAuthentication, and HTTPRoutes where requests are told apart.
 *
 * It fails closed: what a target cannot express is an error, never a wider policy. Only the ports named here are governed
 * in Linkerd; in Istio and SMI the policy denies on all ports of the pods.
 *
 * @see https://github.com/servicemeshinterface/smi-spec/blob/main/apis/traffic-access/v1alpha3/traffic-access.md
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 * @see https://linkerd.io/2/reference/authorization-policy/
 */
export class ServiceAccessPolicy extends MeshIntent {
  constructor(scope: Construct, id: string, props: ServiceAccessPolicyProps) {
    const path = checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { destination, allow } = props;
    const namespace = destination.namespace ?? this._namespace;
    if (namespace === undefined) {
      throw misuse(path, `the namespace of '${destination.name}' is unknown, and identities need it`, "Give the chart its `namespace: 'shop'`");
    }
    if (this._metadata.namespace !== undefined && this._metadata.namespace !== namespace) {
      throw misuse(path, `the policy would stand in namespace '${this._metadata.namespace}', and its pods in '${namespace}'`,
        'Leave out `metadata.namespace`');
    }
    const ports = new Ports(path, destination);
    // Requests first: they tell that an undeclared port speaks HTTP.
    allow.forEach(allowance => ports.learn(allowance));
    const healthProbes = (props.healthProbes ?? []).map(probe => probeOf(path, ports, probe));
    const rules = allow.map((allowance, i) => ruleOf(`${path}: allowance ${i + 1}`, this._chart.namespace ?? namespace, ports, allowance));
    const model = {
      name: this._name,
      namespace,
      destination: {
        service: destination.name,
        serviceAccount: destination.serviceAccount,
        podSelector: destination.podSelector,
        ports: ports.governed,
      },
      rules,
      healthProbes,
    };
    this._render(target => compileAccess(target, model));
  }
}

function ruleOf(where: string, ownNamespace: string, ports: Ports, { sources, ports: numbers, requests }: AccessAllowance): AccessRule {
  checkNotEmpty(where, 'sources', sources, 'Name at least one identity; Identity.anyAuthenticated() is all that the mesh knows');
  checkNotEmpty(where, 'ports', numbers, 'Leave it out for all ports');
  checkNotEmpty(where, 'requests', requests, 'Leave it out for every request');
  return {
    sources: distinct(sources.map(source => source._toModel(ownNamespace))),
    ports: ports.chosen(where, numbers, requests !== undefined),
    requests: (requests ?? []).map(request => request._toModel()),
  };
}

function distinct(sources: readonly Source[]): Source[] {
  return [...new Map(sources.map(source => [sourceKey(source), source]))].sort(([a], [b]) => a < b ? -1 : 1).map(([, source]) => source);
}

function probeOf(where: string, ports: Ports, { path, port }: HealthProbe): ProbeModel {
  checkPath(where, path);
  return { path, port: port === undefined ? ports.firstHttp(where) : ports.probed(where, port) };
}

/** The ports of the pods that a policy governs. */
class Ports {
  private readonly byNumber = new Map<number, WorkloadPort>();

  constructor(private readonly path: string, private readonly service: MeshService) {
    service.ports.forEach(({ targetPort, port, protocol }) => this.byNumber.set(targetPort ?? port, { port: targetPort ?? port, protocol }));
  }

  public get governed(): WorkloadPort[] {
    return [...this.byNumber.values()];
  }

  /** Takes note of the ports that an allowance names. */
  public learn({ ports, requests }: AccessAllowance): void {
    for (const number of ports ?? []) {
      checkPort(this.path, number);
      this.note(number, requests !== undefined);
    }
  }

  /** The ports of an allowance. */
  public chosen(where: string, numbers: readonly number[] | undefined, requests: boolean): WorkloadPort[] {
    const ports = numbers === undefined
      ? this.service.ports.map(p => this.byNumber.get(p.targetPort!)!).filter(p => !requests || hasRequests(p.protocol!))
      : numbers.map(number => this.byNumber.get(this.podPort(number))!);
    const opaque = ports.find(p => p.protocol === 'TCP' || p.protocol === 'UDP');
    if (requests && (ports.length === 0 || opaque !== undefined)) {
      throw misuse(where, `requests cannot be told apart on ${opaque === undefined ? `the ports of '${this.service.name}'` : `${opaque.protocol} port ${opaque.port}`}`,
        'Name HTTP or gRPC ports, or leave out `requests`');
    }
    return [...new Map(ports.map(port => [port.port, port])).values()];
  }

  public firstHttp(where: string): number {
    const http = this.service.ports.find(({ protocol }) => hasRequests(protocol!));
    if (http === undefined) {
      throw misuse(where, `'${this.service.name}' has no HTTP port for the health probe`, 'Give the probe its `port`');
    }
    return http.targetPort!;
  }

  public probed(where: string, number: number): number {
    checkPort(where, number);
    this.note(number, true);
    return this.podPort(number);
  }

  private note(number: number, http: boolean): void {
    const port = this.podPort(number);
    const known = this.byNumber.get(port);
    if (known?.protocol === undefined) {
      this.byNumber.set(port, { port, protocol: http ? 'HTTP' : undefined });
    }
  }

  private podPort(number: number): number {
    return this.service.ports.find(({ port }) => port === number)?.targetPort ?? number;
  }
}

import type { GatewayPods, GatewaySource } from './access';
import type { Every } from './fields';
import type { Mirror } from './handling';
import { distinctBy, flatMap } from './lists';
import type { PortRoute, RouteModel, WeightedBackend } from './route';
import { destinationsOf, namespaceOf } from './route';
import { isService } from './service-ref';
import type { ServiceRef } from './service-ref';

/** A Service that takes requests from outside the cluster; or rules that redirect all of them, and then the route is of no Service that there is. */
export interface ExposureModel {
  /** Where the requests go: the rules of one port. Its name and namespace are those of the exposure. */
  readonly route: RouteModel;
  /** Sorted; `*.` at the start stands for one or more labels. Empty is every host. */
  readonly hostnames: readonly string[];
  /** Empty where no target needs to know. At most one of each kind with listeners of this exposure, whose objects have its name. */
  readonly gateways: readonly Gateway[];
  /** How the gateway speaks with clients; in plain text where it is absent and the gateway has listeners of this exposure. */
  readonly tls?: Tls;
  /** Whether plain HTTP is answered with the same URL in HTTPS. */
  readonly redirectHttp: boolean;
  /** How the gateway speaks with the pods; in plain text where it is absent. */
  readonly backendTls?: BackendTls;
}

export type Gateway = { /** What is known of its pods. */ readonly pods?: GatewayPods } & (
  | { readonly kind: 'own'; readonly className: string }
  | GatewayRef & SharedSections & { readonly kind: 'shared' }
  | GatewayRef & { readonly kind: 'listenerSet' }
);

/** Which listeners of a gateway that exists. */
interface SharedSections {
  /** The listener; absent for all. */
  readonly sectionName?: string;
  /** Of the listeners; absent for all. */
  readonly port?: number;
  readonly httpSectionName?: string;
  /** Of the listener for HTTPS, where it is known. */
  readonly httpsPort?: number;
  /** What the listener does with TLS, where it is known. */
  readonly tlsMode?: Tls['mode'];
  readonly listenerSet?: SecretRef;
}

export interface GatewayRef {
  readonly name: string;
  /** That of the exposure, where it is absent. */
  readonly namespace?: string;
  /** Who runs it, where that is known. */
  readonly className?: string;
}

export type Tls =
  | { readonly mode: 'passthrough' }
  | { readonly mode: 'terminate'; /** Never empty. */ readonly secrets: readonly SecretRef[]; readonly issuer?: CertificateIssuer };

export interface SecretRef {
  readonly name: string;
  /** That of the exposure, where it is absent. */
  readonly namespace?: string;
}

/** Of cert-manager: it fills the Secret. */
export interface CertificateIssuer {
  readonly kind: 'Issuer' | 'ClusterIssuer';
  readonly name: string;
}

export interface BackendTls {
  /** The name that the certificate of the pods is for. */
  readonly hostname: string;
  /** A ConfigMap with the certificates to trust, in the namespace of the Services; those of the system where it is absent. */
  readonly caConfigMap?: string;
  /** The names of which the certificate has one, in place of the hostname; empty for that. */
  readonly subjectAltNames: readonly SubjectAltName[];
  /** The name of the port of each Service that it holds for; absent for all ports. */
  readonly portName?: string;
}

export type SubjectAltName = { readonly type: 'Hostname'; readonly hostname: string } | { readonly type: 'URI'; readonly uri: string };

/** The port that takes the requests. */
export function exposedPort({ route }: Pick<ExposureModel, 'route'>): PortRoute {
  return route.ports[0];
}

/** The kind of the route. Of TCP that the gateway ends TLS before, hostnames tell connections apart; a shared listener says whether it does. */
export function exposedKind(model: ExposureModel): `${PortRoute['protocol']}Route` {
  const { protocol } = exposedPort(model);
  return protocol === 'TCP' && model.hostnames.length > 0 ? 'TLSRoute' : `${protocol}Route`;
}

/** A gateway by its name, and what is known of its pods. */
export type NamedGateway = GatewayRef & Pick<Gateway, 'pods'>;

/** The gateways of an exposure, each once: of one, it may have several listeners. A namespace is absent where it is not known. */
export function namedGateways({ route, gateways }: Pick<ExposureModel, 'route' | 'gateways'>): NamedGateway[] {
  return distinctBy(gateways.map(gateway => {
    const { className, pods } = gateway;
    return { name: gateway.kind === 'own' ? route.name : gateway.name, namespace: gateway.kind === 'own' ? route.namespace : gateway.namespace ?? route.namespace, className, pods };
  }), ({ name, namespace, className, pods }) => JSON.stringify([name, namespace, className, pods]));
}

/** Who calls for the clients; nobody, where it is not known where the gateway is. */
export function callersOf(model: ExposureModel): Every<GatewaySource>[] {
  return flatMap(namedGateways(model), ({ name, namespace, className, pods = {} }) =>
    namespace === undefined ? [] : [{ kind: 'gateway' as const, name, namespace, className, pods }]);
}

/** What the rules name, for requests or for their copies. */
export function exposedBackends(model: ExposureModel): (WeightedBackend | Mirror)[] {
  return flatMap(exposedPort(model).rules, destinationsOf);
}

/** The Services among it. */
export function exposedServices(model: ExposureModel): (WeightedBackend | Mirror)[] {
  return exposedBackends(model).filter(isService);
}

/** The namespace of a Service that a rule names: that of the exposed Service, unless it says otherwise. */
export function namespaceOfService({ route }: ExposureModel, service: ServiceRef): string | undefined {
  return namespaceOf(route, service);
}

/** The certificates in other namespaces. */
export function certificatesElsewhere({ route, tls }: ExposureModel): SecretRef[] {
  return tls?.mode === 'terminate' ? tls.secrets.filter(({ namespace }) => namespace !== undefined && namespace !== route.namespace) : [];
}

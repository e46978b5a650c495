import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { checkedPath, intentProps } from './shapes';
import { misuse } from '../errors/misuse';
import { instanceOf, listOf, memberOf, NUMBER, optional, record, TEXT } from '../input/shape';
import type * as model from '../model/external-backend';
import type { Every, Fields } from '../model/fields';
import { X_BACKEND } from '../model/service-ref';
import { compile } from '../targets/compile';
import { ExternalBackendProtocol } from '../vocabulary/external-backend-protocol';
import { MeshProtocol } from '../vocabulary/mesh-protocol';
import { MeshService } from '../vocabulary/mesh-service';
import { checkHostname, checkNotEmpty, checkObjectName, checkPort } from '../vocabulary/names';
import type { NamespacedName } from '../vocabulary/namespaced-name';
import { NAMESPACED_NAME, namespacedName } from '../vocabulary/namespaced-name';
import { SubjectAltName } from '../vocabulary/subject-alt-name';

/**
 * TLS with a host outside the cluster.
 */
export interface ExternalBackendTls {
  /**
   * The name that is asked for, and the one that its certificate is for.
   *
   * @default - the `hostname` of the backend
   */
  readonly hostname?: string;

  /**
   * Name of a ConfigMap with the certificates to trust, under the key `ca.crt`, in the namespace of the backend.
   *
   * @default - the certificates that the system of the proxy trusts
   */
  readonly caConfigMap?: string;

  /**
   * The names of which its certificate has to have one, at most 5. The `hostname` is then only what is asked for.
   *
   * @default - the `hostname`
   */
  readonly subjectAltNames?: SubjectAltName[];

  /**
   * The Secret with the certificate that is shown to the host.
   *
   * @default - none is shown
   */
  readonly clientCertificate?: NamespacedName;
}

/**
 * Properties of `ExternalBackend`.
 */
export interface ExternalBackendProps extends MeshIntentProps {
  /**
   * The host, by its name in DNS: `api.example.com`. It is no Service of the cluster.
   */
  readonly hostname: string;

  /**
   * The port of the host.
   */
  readonly port: number;

  /**
   * What is spoken to it. `HTTP2` and `WSS` need `tls`, and `H2C` excludes it.
   *
   * @default - what the route speaks that sends requests there
   */
  readonly protocol?: ExternalBackendProtocol;

  /**
   * TLS with the host. Without it, whoever is on the way reads all of it, and may answer in place of the host.
   *
   * @default - plain text
   */
  readonly tls?: ExternalBackendTls;
}

const SUBJECT = instanceOf(SubjectAltName, "a SubjectAltName, such as `SubjectAltName.hostname('api.example.com')`");

const PROPS = intentProps<ExternalBackendProps>({
  hostname: TEXT,
  port: NUMBER,
  protocol: optional(memberOf(ExternalBackendProtocol, 'ExternalBackendProtocol')),
  tls: optional(record<ExternalBackendTls>({
    hostname: optional(TEXT), caConfigMap: optional(TEXT), subjectAltNames: optional(listOf(SUBJECT)), clientCertificate: optional(NAMESPACED_NAME),
  })),
});

type Own = Fields<ExternalBackendProps, 'hostname' | 'port' | 'protocol' | 'tls', keyof MeshIntentProps>;

/**
 * A host outside the cluster to which rules of a `ServiceRoute` or an `Exposure` send requests: its `service` stands among their backends.
 * It says how the host is called; what pods may call outside by themselves, an `EgressPolicy` says.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/external-backend.md#what-each-target-renders
 * @see https://gateway-api.sigs.k8s.io/geps/gep-4894/
 * @example
 * import { ExternalBackend, HttpMatch, MeshService, ServiceRoute } from 'cdk8s-mesh';
 *
 * const payment = MeshService.of('payment', { port: 8080 });
 *
 * const provider = new ExternalBackend(chart, 'provider', {
 *   hostname: 'api.example.com',
 *   port: 443,
 *   tls: {},
 * });
 *
 * new ServiceRoute(chart, 'payment-route', {
 *   service: payment,
 *   rules: [
 *     {
 *       matches: [HttpMatch.of({ pathPrefix: '/v1' })],
 *       backends: [{ service: provider.service }],
 *       rewrite: { hostname: 'api.example.com' },
 *     },
 *     { backends: [{ service: payment }] },
 *   ],
 * });
 */
export class ExternalBackend extends MeshIntent {
  /** The host, as a backend of rules. */
  public readonly service: MeshService;

  constructor(scope: Construct, id: string, props: ExternalBackendProps) {
    const path = checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { hostname, port, protocol, tls }: Own = props;
    checkOutside(path, checkHostname(path, hostname));
    checkPort(path, port);
    checkProtocol(path, protocol, tls);
    const backend: Every<model.ExternalBackendModel> = {
      name: this._name,
      namespace: this._namespace,
      hostname,
      port,
      protocol,
      tls: tls && tlsOf(`${path}: tls`, hostname, tls),
    };
    this.service = MeshService.ofKind(backend.name, { ...X_BACKEND, namespace: backend.namespace, port, protocol: spokenBy(protocol) });
    this._render(target => compile('externalBackend', target, backend));
  }
}

/** What is in the cluster has policies, which requests would go past. */
function checkOutside(path: string, hostname: string): void {
  if (/\.(cluster|clusterset)\.local$/.test(hostname)) {
    throw misuse('MESH1009', path, `'${hostname}' is a host inside the cluster`, 'Name the Service itself, with `MeshService.of`');
  }
}

const WITHIN_TLS: readonly ExternalBackendProtocol[] = [ExternalBackendProtocol.HTTP2, ExternalBackendProtocol.WSS];

function checkProtocol(path: string, protocol: ExternalBackendProtocol | undefined, tls: ExternalBackendTls | undefined): void {
  if (protocol === ExternalBackendProtocol.H2C && tls !== undefined) {
    throw misuse('MESH1005', path, '`tls` and the protocol H2C, which is plain text, exclude each other', 'Use HTTP2 for HTTP/2 within TLS, or leave out `tls`');
  }
  if (protocol !== undefined && WITHIN_TLS.includes(protocol) && tls === undefined) {
    throw misuse('MESH1006', path, `the protocol ${protocol} is spoken within TLS, and the backend has no \`tls\``,
      `Add \`tls: {}\`, or use ${protocol === ExternalBackendProtocol.HTTP2 ? 'H2C' : 'HTTP'}`);
  }
}

type Tls = Fields<ExternalBackendTls, 'hostname' | 'caConfigMap' | 'subjectAltNames' | 'clientCertificate'>;

function tlsOf(where: string, host: string, { hostname = host, caConfigMap, subjectAltNames, clientCertificate }: Tls): Every<model.ExternalTls> {
  checkHostname(where, hostname);
  if (caConfigMap !== undefined) {
    checkObjectName(where, 'name of a ConfigMap', caConfigMap);
  }
  checkNotEmpty(where, 'subjectAltNames', subjectAltNames, 'Leave it out for the `hostname`');
  return {
    hostname,
    caConfigMap,
    subjectAltNames: subjectAltNames?.map(name => name._toModel()) ?? [],
    clientCertificate: clientCertificate && namespacedName(where, 'name of a Secret', clientCertificate),
  };
}

/** As routes tell protocols apart. */
function spokenBy(protocol: ExternalBackendProtocol | undefined): MeshProtocol {
  switch (protocol) {
    case ExternalBackendProtocol.GRPC: return MeshProtocol.GRPC;
    case ExternalBackendProtocol.TCP: return MeshProtocol.TCP;
    default: return MeshProtocol.HTTP;
  }
}

import { checkNotEmpty, checkObjectName } from './names';
import type { NamespacedName } from './namespaced-name';
import { NAMESPACED_NAME, namespacedName } from './namespaced-name';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { instanceOf, listOf } from '../input/shape';
import type * as model from '../model/exposure';

/**
 * Who signs certificates, of cert-manager.
 *
 * @see https://cert-manager.io/docs/concepts/issuer/
 */
export class CertificateIssuer {
  /**
   * A ClusterIssuer.
   *
   * @param name Its name.
   */
  public static ofCluster(name: string): CertificateIssuer {
    checkObjectName('CertificateIssuer.ofCluster', 'name of a ClusterIssuer', name);
    return new CertificateIssuer(BY_FACTORY, { kind: 'ClusterIssuer', name });
  }

  /**
   * An Issuer, in the namespace of the exposure or of the gateway.
   *
   * @param name Its name.
   */
  public static ofNamespace(name: string): CertificateIssuer {
    checkObjectName('CertificateIssuer.ofNamespace', 'name of an Issuer', name);
    return new CertificateIssuer(BY_FACTORY, { kind: 'Issuer', name });
  }

  private constructor(key: FactoryKey, private readonly issuer: model.CertificateIssuer) {
    checkFactory(key, CertificateIssuer);
  }

  /** @internal */
  public _toModel(): model.CertificateIssuer {
    return this.issuer;
  }
}

const ISSUER = instanceOf(CertificateIssuer, "a CertificateIssuer, such as `CertificateIssuer.ofCluster('letsencrypt')`");

/**
 * How a gateway speaks TLS with clients.
 *
 * @see https://gateway-api.sigs.k8s.io/guides/tls/
 */
export class ExposureTls {
  /**
   * The gateway opens TLS, with the certificate in a Secret that exists.
   *
   * In Gateway API the Secret may be in another namespace, with a ReferenceGrant beside it; an Ingress refuses that.
   *
   * @param secretName Name of the Secret, of type `kubernetes.io/tls`.
   * @param namespace Its namespace. If left out, that of the exposure or of the gateway.
   */
  public static secret(secretName: string, namespace?: string): ExposureTls {
    return new ExposureTls(BY_FACTORY, { mode: 'terminate', secrets: [secretOf('ExposureTls.secret', secretName, namespace)] });
  }

  /**
   * The gateway opens TLS, with several certificates, of which each client gets one that it understands: of an elliptic curve and of RSA,
   * or for different hosts. Some controllers take few.
   *
   * @param secrets The Secrets that exist, of type `kubernetes.io/tls`. Those in other namespaces get a ReferenceGrant.
   */
  public static secrets(secrets: NamespacedName[]): ExposureTls {
    const where = 'ExposureTls.secrets';
    listOf(NAMESPACED_NAME)(where, 'secrets', secrets);
    checkNotEmpty(where, 'secrets', secrets, 'Name at least one');
    return new ExposureTls(BY_FACTORY, { mode: 'terminate', secrets: secrets.map(({ name, namespace }) => namespacedName(where, 'name of a Secret', { name, namespace })) });
  }

  /**
   * The gateway opens TLS, with a certificate that cert-manager gets for the hostnames and puts into a Secret.
   *
   * That is an annotation on the Gateway, the ListenerSet or the Ingress. cert-manager reads it on Gateways if
   * `config.enableGatewayAPI` is set, and on ListenerSets since 1.20.
   *
   * @param secretName Name of the Secret, in the namespace of the exposure or of the gateway.
   * @param issuer Who signs it.
   * @see https://cert-manager.io/docs/usage/gateway/
   */
  public static certManager(secretName: string, issuer: CertificateIssuer): ExposureTls {
    ISSUER('ExposureTls.certManager', 'issuer', issuer);
    return new ExposureTls(BY_FACTORY, { mode: 'terminate', secrets: [secretOf('ExposureTls.certManager', secretName, undefined)], issuer: issuer._toModel() });
  }

  /**
   * The gateway does not open TLS: the pods speak TLS with the clients themselves. The port has the protocol TLS. An Ingress refuses it.
   */
  public static passthrough(): ExposureTls {
    return new ExposureTls(BY_FACTORY, { mode: 'passthrough' });
  }

  private constructor(key: FactoryKey, private readonly tls: model.Tls) {
    checkFactory(key, ExposureTls);
  }

  /** @internal */
  public _toModel(): model.Tls {
    return this.tls;
  }
}

function secretOf(where: string, name: string, namespace: string | undefined): model.SecretRef {
  return namespacedName(where, 'name of a Secret', { name, namespace });
}

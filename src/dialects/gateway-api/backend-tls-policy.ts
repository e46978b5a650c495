import { API_VERSION } from './apis';
import type { BackendTlsPolicySpec } from '../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import type { BackendTls, ExposureModel } from '../../model/exposure';
import { exposedServices, namespaceOfService } from '../../model/exposure';
import type { Fields } from '../../model/fields';
import { qualified } from '../../model/route';
import type { Manifest, Plain } from '../contract/manifest';

/** The generated type spells one field in another case than the CRD. */
type Spec = Plain<Pick<BackendTlsPolicySpec, 'targetRefs'>> & { readonly validation: object };

type Said = Fields<BackendTls, 'hostname' | 'caConfigMap' | 'subjectAltNames' | 'portName'>;

/**
 * A BackendTLSPolicy for each Service that the rules name, in its namespace and by its name, and that of the port if it is for one: it is for the Service, so every
 * exposure that sends requests there has the same one. Implementations take one target per policy.
 *
 * @see https://gateway-api.sigs.k8s.io/api-types/backendtlspolicy/
 */
export function backendTlsPolicies(model: ExposureModel, backendTls: Said): Manifest[] {
  const { hostname, portName, subjectAltNames } = backendTls;
  const services = new Map(exposedServices(model).map(service => {
    const namespace = namespaceOfService(model, service);
    return [qualified(service.name, namespace), { name: service.name, namespace }];
  }));
  return [...services].sort(([a], [b]) => a < b ? -1 : 1).map(([, { name, namespace }]) => {
    const spec: Spec = {
      targetRefs: [{ group: '', kind: 'Service', name, ...(portName !== undefined && { sectionName: portName }) }],
      validation: { hostname, ...(subjectAltNames.length > 0 && { subjectAltNames: [...subjectAltNames] }), ...trusted(backendTls) },
    };
    return { shared: true, apiVersion: API_VERSION, kind: 'BackendTLSPolicy', metadata: { name: portName === undefined ? name : `${name}-${portName}`, namespace }, spec };
  });
}

/** The certificates of a ConfigMap, or those of the system. */
export function trusted({ caConfigMap }: Pick<BackendTls, 'caConfigMap'>) {
  return caConfigMap === undefined
    ? { wellKnownCACertificates: 'System' }
    : { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: caConfigMap }] };
}

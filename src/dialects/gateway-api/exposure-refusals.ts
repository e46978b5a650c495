import { MAX_HOSTNAMES, MAX_PARENTS } from './apis';
import { httpsPorts } from './exposed-route';
import type { ExposureModel } from '../../model/exposure';
import { certificatesElsewhere, exposedBackends } from '../../model/exposure';
import type { ExposureFeature } from '../../model/features/exposure';
import { EXPOSURE_FEATURES } from '../../model/features/exposure';
import type { RouteFeature } from '../../model/features/route';
import { ROUTE_FEATURES } from '../../model/features/route';
import { flatMap } from '../../model/lists';
import type { RouteModel } from '../../model/route';
import { isService, isXBackend, kindInWords } from '../../model/service-ref';
import type { Refusal } from '../contract/refusal';

/** What cannot be expressed of an exposure, beside the features that Gateway API lacks, and its rules. */
export function exposureRefusals(model: ExposureModel): Refusal<ExposureFeature>[] {
  return [
    ...gatewayRefusals(model),
    ...redirectRefusals(model),
    ...parentRefusals(model),
    ...hostnameRefusals(model),
    ...grantRefusals(model),
    ...tlsRefusals(model),
  ];
}

/** What clients speak with the listeners; unknown if the listeners exist already. */
export function schemeOf({ gateways, tls }: ExposureModel): 'http' | 'https' | undefined {
  return gateways.some(({ kind }) => kind === 'shared') ? undefined : tls === undefined ? 'http' : 'https';
}

function gatewayRefusals({ gateways, tls, redirectHttp }: ExposureModel): Refusal<ExposureFeature>[] {
  return gateways.length === 0 ? [{
    what: 'an exposure without a gateway',
    reason: 'a route needs a Gateway as its parent',
    remedy: "Give it `gateway: ExposureGateway.own({ className: '…' })`, or ExposureGateway.shared('…')",
  }] : flatMap(gateways, gateway => {
    const refusals: Refusal<ExposureFeature>[] = [];
    if (gateway.kind === 'shared' && tls?.mode === 'terminate') {
      refusals.push({
        feature: 'TLSTermination',
        reason: `certificates stand on the listeners of Gateway '${gateway.name}', which exists`,
        remedy: 'Leave out `tls`, or use ExposureGateway.listenerSet for listeners of its own',
      });
    }
    if (gateway.kind === 'shared' && redirectHttp && (gateway.sectionName === undefined || gateway.httpSectionName === undefined)) {
      refusals.push({
        feature: 'HTTPSRedirect',
        reason: `the listeners of Gateway '${gateway.name}' for HTTPS and HTTP are not known`,
        remedy: 'Give ExposureGateway.shared its `sectionName` and `httpSectionName`',
      });
    }
    return refusals;
  });
}

/** A redirect leads to one port. */
function redirectRefusals(model: ExposureModel): Refusal<ExposureFeature>[] {
  const ports = httpsPorts(model);
  return !model.redirectHttp || ports.length <= 1 ? [] : [{
    feature: 'HTTPSRedirect',
    reason: `HTTPS comes on the ports ${ports.join(' and ')}, and a redirect leads to one of them`,
    remedy: 'Write an exposure for each',
  }];
}

/** Each listener of its own is a parent. */
function parentRefusals({ gateways, hostnames }: ExposureModel): Refusal<ExposureFeature>[] {
  const parents = gateways.reduce((sum, { kind }) => sum + (kind === 'shared' ? 1 : Math.max(1, hostnames.length)), 0);
  return parents <= MAX_PARENTS ? [] : [{
    what: `${parents} listeners for one route`,
    reason: `the CRDs of routes allow ${MAX_PARENTS}`,
    remedy: 'Write several exposures',
  }];
}

function hostnameRefusals({ hostnames }: ExposureModel): Refusal<ExposureFeature>[] {
  return hostnames.length <= MAX_HOSTNAMES ? [] : [{
    what: `${hostnames.length} hostnames`,
    reason: `the CRDs of routes allow ${MAX_HOSTNAMES}`,
    remedy: 'Write several exposures',
  }];
}

function grantRefusals(model: ExposureModel): Refusal<ExposureFeature>[] {
  const { namespace }: RouteModel = model.route;
  return namespace !== undefined || certificatesElsewhere(model).length === 0 ? [] : [{
    feature: 'CertificateReferenceGrant',
    reason: 'a ReferenceGrant names the namespace of the gateway, which is unknown',
    remedy: 'Give the chart its `namespace`',
  }];
}

function tlsRefusals(model: ExposureModel): Refusal<ExposureFeature>[] {
  const other = model.backendTls === undefined ? undefined : exposedBackends(model).find(backend => !isService(backend));
  return other === undefined ? [] : [{
    feature: 'BackendTLSPolicy',
    ...isXBackend(other) ? { reason: `no BackendTLSPolicy is for '${other.name}': an XBackend has \`tls\` of its own`, remedy: 'Leave it out, or send these requests by an exposure of their own' }
      : { reason: `whether a BackendTLSPolicy may be for ${kindInWords(other)} '${other.name}' is left to implementations`, remedy: 'Leave it out, or expose a Service' },
  }];
}

/** A refusal of a route, as one of an exposure. */
export function ofExposure(refusal: Refusal<RouteFeature>): Refusal<ExposureFeature> {
  const { feature, what, ...others } = refusal;
  if (feature === undefined) {
    return { ...others, what: refusal.what };
  }
  const words = what ?? ROUTE_FEATURES[feature];
  return !isExposed(feature) ? { ...others, what: words } : what === undefined ? { ...others, feature } : { ...others, feature, what };
}

function isExposed(feature: RouteFeature): feature is RouteFeature & ExposureFeature {
  return feature in EXPOSURE_FEATURES;
}

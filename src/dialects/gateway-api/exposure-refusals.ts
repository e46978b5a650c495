import { MAX_HOSTNAMES } from './apis';
import type { ExposureModel } from '../../model/exposure';
import { certificatesElsewhere } from '../../model/exposure';
import type { ExposureFeature } from '../../model/features/exposure';
import { EXPOSURE_FEATURES } from '../../model/features/exposure';
import type { RouteFeature } from '../../model/features/route';
import { ROUTE_FEATURES } from '../../model/features/route';
import type { RouteModel } from '../../model/route';
import type { Refusal } from '../contract/refusal';

/** What cannot be expressed of an exposure, beside the features that Gateway API lacks, and its rules. */
export function exposureRefusals(model: ExposureModel): Refusal<ExposureFeature>[] {
  return [...gatewayRefusals(model), ...hostnameRefusals(model), ...grantRefusals(model)];
}

/** What clients speak with the listeners; unknown if the listeners exist already. */
export function schemeOf({ gateway, tls }: ExposureModel): 'http' | 'https' | undefined {
  return gateway?.kind === 'shared' ? undefined : tls === undefined ? 'http' : 'https';
}

function gatewayRefusals({ gateway, tls, redirectHttp }: ExposureModel): Refusal<ExposureFeature>[] {
  switch (gateway?.kind) {
    case undefined: return [{
      what: 'an exposure without a gateway',
      reason: 'a route needs a Gateway as its parent',
      remedy: "Give it `gateway: ExposureGateway.own({ className: '…' })`, or ExposureGateway.shared('…')",
    }];
    case 'shared': {
      const refusals: Refusal<ExposureFeature>[] = [];
      if (tls?.mode === 'terminate') {
        refusals.push({
          feature: 'TLSTermination',
          reason: `certificates stand on the listeners of Gateway '${gateway.name}', which exists`,
          remedy: 'Leave out `tls`, or use ExposureGateway.listenerSet for listeners of its own',
        });
      }
      if (redirectHttp && (gateway.sectionName === undefined || gateway.httpSectionName === undefined)) {
        refusals.push({
          feature: 'HTTPSRedirect',
          reason: `the listeners of Gateway '${gateway.name}' for HTTPS and HTTP are not known`,
          remedy: 'Give ExposureGateway.shared its `sectionName` and `httpSectionName`',
        });
      }
      return refusals;
    }
    default: return [];
  }
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

import { ingress, pathConditions } from './ingress';
import type { ExposureModel } from '../../model/exposure';
import { exposedPort } from '../../model/exposure';
import type { ExposureFeature } from '../../model/features/exposure';
import { HANDLING_FEATURES } from '../../model/features/handling';
import { RULE_DETAILS } from '../../model/features/route';
import { flatMap } from '../../model/lists';
import type { PathCondition } from '../../model/path';
import { intersectPaths } from '../../model/path';
import { ruleNumber } from '../../model/route';
import type { RequestsClaim } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { A_SERVICE_EACH, FULL, inherent, none, noneOf, partial } from '../contract/support';

const pathsOnly = none('an Ingress tells requests apart by exact paths and path prefixes only');
const noField = 'an Ingress has no field for it; its controllers have annotations of their own';
const itsGateway = inherent('the controller of the class is the gateway');

/**
 * One Ingress without annotations, which every controller reads alike.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/
 */
export function ingressExposure(className: string): Dialect<ExposureModel, ExposureFeature> {
  return {
    renders: 'an Ingress, for HTTP by exact paths and path prefixes with one backend each, and for TLS',
    supports: {
      Gateway: itsGateway,
      SharedGateway: none('the listeners of a Gateway say whether there is TLS, and an Ingress has no such listeners'),
      ListenerSet: itsGateway,
      HTTPRouteParentRefPort: none('an Ingress has no such listeners'),
      SeveralGateways: none('an Ingress has one class', 'Write an exposure for each'),
      Hostnames: FULL,
      WildcardHostnames: none('a wildcard of an Ingress stands for one label, and that of an exposure for any number'),
      TLSTermination: FULL,
      SeveralCertificates: none('the hosts of an Ingress have one certificate', 'Write an exposure for each'),
      CertificateReferenceGrant: none('the certificate of an Ingress is in its own namespace'),
      CertificateIssuer: FULL,
      HTTPSRedirect: none(noField),
      BackendTLSPolicy: none(noField),
      BackendTLSPolicySANValidation: none(noField),
      BackendTLSPolicyOfPort: none(noField),
      TCPExposure: none('an Ingress is for HTTP'),
      UDPExposure: none('an Ingress is for HTTP'),
      TLSRouteModeTerminate: none('an Ingress is for HTTP'),
      HTTPRoute: FULL,
      GRPCRoute: none(noField),
      TLSRoute: none('an Ingress is for HTTP'),
      SubsetBackends: none('the backends of an Ingress are Services', A_SERVICE_EACH),
      WeightedBackends: none('a path of an Ingress has one backend'),
      OrderedRules: partial('by paths, of which the longest wins'),
      PathMatching: FULL,
      PathBelowMatching: none('an Ingress ignores the slash at the end of a prefix'),
      PathStartMatching: none('the prefixes of an Ingress go by the elements of the path'),
      PathEndMatching: pathsOnly,
      PathTemplateMatching: pathsOnly,
      PathRegexMatching: pathsOnly,
      HeaderMatching: pathsOnly,
      HeaderPresenceMatching: pathsOnly,
      HeaderPartMatching: pathsOnly,
      HeaderRegexMatching: pathsOnly,
      HTTPRouteMethodMatching: pathsOnly,
      HTTPRouteQueryParamMatching: pathsOnly,
      GRPCMethodMatching: pathsOnly,
      GRPCAnyServiceMatching: pathsOnly,
      HostMatching: pathsOnly,
      ReferenceGrant: none('the backends of an Ingress are in its own namespace'),
      ...noneOf({ ...RULE_DETAILS, ...HANDLING_FEATURES }, noField),
    },
    claims: model => requestsClaims(className, model),
    render: model => renderUnless(orderRefusals(model), () => [ingress(className, model)]),
  };
}

function requestsClaims(className: string, model: ExposureModel): RequestsClaim[] {
  const matches = flatMap(exposedPort(model).rules, rule => rule.matches.length === 0 ? [{ methods: [], headers: [], query: [] }] : rule.matches);
  const hosts = model.hostnames.length === 0 ? [undefined] : model.hostnames;
  return hosts.map(host => ({
    by: 'requests',
    of: { type: 'ingressClass', host, className },
    kind: 'Ingress',
    matches,
    contested: other => contested(matches, other),
  }));
}

function contested(matches: RequestsClaim['matches'], other: RequestsClaim): string | undefined {
  const key = ({ type, value }: PathCondition) => `${type === 'prefix' ? 'path prefix' : 'path'} '${value}'`;
  const keys = (all: RequestsClaim['matches']) => all.map(({ path }) => key(path ?? { type: 'prefix', value: '/' }));
  const same = keys(matches).find(path => keys(other.matches).includes(path));
  return same === undefined ? undefined : `both have the ${same}`;
}

/** The longest path wins, so a rule for less has to come before one for more. */
function orderRefusals(model: ExposureModel): Refusal<ExposureFeature>[] {
  const { port, rules } = exposedPort(model);
  return flatMap(rules, (rule, later) => flatMap(rules.slice(0, later), (earlier, i) =>
    pathConditions(rule).some(path => pathConditions(earlier).some(wider => includesPaths(wider, path))) ? [{
      feature: 'OrderedRules' as const,
      port,
      ruleIndex: later,
      reason: `rule ${ruleNumber(rules, i)} comes first and takes some of its paths, but an Ingress gives them to the longest path`,
      remedy: 'Put longer paths first',
    }] : []));
}

function includesPaths(wide: PathCondition, narrow: PathCondition): boolean {
  const common = intersectPaths(wide, narrow);
  return typeof common === 'object' && common.type === narrow.type && common.value === narrow.value;
}

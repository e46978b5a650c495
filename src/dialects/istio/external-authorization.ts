import { authorizationPolicy, policyRules } from './authorization-policy';
import type { IstioOptions } from './options';
import { rootNamespaceOf, trustDomainOf } from './options';
import { isEvadable } from './paths';
import { limitRefusals, valueRefusals } from './refusals';
import { selectionRefusals } from './workload';
import type { AccessRule } from '../../model/access';
import type { ExternalAuthorizationModel } from '../../model/external-authorization';
import type { ExternalAuthorizationFeature } from '../../model/features/external-authorization';
import type { Every, Fields } from '../../model/fields';
import { flatMap } from '../../model/lists';
import { stated } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { knownLabels, knownNumber } from '../contract/known';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import type { Support } from '../contract/support';
import { FULL, full, inherent, none } from '../contract/support';

type Written = Fields<ExternalAuthorizationModel, 'name' | 'namespace' | 'workload' | 'authorizer' | 'ports' | 'requests' | 'exceptRequests'>;

/** Names by which a proxy finds the answers of a provider. */
const PROVIDER_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

const SUPPORTS: Readonly<Record<ExternalAuthorizationFeature, Support>> = {
  WorkloadAuthorization: full('an `extensionProvider` of the MeshConfig, by its name'),
  PodsAuthorization: inherent('an AuthorizationPolicy selects pods, whether a Service does or not'),
  SubsetAuthorization: FULL,
  UndeclaredPort: FULL,
  NamedPort: none('an AuthorizationPolicy knows ports by their numbers; give the port of the MeshService its number, `targetPort: 8080`, or create the workload before the MeshService'),
  ExceptRequests: full('`notPaths`, `notMethods` and `notValues`'),
  MethodMatching: FULL,
  PathMatching: FULL,
  PathBelowMatching: full('a prefix that ends with a slash'),
  PathStartMatching: full('a prefix'),
  PathEndMatching: full('a suffix'),
  PathTemplateMatching: none("the proxy takes no '[' for part of an element in braces, and a server may answer such paths all the same", 'Ask about all that is below the elements before the first one in braces'),
  PathRegexMatching: none('the paths of an AuthorizationPolicy are exact, prefixes, suffixes or templates'),
  HeaderMatching: FULL,
  HeaderPresenceMatching: FULL,
  HeaderPartMatching: FULL,
  HeaderRegexMatching: none('the header values of an AuthorizationPolicy are exact, prefixes or suffixes'),
  QueryParamMatching: none('an AuthorizationPolicy has no conditions on the query'),
  GRPCMethodMatching: FULL,
  GRPCAnyServiceMatching: none('a proxy finds the method of any service by a template, which a path may get around'),
};

/**
 * An AuthorizationPolicy of action CUSTOM, which has the proxy ask a provider of the MeshConfig about each request that its rules match. Where
 * the proxy hears no HTTP, it asks providers that speak HTTP about nothing, and lets the bytes pass: so a denial of what is no HTTP stands
 * beside it.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-custom/
 */
export function istioExternalAuthorization(options: IstioOptions): Dialect<ExternalAuthorizationModel, ExternalAuthorizationFeature> {
  return {
    renders: 'an AuthorizationPolicy of action CUSTOM, and one that denies what is no HTTP on the same ports',
    supports: SUPPORTS,
    // The proxy asks one provider for a workload, and denies whatever several are to be asked about.
    claims: ({ namespace, workload, authorizer }) => stated('authorizer', { namespace, workload }, [authorizer]),
    render: model => {
      const { name, namespace, workload, authorizer, ports }: Written = model;
      const asked = askedRule(model);
      return renderUnless(refusals(model, asked, options), () => {
        const pods = { selector: { matchLabels: knownLabels(workload) } };
        const numbers = ports.map(knownNumber);
        return [
          authorizationPolicy({ name, namespace }, { ...pods, provider: { name: authorizer } }, policyRules(asked, numbers, trustDomainOf(options), 'CUSTOM'), 'CUSTOM'),
          authorizationPolicy({ name: `${name}-no-http`, namespace }, pods, [NO_HTTP(numbers)], 'DENY'),
        ];
      });
    },
  };
}

/** No request is without a method. Where no HTTP is spoken, a denial has no conditions on requests, and the ports are left. */
const NO_HTTP = (ports: readonly number[]) => ({ to: [{ operation: { ports: ports.map(String), notMethods: ['*'] } }] });

function askedRule({ ports, requests, exceptRequests }: ExternalAuthorizationModel): Every<AccessRule> {
  return { sources: [{ kind: 'anyone' }], exceptSources: [], ports, requests, exceptRequests, endUsers: [], byAddress: undefined };
}

function refusals(
  { namespace, workload, authorizer, requests }: ExternalAuthorizationModel, asked: AccessRule, options: IstioOptions,
): Refusal<ExternalAuthorizationFeature>[] {
  return [
    ...selectionRefusals<ExternalAuthorizationFeature>('an AuthorizationPolicy', { namespace, workload }, rootNamespaceOf(options)),
    ...valueRefusals([asked]),
    ...limitRefusals({ denials: [asked], rules: [] }),
    ...flatMap(requests, ({ path }) => path === undefined || !isEvadable(path) ? [] : [{
      what: `an authorizer for paths that end with '${path.value}'`,
      reason: 'Istio compares slashes in a row as they are, and a server may take several for one: nobody would be asked about them',
      remedy: 'Ask about an end that has a slash at its start only, or about all paths',
    }]),
    ...PROVIDER_NAME.test(authorizer) ? [] : [{
      what: `an authorizer of the name '${authorizer}'`,
      reason: 'Istio takes names of lower-case letters, digits and dashes, of 63 characters at most, and denies what others are to be asked about',
      remedy: 'Give the `extensionProvider` of the MeshConfig such a name',
    }],
  ];
}

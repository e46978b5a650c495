import { CONSUL_API_VERSION } from './apis';
import { consulService } from './services';
import type { JwtProviderSpec, JwtProviderSpecLocations } from '../../../imports/consul/consul.hashicorp.com';
import type { AccessModel } from '../../model/access';
import { byKind } from '../../model/by-kind';
import type { JwtAuthenticationFeature } from '../../model/features/jwt-authentication';
import type { Fields } from '../../model/fields';
import { shortHash } from '../../model/hash';
import type { JwtAuthenticationModel, TokenIssuer, TokenKeys, TokenLocation } from '../../model/jwt-authentication';
import { claim } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { knownService } from '../contract/known';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { FULL, full, none } from '../contract/support';
import { issuerClaims } from '../contract/token-issuers';
import { refused } from '../contract/unwritten';
import type { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';
import { keptCookies } from '../proxies/kept-cookies';

/** The name of the JWTProvider for an issuer. */
export type Providers = (issuer: string) => string;

/** There is one JWTProvider of a name in an admin partition, so those of a workload have names of their own. */
export function providersOf({ namespace, destination: { service = refused() } }: Pick<AccessModel, 'namespace' | 'destination'>): Providers {
  return issuer => providerName(service, namespace, issuer);
}

function providerName(service: string, namespace: string, issuer: string): string {
  return `${service}-${namespace}-${shortHash([service, namespace, issuer])}`;
}

/**
 * One JWTProvider for each issuer. Nobody is asked for a token by it: intentions name it.
 *
 * @see https://developer.hashicorp.com/consul/docs/reference/config-entry/jwt-provider
 */
export function consulJwtAuthentication(namespaces: ConsulNamespaces): Dialect<JwtAuthenticationModel, JwtAuthenticationFeature> {
  const keysByName = (reason: string) => none(reason, 'Write the public keys as they are: `jwks`');
  return {
    renders: 'a JWTProvider for each issuer, which intentions name; a token that is not valid is no token there',
    supports: {
      WorkloadTokens: full('a JWTProvider that only the intentions of the workload name'),
      PodsTokens: none('an intention is for a service of Consul, and pods without a Service are none'),
      GatewayTokens: none('the JWTProviders of a gateway are named by objects of Consul for gateways, which are not written'),
      WaypointTokens: none('Consul has no waypoints'),
      SubsetTokens: none('an intention holds for the whole service, whichever of its pods answer'),
      TokenKeysByDiscovery: keysByName('Consul reads no discovery documents'),
      TokenKeysByUri: keysByName('the proxies of Consul do not look whether the server of the keys is the one that the URI names'),
      InlineTokenKeys: full('`jsonWebKeySet.local`'),
      TokenAudiences: FULL,
      TokenLocations: full('`locations`'),
      TokenForwarding: full('`forward` of headers'),
    },
    claims: model => {
      const { namespace, workload: { service } } = model;
      return service === undefined ? [] : [claim('tokens', consulService(service, namespace, namespaces)), ...issuerClaims(model, { service })];
    },
    render: model => renderUnless([...refusals(model), ...keptCookies(model)], () => model.issuers.map(issuer => jwtProvider(model, issuer))),
  };
}

/** Nobody else's intentions name it, so nothing is to be said of the pods. The base name is not used: see `providerName`. */
function jwtProvider(
  { namespace, workload }: Fields<JwtAuthenticationModel, 'namespace' | 'workload', 'name' | 'issuers'>,
  { issuer, keys, audiences, locations, forward }: Fields<TokenIssuer, 'issuer' | 'keys' | 'audiences' | 'locations' | 'forward'>,
): Manifest {
  const found = forward && locations.length === 0 ? USUAL_LOCATIONS : locations;
  const spec: Plain<JwtProviderSpec> = {
    issuer,
    jsonWebKeySet: { local: { jwks: keysOf(keys) } },
    ...audiences.length > 0 && { audiences: [...audiences] },
    ...found.length > 0 && { locations: found.map(location => locationOf(location, forward)) },
  };
  return { apiVersion: CONSUL_API_VERSION, kind: 'JWTProvider', metadata: { name: providerName(knownService(workload), namespace, issuer), namespace }, spec };
}

/** In base 64, which keeps the key set as it was written. */
const keysOf = byKind<TokenKeys, string>({
  discovery: refused,
  uri: refused,
  inline: ({ jwks }) => Buffer.from(jwks).toString('base64'),
});

/** Where Envoy looks for a token unless told otherwise. */
const USUAL_LOCATIONS: readonly TokenLocation[] = [
  { kind: 'header', name: 'authorization', prefix: 'Bearer ' }, { kind: 'query', name: 'access_token' },
];

const locationOf = byKind<TokenLocation, Plain<JwtProviderSpecLocations>, [boolean]>({
  header: ({ name, prefix }, forward) => ({ header: { name, ...prefix !== undefined && { valuePrefix: prefix }, ...forward && { forward } } }),
  query: ({ name }) => ({ queryParam: { name } }),
  cookie: ({ name }) => ({ cookie: { name } }),
});

/** Only a header says whether tokens are passed on, for all locations. */
function refusals({ issuers }: JwtAuthenticationModel): Refusal<JwtAuthenticationFeature>[] {
  return issuers.filter(({ forward, locations }) => forward && locations.length > 0 && locations.every(({ kind }) => kind !== 'header'))
    .map(({ issuer }) => ({
      what: `tokens of '${issuer}' for the pods, too, that are in no header`,
      reason: 'only a header of a JWTProvider says that tokens are passed on',
      remedy: "Add `TokenLocation.header('Authorization', 'Bearer ')`, or leave out `forwardToken`",
    }));
}

import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { policedGateway, policedWaypoint } from './policed-gateway';
import { checkedPath, GATEWAY, intentProps, WORKLOAD } from './shapes';
import { misuse } from '../errors/misuse';
import { BOOLEAN, instanceOf, listOf, optional, record, TEXT } from '../input/shape';
import type { Every, Fields } from '../model/fields';
import type { JwtAuthenticationModel, TokenIssuer as IssuerModel, TokenKeys, TokenWorkload } from '../model/jwt-authentication';
import { compile } from '../targets/compile';
import { checkTokenText } from '../vocabulary/end-user';
import type { ExposureGateway } from '../vocabulary/exposure-gateway';
import type { MeshWorkload } from '../vocabulary/mesh-workload';
import { checkNotEmpty, checkOneOf } from '../vocabulary/names';
import { TokenLocation } from '../vocabulary/token-location';

/**
 * Who issues tokens to end users.
 */
export interface TokenIssuer {
  /**
   * Its name, exactly as tokens have it in `iss`.
   */
  readonly issuer: string;

  /**
   * Where its keys are: a URI of a JSON Web Key Set. Excludes `jwks`.
   *
   * @default - `jwks`, or else what the OpenID discovery document of the issuer says
   */
  readonly jwksUri?: string;

  /**
   * Its public keys, as a JSON Web Key Set in JSON. Excludes `jwksUri`. No target reads them from a Secret, and there is nothing secret in them.
   *
   * @default - see `jwksUri`
   */
  readonly jwks?: string;

  /**
   * For whom tokens have to be, any of these: their `aud`, whether with `https://` and a slash at the end or without. A token for others is
   * not valid here.
   *
   * @default - anyone
   */
  readonly audiences?: string[];

  /**
   * Where requests have their token.
   *
   * @default - the header `Authorization: Bearer …`, or the parameter `access_token` of the query
   */
  readonly locations?: TokenLocation[];

  /**
   * Whether the pods get the token, too. Where it may be in a cookie, it has to be so: proxies take no token out of one.
   *
   * @default false
   */
  readonly forwardToken?: boolean;
}

/**
 * Properties of `JwtAuthentication`.
 */
export interface JwtAuthenticationProps extends MeshIntentProps {
  /**
   * The workload that gets the requests: a Service, or pods. Excludes `gateway` and `waypoint`.
   *
   * @default - see `gateway`
   */
  readonly workload?: MeshWorkload;

  /**
   * The gateway that passes on the requests: `ExposureGateway.shared('public', 'infra', { className: 'istio' })`, or the `gateway` of an exposure.
   * Who may send them says a `GatewayAccessPolicy`. Excludes `workload` and `waypoint`.
   *
   * @default - see `waypoint`
   */
  readonly gateway?: ExposureGateway;

  /**
   * Name of the Gateway of a whole waypoint, in the namespace of the construct. Excludes `workload` and `gateway`.
   *
   * @default - see `workload`
   */
  readonly waypoint?: string;

  /**
   * Whose tokens count.
   */
  readonly issuers: TokenIssuer[];
}

const PROPS = intentProps<JwtAuthenticationProps>({
  workload: optional(WORKLOAD),
  gateway: optional(GATEWAY),
  waypoint: optional(TEXT),
  issuers: listOf(record<TokenIssuer>({
    issuer: TEXT,
    jwksUri: optional(TEXT),
    jwks: optional(TEXT),
    audiences: optional(listOf(TEXT)),
    locations: optional(listOf(instanceOf(TokenLocation, "a TokenLocation, such as `TokenLocation.cookie('session')`"))),
    forwardToken: optional(BOOLEAN),
  })),
});

/**
 * Whose tokens prove who sends a request to a workload, or through a gateway.
 *
 * Alone it keeps nobody out: a request without a token is let in as before, and only one with a token that is not valid may be denied. Who
 * may send requests says a `ServiceAccessPolicy`, or a `GatewayAccessPolicy`, with `endUsers`.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/jwt-authentication.md#what-each-target-renders
 * @see https://istio.io/latest/docs/reference/config/security/request_authentication/
 * @example
 * import { EndUser, HttpMatch, Identity, JwtAuthentication, MeshService, ServiceAccessPolicy, StringMatch } from 'cdk8s-mesh';
 *
 * const cart = MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' } });
 * const issuer = 'https://login.example.com';
 *
 * new JwtAuthentication(chart, 'cart-tokens', {
 *   workload: cart,
 *   issuers: [{ issuer, jwksUri: `${issuer}/keys.json`, audiences: ['shop'] }],
 * });
 *
 * new ServiceAccessPolicy(chart, 'cart-access', {
 *   destination: cart,
 *   allow: [
 *     { sources: [Identity.serviceAccount('web')], endUsers: [EndUser.of({ issuer })], requests: [HttpMatch.of({ methods: ['GET'] })] },
 *     {
 *       sources: [Identity.serviceAccount('web')],
 *       endUsers: [EndUser.of({ issuer, claims: [{ path: ['groups'], values: [StringMatch.exact('admin')] }] })],
 *     },
 *   ],
 * });
 */
export class JwtAuthentication extends MeshIntent {
  constructor(scope: Construct, id: string, props: JwtAuthenticationProps) {
    const path = checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { workload, gateway, waypoint, issuers }: Own = props;
    const one = checkOneOf(path, { workload, gateway, waypoint }, 'MESH1511', 'it is said of nothing whose tokens count there',
      'Give a `workload`, a `gateway`, or the name of a `waypoint`');
    const at = one.gateway !== undefined ? policedGateway(path, one.gateway)
      : one.waypoint !== undefined ? policedWaypoint(path, one.waypoint) : undefined;
    checkNotEmpty(path, 'issuers', issuers, 'Name an issuer, or leave out the construct');
    const all = issuers.map(issuer => issuerOf(path, issuer)).sort((a, b) => a.issuer < b.issuer ? -1 : 1);
    const twice = all.find(({ issuer }, i) => i > 0 && all[i - 1].issuer === issuer);
    if (twice !== undefined) {
      throw misuse('MESH1123', path, `the issuer '${twice.issuer}' is given twice`, 'Give it once, with all its `audiences`');
    }
    const model: Every<JwtAuthenticationModel> = {
      name: this._name,
      namespace: this._namespaceOf(one.workload ?? at),
      workload: one.workload !== undefined ? workloadOf(one.workload) : { ...NO_WORKLOAD, gateway: at?.gateway },
      issuers: all,
    };
    this._render(target => compile('jwtAuthentication', target, model));
  }
}

type Own = Fields<JwtAuthenticationProps, 'workload' | 'gateway' | 'waypoint' | 'issuers', keyof MeshIntentProps>;

const NO_WORKLOAD: Every<TokenWorkload> = { gateway: undefined, service: undefined, podSelector: undefined, subset: undefined, facts: undefined };

function workloadOf({ _service: service, podSelector, _subset: subset, _facts: facts }: MeshWorkload): Every<TokenWorkload> {
  return { gateway: undefined, service, podSelector, subset, facts };
}

type Given = Fields<TokenIssuer, 'issuer' | 'jwksUri' | 'jwks' | 'audiences' | 'locations' | 'forwardToken'>;

function issuerOf(path: string, given: TokenIssuer): Every<IssuerModel> {
  const { issuer, audiences, locations, forwardToken = false }: Given = given;
  checkNotEmpty(path, 'audiences', audiences, 'Leave it out for tokens for anyone');
  checkNotEmpty(path, 'locations', locations, 'Leave it out for where tokens usually are');
  return {
    issuer: checkTokenText(path, 'issuer', issuer),
    keys: keysOf(path, given),
    audiences: (audiences ?? []).map(audience => checkTokenText(path, 'audience', audience)).sort(),
    locations: (locations ?? []).map(location => location._toModel()),
    forward: forwardToken,
  };
}

function keysOf(path: string, { jwksUri: uri, jwks }: TokenIssuer): TokenKeys {
  if (uri !== undefined && jwks !== undefined) {
    throw misuse('MESH1005', path, '`jwksUri` and `jwks` exclude each other', 'Give one of them');
  }
  if (uri !== undefined && !/^https?:\/\/[^\s/]+[^\s]*$/.test(uri)) {
    throw misuse('MESH1123', path, `'${uri}' is not the URI of keys`, "Write it in full, like 'https://login.example.com/keys.json'");
  }
  const keySet = jwks === undefined ? undefined : keySetIn(jwks);
  if (jwks !== undefined && keySet === undefined) {
    throw misuse('MESH1123', path, '`jwks` is not a JSON Web Key Set', 'Write `JSON.stringify({ keys: [key] })`, with the public keys themselves: no target reads them from a Secret');
  }
  return uri !== undefined ? { kind: 'uri', uri } : keySet !== undefined ? { kind: 'inline', jwks: keySet } : { kind: 'discovery' };
}

/** What of a key is no public part of it (RFC 7518, section 6). */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** The key set as it was read, so that nothing is written that was not looked at: a text may have a name twice. */
function keySetIn(text: string): string | undefined {
  try {
    const set = JSON.parse(text) as { readonly keys?: unknown };
    const isPublic = (key: any) => typeof key?.kty === 'string' && PRIVATE.every(part => key[part] === undefined);
    return Array.isArray(set?.keys) && set.keys.length > 0 && set.keys.every(isPublic) ? JSON.stringify(set) : undefined;
  } catch {
    return undefined;
  }
}

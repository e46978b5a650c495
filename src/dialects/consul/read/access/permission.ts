import type { Fields } from '../../../../manifests/fields';
import { allOf, type Condition, noneOf } from '../../../../meaning/condition';
import { ANYTHING, exactly, ofAnyCase, oneOf, prefix, regex, suffix, type Text } from '../../../../meaning/text';

export type Action = 'allow' | 'deny';

export function actionOf(field: Fields): Action | undefined {
  const action = field.text();
  return action === 'allow' || action === 'deny' || action === undefined ? action : field.doubt('it is not known here');
}

/** What becomes of some requests. */
export interface Permission {
  readonly action?: Action;
  readonly when: Condition;
  /** The token that is demanded, of one of these. Absent where none is. */
  readonly providers?: readonly WantedToken[];
}

export interface WantedToken {
  readonly provider: string;
  readonly claims: readonly { readonly path: readonly string[]; readonly value: string }[];
  readonly fields: Fields;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE'];

export function permissionsOf(fields: Fields): Permission[] {
  return fields.items().map(permission => {
    const action = actionOf(permission.field('action'));
    if (action === undefined) permission.doubt('it says no action');
    const jwt = permission.field('jwt');
    const providers = jwt.isSaid ? jwt.field('providers').items().map(wanted) : undefined;
    const when = requestsOf(permission.field('http'));
    if (when.type === 'all' && when.of.length === 0) permission.doubt('Consul refuses a permission without a condition on requests');
    return { when, ...(action !== undefined && { action }), ...(providers !== undefined && { providers }) };
  });
}

function wanted(fields: Fields): WantedToken {
  const claims = fields.field('verifyClaims').items().map(claim => ({
    path: claim.field('path').items().flatMap(name => name.text() ?? []), value: claim.field('value').text() ?? '',
  }));
  return { provider: fields.field('name').text() ?? '', claims, fields };
}

const PATHS: Readonly<Record<string, (value: string) => Text>> = { pathExact: exactly, pathPrefix: prefix, pathRegex: regex };
const VALUES: Readonly<Record<string, (value: string) => Text>> = { exact: exactly, prefix, suffix, regex };

const OF_ANY_CASE: typeof PATHS = {
  pathExact: value => ofAnyCase({ type: 'exact', value }), pathPrefix: value => ofAnyCase({ type: 'prefix', value }), pathRegex: regex,
};

/** All of its conditions hold (hashicorp/consul `agent/xds/rbac.go`, `convertPermission`). */
export function requestsOf(http: Fields, ignoresCase = false): Condition {
  const paths = Object.entries(ignoresCase ? OF_ANY_CASE : PATHS).flatMap(([name, text]): Condition[] => {
    const value = http.field(name).text();
    return value === undefined || value === '' ? [] : [{ type: 'path', is: text(value) }];
  });
  if (paths.length > 1) http.doubt('Consul refuses several conditions on the path');
  const methods = http.field('methods').items().map(method => method.text());
  if (methods.some(method => method === undefined || !METHODS.includes(method))) http.field('methods').doubt('Consul refuses such a method');
  const known = methods.flatMap(method => method === undefined ? [] : exactly(method));
  return allOf(...paths, ...known.length === 0 ? [] : [{ type: 'method' as const, is: oneOf(known) }], ...http.field('header').items().map(headerOf));
}

/** A header that is not there has no value, and so none that is another one (`HeaderUtility::matchHeaders` of Envoy). */
function headerOf(header: Fields): Condition {
  const name = header.field('name').text() ?? header.doubt('it says no name') ?? '';
  const isPresent = header.field('present').take() === true;
  const texts = Object.entries(VALUES).flatMap(([field, text]): Text[] => {
    const value = header.field(field).text();
    return value === undefined || value === '' ? [] : [text(value)];
  });
  if (texts.length + (isPresent ? 1 : 0) !== 1) header.doubt('Consul wants one condition on a header');
  const [is = ANYTHING] = texts;
  const of = (text: Text): Condition => ({ type: 'header', name: name.toLowerCase(), is: text });
  if (header.field('invert').take() !== true) return of(is);
  return isPresent ? noneOf(of(ANYTHING)) : of({ type: 'not', of: is });
}

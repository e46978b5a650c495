import { isIP } from 'node:net';
import type { FieldPlace, Fields } from '../../../../manifests/fields';
import type { Doubt } from '../../../../meaning/condition';

/** What a rule asks of one thing: that it is one of some values, and none of others. */
export interface Term {
  readonly of: Subject;
  /** With none, anything. */
  readonly values: readonly Value[];
  readonly notValues: readonly Value[];
  readonly place: FieldPlace;
}

/** A Doubt where it is not understood. */
export type Value = string | Doubt;

/** What is asked about. */
export type Subject =
  | { readonly type: PlainSubject }
  | { readonly type: 'header'; readonly name: string }
  | { readonly type: 'claim'; readonly path: readonly string[] }
  | Doubt;

type PlainSubject =
  | 'principal' | 'namespace' | 'serviceAccount' | 'trustDomain' | 'address' | 'remoteAddress' | 'requestPrincipal'
  | 'host' | 'method' | 'path' | 'port' | 'destinationAddress' | 'serverName';

export type SubjectType = Exclude<Subject['type'], 'unknown'>;

const SOURCE: Readonly<Record<string, PlainSubject>> = {
  principals: 'principal',
  namespaces: 'namespace',
  serviceAccounts: 'serviceAccount',
  trustDomains: 'trustDomain',
  ipBlocks: 'address',
  remoteIpBlocks: 'remoteAddress',
  requestPrincipals: 'requestPrincipal',
};

const OPERATION: Readonly<Record<string, PlainSubject>> = { hosts: 'host', methods: 'method', paths: 'path', ports: 'port' };

const KEYS: Readonly<Record<string, Subject>> = {
  'source.principal': { type: 'principal' },
  'source.namespace': { type: 'namespace' },
  'source.serviceAccount': { type: 'serviceAccount' },
  'source.trustDomain': { type: 'trustDomain' },
  'source.ip': { type: 'address' },
  'remote.ip': { type: 'remoteAddress' },
  'request.auth.principal': { type: 'requestPrincipal' },
  'request.auth.audiences': { type: 'claim', path: ['aud'] },
  'request.auth.presenter': { type: 'claim', path: ['azp'] },
  'destination.port': { type: 'port' },
  'destination.ip': { type: 'destinationAddress' },
  'connection.sni': { type: 'serverName' },
};

/** The terms of a `source`. */
export function sourceTerms(fields: Fields): readonly Term[] {
  return termsOf(fields, SOURCE);
}

/** The terms of an `operation`. */
export function operationTerms(fields: Fields): readonly Term[] {
  return termsOf(fields, OPERATION);
}

function termsOf(fields: Fields, names: Readonly<Record<string, PlainSubject>>): Term[] {
  const terms = Object.entries(names).flatMap(([name, type]): Term[] => {
    const negated = fields.field(`not${name.charAt(0).toUpperCase()}${name.slice(1)}`);
    const field = fields.field(name);
    const [values, notValues] = [field, negated].map(list => valuesOf(list, type));
    return values.length + notValues.length === 0 ? [] : [{ of: { type }, values, notValues, place: (field.isSaid ? field : negated).place }];
  });
  if (terms.length === 0) fields.doubt('Istio refuses a policy that says nothing here');
  return terms;
}

/** A condition of `when`. */
export function conditionTerm(fields: Fields): Term {
  const key = fields.field('key');
  const of = subjectOf(key);
  const [values, notValues] = ['values', 'notValues'].map(name => valuesOf(fields.field(name), of.type));
  if (values.length + notValues.length === 0) fields.doubt('Istio refuses a condition without `values` and `notValues`');
  return { of, values, notValues, place: fields.place };
}

function subjectOf(field: Fields): Subject {
  const key = field.text() ?? '';
  if (Object.hasOwn(KEYS, key)) return KEYS[key];
  const header = /^request\.headers\[([^[\]]+)\]$/.exec(key)?.[1];
  if (header !== undefined) return { type: 'header', name: header.toLowerCase() };
  const claims = /^request\.auth\.claims((?:\[[^[\]]+\])+)$/.exec(key)?.[1];
  if (claims !== undefined) return { type: 'claim', path: [...claims.matchAll(/\[([^\]]+)\]/g)].map(([, name]) => name) };
  field.doubt('it is not known here');
  return notKnown(field);
}

function valuesOf(fields: Fields, type: Subject['type']): Value[] {
  return fields.items().map(item => {
    const value = item.text();
    if (value !== undefined && isValue(type, value)) return value;
    item.doubt('Istio refuses such a value');
    return notKnown(item);
  });
}

/** What the webhook of Istio takes (istio/istio `pkg/config/security/security.go`). */
function isValue(type: Subject['type'], value: string): boolean {
  switch (type) {
    case 'port': return /^[0-9]{1,9}$/.test(value) && Number(value) <= 65535;
    case 'address':
    case 'remoteAddress':
    case 'destinationAddress': return isBlock(value);
    case 'serviceAccount': return /^[^/*]+(?:\/[^/*]+)?$/.test(value);
    case 'trustDomain': return /^(?:\*|\*?[^/*]+|[^/*]+\*)$/.test(value);
    case 'path': return isPath(value);
    default: return value !== '';
  }
}

function isBlock(value: string): boolean {
  const [address, length, ...others] = value.split('/');
  const bits = isIP(address) === 4 ? 32 : 128;
  return isIP(address) !== 0 && others.length === 0 && (length === undefined || (/^(?:0|[1-9][0-9]{0,2})$/.test(length) && Number(length) <= bits));
}

/** Braces are those of templates, and `{**}` is the last of them. */
function isPath(value: string): boolean {
  const parts = value.replace(/^\/+|\/+$/g, '').split('/');
  const templates: readonly string[] = parts.filter(part => part === '{*}' || part === '{**}');
  return value !== '' && templates.slice(0, -1).every(part => part !== '{**}')
    && parts.every(part => templates.includes(part) || (!/[{}]/.test(part) && (templates.length === 0 || /^[a-zA-Z0-9\-._~%!$&'()+,;:@=]+$/.test(part))));
}

function notKnown({ place }: Fields): Doubt {
  return { type: 'unknown', why: 'it is not understood', place };
}

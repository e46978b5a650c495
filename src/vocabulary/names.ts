import { type Code } from '../errors/codes';
import { misuse } from '../errors/misuse';
import { listed } from '../errors/words';
import { NUMBER, TEXT } from '../input/shape';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const KIND = /^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const SERVICE = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** A Service name: an RFC 1035 label, as the API server asks. */
export function checkServiceName(where: string, name: string): void {
  check('MESH1007', where, 'Service name', name, 63, SERVICE, 'a lower case letter, then letters, digits and dashes');
}

/** A namespace: an RFC 1123 label. */
export function checkNamespace(where: string, name: string): void {
  check('MESH1007', where, 'namespace', name, 63, LABEL, 'lower case letters, digits and dashes');
}

/** The name of a cluster; in a cluster mesh it is shorter than elsewhere. */
export function checkClusterName(where: string, name: string, max = 32): void {
  check('MESH1007', where, 'name of a cluster', name, max, LABEL, 'lower case letters, digits and dashes');
}

/** The name of any other object: an RFC 1123 subdomain. */
export function checkObjectName(where: string, what: string, name: string): void {
  check('MESH1007', where, what, name, 253, SUBDOMAIN, DOTTED);
}

/** The kind of an object, as Gateway API takes it. */
export function checkKind(where: string, kind: string): void {
  check('MESH1007', where, 'kind', kind, 63, KIND, 'a letter, then letters, digits and dashes');
}

const DOTTED = 'lower case letters, digits, dashes and dots';

function check(code: Code, where: string, what: string, name: string, max: number, form: Pick<RegExp, 'test'>, words: string): void {
  TEXT(where, what, name);
  if (name.length > max || !form.test(name)) {
    throw misuse(code, where, `'${name}' is not a valid ${what}`, `Use at most ${max} characters: ${words}, ending in a letter or digit`);
  }
}

const LABEL_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Labels, as the API server takes them. */
export function checkLabels(where: string, labels: { readonly [label: string]: string }): void {
  for (const [key, value] of Object.entries(labels)) {
    checkQualifiedName(where, 'label', key);
    if (value !== '' && !LABEL_NAME.test(value)) {
      throw misuse('MESH1008', where, `'${value}' is not a value for label '${key}'`, `Use at most 63 characters: ${LABEL_FORM}`);
    }
  }
}

/** Some pods by their labels, in one namespace, in those with some labels, or in that of whoever speaks of them. */
interface SomePods {
  readonly labels: { readonly [label: string]: string };
  readonly namespace?: string;
  readonly namespaceLabels?: { readonly [label: string]: string };
}

/** Pods that are spoken of by their labels. `all` is what means every pod of a namespace. */
export function checkSomePods(where: string, { labels, namespace, namespaceLabels }: SomePods, all: string): void {
  if (Object.keys(labels).length === 0) {
    throw misuse('MESH1106', where, 'there is no label, so every pod would be meant', `Give at least one label, or use ${all}`);
  }
  if (namespace !== undefined && namespaceLabels !== undefined) {
    throw misuse('MESH1005', where, '`namespace` and `namespaceLabels` exclude each other', 'Give one of them');
  }
  checkLabels(where, labels);
  checkLabels(where, namespaceLabels ?? {});
  if (namespace !== undefined) {
    checkNamespace(where, namespace);
  }
}

const HOSTNAME = { test: (name: string) => SUBDOMAIN.test(name) && hasShortParts(name) && !/^\d+(\.\d+){3}$/.test(name) };

/** The name of a host, as DNS has it. An address is none. */
export function checkHostname(where: string, name: string): string {
  check('MESH1009', where, 'name of a host', name, 253, HOSTNAME,
    `${DOTTED}, at most 63 between two dots, and no address`);
  return name;
}

/** The name of a host, or `*.` and the name of a domain, for all hosts in it. What ends in a number is read as an address. */
export function checkHostPattern(where: string, host: string): string {
  TEXT(where, 'host', host);
  const name = host.replace(/^\*\./, '');
  if (!SUBDOMAIN.test(name) || host.length > 253 || /(^|\.)\d+$/.test(name)) {
    throw misuse('MESH1009', where, `'${host}' is not the name of a host`, "Write it in lower case, like 'api.example.com' or '*.example.com'");
  }
  if (!hasShortParts(name)) {
    throw misuse('MESH1009', where, `'${host}' is not the name of a host: DNS takes at most 63 characters between two dots`, 'Use a shorter name');
  }
  return host;
}

function hasShortParts(name: string): boolean {
  return name.split('.').every(part => part.length <= 63);
}

/** The name of a port of a Service. */
export function checkServicePortName(where: string, name: string): void {
  check('MESH1007', where, 'port name', name, 63, LABEL, 'lower case letters, digits and dashes');
}

const CONTAINER_PORT = { test: (name: string) => LABEL.test(name) && /[a-z]/.test(name) && !name.includes('--') };

/** The name of a port of a container: at most 15 characters, with a letter among them. */
export function checkContainerPortName(where: string, name: string): void {
  check('MESH1007', where, 'name of a container port', name, 15, CONTAINER_PORT, 'lower case letters, digits and single dashes');
}

/** The key of a label or an annotation: a name, after the domain that owns it where there is one. */
export function checkQualifiedName(where: string, what: string, key: string): void {
  checkKey('MESH1008', where, what, key);
  const [name, domain, ...more] = key.split('/').reverse();
  if (!LABEL_NAME.test(name) || more.length > 0) {
    throw misuse('MESH1008', where, `'${key}' is not the name of a ${what}`, `Use at most 63 characters, after a domain and '/' if it has one: ${LABEL_FORM}`);
  }
  if (domain !== undefined) {
    check('MESH1008', where, `domain of a ${what}`, domain, 253, SUBDOMAIN, DOTTED);
  }
}

/** cdk8s does not take an object with one of these keys for data, or drops the key. */
export function checkKey(code: Code, where: string, what: string, key: string): void {
  if (key === 'constructor' || key === '__proto__') {
    throw misuse(code, where, `'${key}' is not the name of a ${what}: JavaScript has another meaning for it, and cdk8s cannot write it`, 'Use another name');
  }
}

const LABEL_FORM = 'letters, digits, dashes, underscores and dots, with a letter or digit at both ends';

/** A port number. */
export function checkPort(where: string, port: number): void {
  NUMBER(where, 'port', port);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw misuse('MESH1010', where, `${port} is not a port number`, 'Use a whole number from 1 to 65535');
  }
}

/** Two properties of which one is given, and the other is not. */
type OneOf<Either> = {
  readonly [Given in keyof Either]: { readonly [Name in keyof Either]: Name extends Given ? NonNullable<Either[Name]> : undefined };
}[keyof Either];

/** Exactly one of several properties is given. `code` and `none` are for the case that none is. */
export function checkOneOf<Either extends object>(where: string, either: Either, code: Code, none: string, remedy: string): OneOf<Required<Either>> {
  const given = Object.entries(either).filter(([, value]) => value !== undefined).map(([name]) => name);
  if (given.length === 0) {
    throw misuse(code, where, none, remedy);
  }
  if (given.length > 1) {
    throw misuse('MESH1005', where, `${listed(given.map(name => `\`${name}\``))} exclude each other`, remedy);
  }
  return either as OneOf<Required<Either>>;
}

/** A list that is given must not be empty. */
export function checkNotEmpty(where: string, prop: string, list: readonly unknown[] | undefined, instead: string): void {
  if (list !== undefined && list.length === 0) {
    throw misuse('MESH1004', where, `\`${prop}\` is an empty list`, instead);
  }
}

import { spiffeParts } from './spiffe-parts';
import type { Client } from '../../meaning/call';
import { type ClientAtom, TRUST_DOMAIN } from '../../meaning/condition';
import type { Labels, Selector } from '../../meaning/selector';
import { hasLabels, NAME_LABEL } from '../../meaning/selector';
import type { Text } from '../../meaning/text';

/** Who a client is. */
export type Who =
  /** It has a certificate of the mesh, with these names in it. */
  | Certificate
  /** A pod, of one namespace or of those with labels; of every one, where there is neither. */
  | { readonly type: 'pod'; readonly namespace?: string; readonly namespaceLabels?: Labels; readonly labels: Labels; readonly serviceAccount?: string }
  | { readonly type: 'address'; readonly within: string; readonly except: readonly string[] }
  | { readonly type: 'kind'; readonly kind: Client['kind'] }
  /** Something for which the library has no word. */
  | { readonly type: 'other'; readonly atom: ClientAtom };

export interface Certificate {
  readonly type: 'certificate';
  /** Of another mesh. */
  readonly trustDomain?: string;
  readonly namespace?: string;
  readonly serviceAccount?: string;
}

export interface Literal {
  readonly who: Who;
  readonly isNot: boolean;
}

const is = (who: Who): Literal => ({ who, isNot: false });
const isNot = (who: Who): Literal => ({ who, isNot: true });

/** What an atom says of a client: any of these lists, of which all has to hold. */
export function literalsOf(atom: Exclude<ClientAtom, { readonly type: 'entrance' }>): readonly (readonly Literal[])[] {
  switch (atom.type) {
    case 'certificate': return certificates(atom);
    case 'spiffeId': return spiffeIds(atom.is);
    case 'pod': return pods(atom);
    case 'client': return atom.kinds.filter(kind => kind !== 'kubelet').map(kind => [is({ type: 'kind', kind })]);
    case 'address': return [[is(atom)]];
  }
}

type Of<Type extends ClientAtom['type']> = Extract<ClientAtom, { readonly type: Type }>;

const CERTIFICATE_FIELDS = ['trustDomain', 'namespace', 'serviceAccount'] as const;

function certificates(atom: Of<'certificate'>): readonly (readonly Literal[])[] {
  const start: readonly (readonly Literal[])[] = [[is({ type: 'certificate' })]];
  return CERTIFICATE_FIELDS.reduce<readonly (readonly Literal[])[]>((all, field) => {
    const options = namesOf(atom[field]);
    if (options === undefined) return all.map(literals => [...literals, is({ type: 'other', atom: { type: 'certificate', [field]: atom[field] } })]);
    return all.flatMap(literals => options.flatMap(({ name, isNot: isOther }): (readonly Literal[])[] => {
      // Certificates are of the mesh where nothing else is said: no client here is of another one.
      if (field === 'trustDomain' && name === TRUST_DOMAIN) return isOther ? [] : [literals];
      if (name === undefined) return [literals];
      const who: Certificate = { type: 'certificate', [field]: name };
      return [[...literals, isOther ? isNot(who) : is(who)]];
    }));
  }, start);
}

/** The names for which a text stands; undefined where it is a pattern. */
function namesOf(text: Text | undefined): readonly { readonly name?: string; readonly isNot?: boolean }[] | undefined {
  switch (text?.type) {
    case undefined:
    case 'anything': return [{}];
    case 'exact': return [{ name: text.value }];
    case 'oneOf': {
      const all = text.of.map(namesOf);
      return all.includes(undefined) ? undefined : all.flatMap(one => one ?? []);
    }
    case 'not': return text.of.type === 'exact' ? [{ name: text.of.value, isNot: true }] : undefined;
    default: return undefined;
  }
}

function spiffeIds(text: Text): readonly (readonly Literal[])[] {
  if (text.type === 'oneOf') return text.of.flatMap(spiffeIds);
  if (text.type === 'anything' || (text.type === 'regex' && ['.+', '.*', 'spiffe://.*'].includes(text.value))) return [[is({ type: 'certificate' })]];
  const parts = spiffeParts(text);
  if (parts === undefined) return [[is({ type: 'other', atom: { type: 'spiffeId', is: text } })]];
  const { trustDomain, ...own } = parts;
  return [[is({ type: 'certificate', ...trustDomain !== TRUST_DOMAIN && { trustDomain }, ...own })]];
}

function pods(atom: Of<'pod'>): readonly (readonly Literal[])[] {
  const [namespaces, accounts] = [namesOf(atom.namespace), namesOf(atom.serviceAccount)];
  const [within, own] = [atom.namespaceLabels, atom.labels].map(labelsOf);
  const isSaid = [...namespaces ?? [], ...accounts ?? []].every(name => name.isNot !== true);
  if (namespaces === undefined || accounts === undefined || within === undefined || own === undefined || !isSaid) {
    return [[is({ type: 'other', atom })]];
  }
  return namespaces.flatMap(({ name }) => accounts.flatMap(account => within.flatMap(ofNamespace => own.map((labels): Literal[] => {
    const { [NAME_LABEL]: named, ...others } = ofNamespace;
    const namespace = name ?? named;
    if (name !== undefined && named !== undefined && name !== named) return [isNot(ANY_POD), is(ANY_POD)];
    return [is({
      type: 'pod',
      labels,
      ...(namespace !== undefined && { namespace }),
      ...(Object.keys(others).length > 0 && { namespaceLabels: others }),
      ...(account.name !== undefined && { serviceAccount: account.name }),
    })];
  }))));
}

const ANY_POD: Who = { type: 'kind', kind: 'pod' };

/** The labels that a selector asks for, any of these; undefined where it asks for something else. */
function labelsOf(selector: Selector | undefined): readonly Labels[] | undefined {
  if (selector === undefined) return [{}];
  const options = selector.matchExpressions.map(one => one.operator === 'In' ? one.values.map((value): Labels => ({ [one.key]: value })) : undefined);
  if (options.includes(undefined)) return undefined;
  return options.reduce<readonly Labels[]>((all, more = []) => all.flatMap(labels => more.flatMap(other => {
    const [[key, value]] = Object.entries(other);
    return labels[key] === undefined || labels[key] === value ? [{ ...labels, ...other }] : [];
  })), [selector.matchLabels]);
}

/** What is said of a client, without what follows from the rest; undefined where it is true of nobody. */
export function settled(literals: readonly Literal[]): readonly Literal[] | undefined {
  const [yes, no] = [literals.filter(one => !one.isNot), literals.filter(one => one.isNot)].map(all => all.map(({ who }) => who));
  let certificate: Certificate | undefined;
  for (const who of yes) {
    if (who.type !== 'certificate') continue;
    if (certificate !== undefined && areApart(certificate, who)) return undefined;
    certificate = { ...certificate, ...who };
  }
  const pod = onePod(yes.filter(who => who.type === 'pod'));
  if (pod === 'nobody') return undefined;
  const others = distinct([...yes.filter(who => who.type !== 'certificate' && who.type !== 'pod'), ...pod === undefined ? [] : [pod]]);
  const kinds = others.flatMap(who => who.type === 'kind' ? who.kind : []);
  const arePods = certificate !== undefined || others.some(who => who.type === 'pod' || (who.type === 'other'));
  if (new Set([...kinds, ...arePods ? ['pod'] : []]).size > 1) return undefined;
  const hasCertificate = others.some(who => who.type === 'other' && who.atom.type !== 'pod');
  const all: Who[] = [
    ...certificate !== undefined && !(hasCertificate && isAny(certificate)) ? [certificate] : [],
    ...others.filter(who => !(arePods && who.type === 'kind')),
  ];
  const left: Who[] = [];
  for (const who of distinct(no)) {
    if (all.some(one => follows(who, one)) || (who.type === 'certificate' && isAny(who) && hasCertificate)) return undefined;
    if (who.type === 'kind' && who.kind === 'pod' && arePods) return undefined;
    const isFalse = all.some(one => areApart(who, one)) || (who.type === 'kind' && arePods && who.kind !== 'pod')
      || (who.type === 'kind' && kinds.length > 0 && !kinds.includes(who.kind));
    if (!isFalse) left.push(who);
  }
  const narrow = left.filter(who => !left.some(other => other !== who && follows(other, who)));
  return [...all.map(is), ...narrow.map(isNot)];
}

type Pods = Extract<Who, { readonly type: 'pod' }>;

/** Pods of which all of this is said. */
function onePod(all: readonly Pods[]): Pods | 'nobody' | undefined {
  return all.reduce<Pods | 'nobody' | undefined>((one, other) => {
    if (one === undefined || one === 'nobody') return one ?? other;
    const isOther = (a: string | undefined, b: string | undefined) => a !== undefined && b !== undefined && a !== b;
    if (isOther(one.namespace, other.namespace) || isOther(one.serviceAccount, other.serviceAccount) || contradict(one.labels, other.labels)
      || contradict(one.namespaceLabels ?? {}, other.namespaceLabels ?? {})) return 'nobody';
    const namespaceLabels = { ...one.namespaceLabels, ...other.namespaceLabels };
    return { ...one, ...other, labels: { ...one.labels, ...other.labels }, ...Object.keys(namespaceLabels).length > 0 && { namespaceLabels } };
  }, undefined);
}

function contradict(a: Labels, b: Labels): boolean {
  return Object.entries(a).some(([key, value]) => Object.hasOwn(b, key) && b[key] !== value);
}

function distinct(all: readonly Who[]): Who[] {
  return [...new Map(all.map(who => [JSON.stringify(who), who])).values()];
}

function isAny(certificate: Certificate): boolean {
  return CERTIFICATE_FIELDS.every(field => certificate[field] === undefined);
}

/** Whether the first is true of everyone of whom the second is. */
function follows(first: Who, second: Who): boolean {
  if (first.type === 'certificate' && second.type === 'certificate') {
    return CERTIFICATE_FIELDS.every(field => first[field] === undefined || first[field] === second[field]);
  }
  if (first.type === 'pod' && second.type === 'pod') {
    return (first.namespace === undefined || first.namespace === second.namespace)
      && (first.serviceAccount === undefined || first.serviceAccount === second.serviceAccount)
      && hasLabels(second.labels, first.labels) && hasLabels(second.namespaceLabels ?? {}, first.namespaceLabels ?? {});
  }
  return JSON.stringify(first) === JSON.stringify(second);
}

function areApart(a: Who, b: Who): boolean {
  if (a.type === 'pod' && b.type === 'pod') return onePod([a, b]) === 'nobody';
  if (a.type === 'certificate' && b.type === 'certificate') {
    return CERTIFICATE_FIELDS.some(field => a[field] !== undefined && b[field] !== undefined && a[field] !== b[field]);
  }
  return (a.type === 'kind' && a.kind !== 'pod' && b.type === 'certificate') || (b.type === 'kind' && b.kind !== 'pod' && a.type === 'certificate');
}

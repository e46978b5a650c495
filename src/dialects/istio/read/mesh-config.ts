import { documentsIn } from '../../../manifests/documents';
import { Fields } from '../../../manifests/fields';
import type { Source } from '../../../meaning/decision';
import { type ReadObject, sourceOf } from '../../../reading/objects';

/** What the installation says, where it is among the manifests. */
export interface MeshConfig {
  /** Objects there hold for the whole mesh. */
  readonly rootNamespace: string;
  /** That of the mesh, and its aliases. Absent where they are not known. */
  readonly trustDomains?: readonly string[];
  /** Those of which certificates are taken, in each revision. Absent where that is not known, or where those of all are. */
  readonly trusted?: readonly string[];
  /** Those of which they are taken in some revisions, and not in all. */
  readonly trustedBySome: readonly string[];
  /** What becomes of calls to what the mesh does not know. Undefined where that is not known. */
  readonly outbound?: OutboundMode;
  /** Whether some objects are not seen by all, though they do not say so. */
  readonly hidesObjects: boolean;
  /** Who says it; absent where it is not in the files. */
  readonly source?: Source;
}

const MODES = ['ALLOW_ANY', 'REGISTRY_ONLY'] as const;

export type OutboundMode = typeof MODES[number];

/** Of the ConfigMap that istiod reads, or of an IstioOperator. */
export function meshConfigOf(operators: readonly ReadObject[], configMaps: readonly ReadObject[]): MeshConfig {
  const said = [
    ...operators.map(({ fields }) => fields.field('spec').field('meshConfig')),
    ...configMaps.filter(isMeshConfig).flatMap(meshOf),
  ].filter(({ isSaid }) => isSaid);
  const [root] = said.flatMap(fields => fields.field('rootNamespace').text() ?? []);
  const [domains, ...otherDomains] = distinct(said.map(trustDomainsOf));
  const trusting = said.map(fields => [...trustDomainsOf(fields), ...fields.field('caCertificates').items().flatMap(one => textsOf(one.field('trustDomains')))]);
  const trusted = trusting[0]?.filter(one => trusting.every(list => list.includes(one)));
  const isKnown = trusted !== undefined && !operators.some(trustsAll);
  const modes = said.map(fields => outboundMode(fields.field('outboundTrafficPolicy')) ?? (fields.field('outboundTrafficPolicy').isSaid ? undefined : 'ALLOW_ANY'));
  const [outbound] = modes.every(mode => mode === modes[0]) ? modes : [];
  const hides = ['defaultServiceExportTo', 'defaultVirtualServiceExportTo', 'discoverySelectors'];
  const hidesObjects = said.some(fields => hides.some(name => {
    const value = fields.field(name).take();
    return value !== undefined && JSON.stringify(value) !== '["*"]';
  }));
  said.forEach(fields => fields.take());
  const [object] = [...operators, ...configMaps.filter(isMeshConfig)];
  return {
    rootNamespace: root ?? 'istio-system',
    hidesObjects,
    trustedBySome: isKnown ? [...new Set(trusting.flat())].filter(one => !trusted.includes(one)) : [],
    ...(domains !== undefined && otherDomains.length === 0 && { trustDomains: domains }),
    ...(isKnown && { trusted }),
    ...(outbound !== undefined && { outbound }),
    ...(object !== undefined && { source: sourceOf(object) }),
  };
}

function trustDomainsOf(fields: Fields): readonly string[] {
  return [fields.field('trustDomain').text() ?? 'cluster.local', ...textsOf(fields.field('trustDomainAliases'))];
}

function textsOf(fields: Fields): string[] {
  return fields.items().flatMap(item => item.text() ?? []);
}

function distinct(lists: readonly (readonly string[])[]): (readonly string[])[] {
  return [...new Map(lists.map(list => [JSON.stringify(list), list])).values()];
}

/** Whether it may be that istiod lets proxies take certificates of all trust domains (istio/istio `pilot/pkg/features/security.go`). */
function trustsAll({ manifest }: ReadObject): boolean {
  return JSON.stringify(manifest).includes('PILOT_SKIP_VALIDATE_TRUST_DOMAIN');
}

/** Whether a ConfigMap is that of the installation; each revision has one. */
export function isMeshConfig({ kind, name }: Pick<ReadObject, 'kind' | 'name'>): boolean {
  return kind === 'ConfigMap' && /^istio(?:-|$)/.test(name);
}

/** Undefined where it is not said, or not understood. */
export function outboundMode(policy: Fields): OutboundMode | undefined {
  if (!policy.isSaid) return undefined;
  const said = policy.field('mode').text() ?? 'REGISTRY_ONLY';
  return MODES.find(mode => mode === said) ?? policy.field('mode').doubt('it is not known here');
}

/** It stands there as a text. */
function meshOf({ fields, place: { file } }: ReadObject): Fields[] {
  const mesh = fields.field('data').field('mesh').text();
  return mesh === undefined ? [] : [...documentsIn(file, mesh)].flatMap(({ content }) => 'broken' in content ? [] : [Fields.of(file, content)]);
}

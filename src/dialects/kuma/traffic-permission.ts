import type { ClientMatch, MeshTrafficPermissionSpec, TargetRef } from './apis';
import { KUMA_API_VERSION } from './apis';
import { clientsOf, common, everyone, includesClients } from './clients';
import type { AccessRule, Source } from '../../model/access';
import type { Fields } from '../../model/fields';
import { flatMap } from '../../model/lists';
import type { Manifest } from '../contract/manifest';

/** Who is let in on one port, and who of them is not. */
export interface Permission {
  readonly allow: readonly ClientMatch[];
  readonly deny: readonly ClientMatch[];
}

/** The ports are those of the permission, and requests are refused. */
type PermittingRule = Fields<AccessRule, 'sources' | 'exceptSources', 'ports' | 'requests' | 'byAddress' | 'endUsers' | 'exceptRequests'>;

/**
 * What the rules allow on a port, and what the denials deny, which have no exceptions; `undefined` if one rule excepts clients that
 * another lets in, since denials go first.
 */
export function permission(
  rules: readonly PermittingRule[], denials: readonly Pick<PermittingRule, 'sources'>[], trustDomain: string,
): Permission | undefined {
  const matches = (sources: readonly Source[]) => sources.map(source => clientsOf(source, trustDomain));
  const all = rules.map(({ sources, exceptSources }) => ({ allow: matches(sources), except: matches(exceptSources) }));
  const deny = distinct(flatMap(all, ({ allow, except }) => flatMap(except, e => flatMap(allow, a => common(a, e) ?? []))));
  const letIn = ({ allow, except }: typeof all[number], denied: ClientMatch) => allow.some(a => {
    const both = common(a, denied);
    return both !== undefined && !except.some(e => includesClients(e, both));
  });
  return deny.some(denied => all.some(rule => letIn(rule, denied)))
    ? undefined
    : { allow: distinct(flatMap(all, ({ allow }) => allow)), deny: distinct([...deny, ...flatMap(denials, ({ sources }) => matches(sources))]) };
}

/** Denies the whole trust domain, and of other clients those that are named. */
export function denyingAll(deny: readonly ClientMatch[], trustDomain: string): Permission {
  const all = everyone(trustDomain);
  return { allow: [], deny: distinct([all, ...deny.filter(match => !includesClients(all, match))]) };
}

/** One MeshTrafficPermission. It denies clients that it does not allow; clients that it denies are denied whatever another permission allows. */
export function trafficPermission(metadata: Manifest['metadata'], targetRef: TargetRef, { allow, deny }: Permission): Manifest {
  const spec: MeshTrafficPermissionSpec = {
    targetRef,
    rules: [{ default: { ...(allow.length > 0 && { allow }), ...(deny.length > 0 && { deny }) } }],
  };
  return { apiVersion: KUMA_API_VERSION, kind: 'MeshTrafficPermission', metadata, spec };
}

/** Each once, sorted. */
export function distinct(matches: readonly ClientMatch[]): ClientMatch[] {
  const byKey = new Map(matches.map(match => [`${match.spiffeID.value} ${match.spiffeID.type}`, match]));
  return [...byKey].sort(([a], [b]) => a < b ? -1 : 1).map(([, match]) => match);
}

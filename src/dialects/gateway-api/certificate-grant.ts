import { API_VERSION, GROUP, MAX_GRANTEES } from './apis';
import type { ReferenceGrantSpec } from '../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import { flatMap } from '../../model/lists';
import { chunks } from '../contract/chunks';
import type { Manifest, Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';

/** What refers to certificates, of one name. */
export interface CertificateHolders {
  /** Absent for the group of Gateway. */
  readonly group?: string;
  readonly kinds: readonly string[];
  readonly name: string;
  readonly namespace?: string;
}

interface Named {
  readonly name: string;
  readonly namespace?: string;
}

/**
 * A ReferenceGrant for each namespace that has certificates of others: it opens these Secrets, or ConfigMaps, to what names them in
 * another namespace.
 */
export function certificateGrants(holders: CertificateHolders, elsewhere: readonly Named[], kind: 'Secret' | 'ConfigMap'): Manifest[] {
  const byNamespace = new Map<string | undefined, Set<string>>();
  for (const { name, namespace } of elsewhere) byNamespace.set(namespace, (byNamespace.get(namespace) ?? new Set<string>()).add(name));
  const suffix = kind === 'Secret' ? 'certificate' : 'authorities';
  return flatMap([...byNamespace], ([namespace, names]) => chunks([...names].sort(), MAX_GRANTEES).map((some, i): Manifest => {
    const spec: Plain<ReferenceGrantSpec> = {
      from: holders.kinds.map(holder => ({ group: holders.group ?? GROUP, kind: holder, namespace: holders.namespace ?? refused() })),
      to: some.map(name => ({ group: '', kind, name })),
    };
    const name = i === 0 ? `${holders.name}-${suffix}` : `${holders.name}-${suffix}-${i + 1}`;
    return { apiVersion: API_VERSION, kind: 'ReferenceGrant', metadata: { name, namespace }, spec };
  }));
}

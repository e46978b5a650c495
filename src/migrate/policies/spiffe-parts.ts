import type { Text } from '../../meaning/text';

/** The parts of a name by which clients are known. */
export interface SpiffeParts {
  readonly trustDomain: string;
  readonly namespace?: string;
  readonly serviceAccount?: string;
}

const ID = /^spiffe:\/\/([^/]+)\/(?:ns(?:\/(?:([^/]+)\/(?:sa(?:\/([^/]+)?)?)?)?)?)?$/;

/** Which parts a condition on SPIFFE ids asks for; undefined where it is a pattern. That of a workload is `spiffe://domain/ns/namespace/sa/name`. */
export function spiffeParts(text: Text): SpiffeParts | undefined {
  if (text.type !== 'exact' && text.type !== 'prefix') return undefined;
  const [, trustDomain, namespace, serviceAccount] = ID.exec(text.value) ?? [];
  if (trustDomain === undefined || (text.type === 'exact') !== (serviceAccount !== undefined)) return undefined;
  return { trustDomain, ...namespace !== undefined && { namespace }, ...serviceAccount !== undefined && { serviceAccount } };
}

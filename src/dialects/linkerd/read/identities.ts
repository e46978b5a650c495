import type { Fields } from '../../../manifests/fields';
import { allOf, anyOf, type Condition, noneOf, TRUST_DOMAIN } from '../../../meaning/condition';
import { exactly } from '../../../meaning/text';

/** Clients that have an identity of the mesh, which is a name like those of DNS. Workloads of other trust domains have SPIFFE ids. */
export function certified(who: { readonly namespace?: string; readonly serviceAccount?: string } = {}): Condition {
  const { namespace, serviceAccount } = who;
  return {
    type: 'certificate',
    trustDomain: exactly(TRUST_DOMAIN),
    ...(namespace !== undefined && { namespace: exactly(namespace) }),
    ...(serviceAccount !== undefined && { serviceAccount: exactly(serviceAccount) }),
  };
}

const NAMES = /^(?:(.+)\.)?([^.]+)\.serviceaccount\.identity\.linkerd\.cluster\.local$/;
const ALL = ['', 'local', 'cluster.local', 'linkerd.cluster.local', 'identity.linkerd.cluster.local', 'serviceaccount.identity.linkerd.cluster.local'];

/** Clients that an identity stands for: one by one, or all that end as it does behind a star. */
export function identityIs(written: string, { place }: Fields): Condition {
  if (written.startsWith('spiffe://')) return allOf({ type: 'spiffeId', is: exactly(written) }, noneOf(certified()));
  const isEnding = written === '*' || written.startsWith('*.');
  const name = isEnding ? written.slice(2) : written;
  if (isEnding && ALL.includes(name)) return certified();
  const [, serviceAccount, namespace] = NAMES.exec(name) ?? [];
  if (namespace !== undefined && isEnding === (serviceAccount === undefined)) {
    return certified({ namespace, ...(serviceAccount !== undefined && { serviceAccount }) });
  }
  return allOf({ type: 'certificate' }, { type: 'unknown', why: 'it is not known whose identity this is', place });
}

/** A ServiceAccount, or all of a namespace. */
export function identityOf(ref: Fields, own: string): Condition {
  const [group, kind, name, namespace] = ['group', 'kind', 'name', 'namespace'].map(field => ref.field(field).text());
  if (name === undefined || !['', 'core', undefined].includes(group)) return ref.doubt('it is neither a ServiceAccount nor a Namespace') ?? anyOf();
  switch (kind?.toLowerCase()) {
    case 'serviceaccount': return certified({ serviceAccount: name, namespace: namespace || own });
    case 'namespace': return certified({ namespace: name });
    default: return ref.doubt('it is neither a ServiceAccount nor a Namespace') ?? anyOf();
  }
}

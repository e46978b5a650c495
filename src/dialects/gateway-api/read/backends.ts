import type { Fields } from '../../../manifests/fields';
import type { HeaderChanges } from '../../../model/handling';
import { type GroupKind, isOfKind, isXBackend } from '../../../model/service-ref';
import { headerChanges } from '../../../reading/header-modifier';

/** A Service that a rule names, or an object of another kind. */
export interface Backend {
  /** Absent for a Service. */
  readonly groupKind?: GroupKind;
  readonly name: string;
  readonly namespace: string;
  /** Absent where the object says it itself. */
  readonly port?: number;
  readonly weight: number;
  readonly requestHeaders?: HeaderChanges;
  readonly responseHeaders?: HeaderChanges;
}

export const SERVICE: GroupKind = { group: '', kind: 'Service' };

/** Nothing, where it is not understood, which is a finding then. */
export function backendRef(fields: Fields, home: string): Backend | undefined {
  const [group, kind, name, namespace] = ['group', 'kind', 'name', 'namespace'].map(field => fields.field(field).text());
  const port = fields.field('port').integer();
  const weight = fields.field('weight').integer() ?? 1;
  const filters = fields.field('filters').items().map(backendFilter);
  const groupKind = { group: group ?? SERVICE.group, kind: kind ?? SERVICE.kind };
  if (name === undefined || (port === undefined && !isXBackend({ groupKind }))) return fields.doubt('it needs a name and a port');
  if (fields.doubts().length > 0) return undefined;
  return {
    ...(!isOfKind(groupKind, SERVICE) && { groupKind }),
    name,
    namespace: namespace || home,
    ...(port !== undefined && { port }),
    weight,
    ...Object.assign({}, ...filters),
  };
}

/** The group of Linkerd. Its HTTPRoute is older than that of Gateway API for Services, and says the same. No gateway reads it. */
export const POLICY = 'policy.linkerd.io';

/** Whether it is not a Service but an EgressNetwork, which says what is outside the cluster. */
export function isOutside(fields: Fields): boolean {
  return fields.field('group').text() === POLICY && fields.field('kind').text() === 'EgressNetwork';
}

/** The types of its filters that are not read here; of a backend without a weight, nobody asks. */
export function otherFilters(fields: Fields): string[] {
  return fields.field('weight').integer() === 0 ? [] : fields.field('filters').items().flatMap(item => item.field('type').text() ?? [])
    .filter(type => !Object.hasOwn(FILTERS, type));
}

function backendFilter(fields: Fields): Partial<Pick<Backend, 'requestHeaders' | 'responseHeaders'>> {
  const type = fields.field('type').text();
  if (type !== undefined && Object.hasOwn(FILTERS, type)) return FILTERS[type](fields);
  fields.doubt('this filter of a backend is not read here');
  return {};
}

const FILTERS: Readonly<Record<string, (fields: Fields) => ReturnType<typeof backendFilter>>> = {
  RequestHeaderModifier: fields => ({ requestHeaders: headerChanges(fields.field('requestHeaderModifier')) }),
  ResponseHeaderModifier: fields => ({ responseHeaders: headerChanges(fields.field('responseHeaderModifier')) }),
};

import type { Fields } from '../../../manifests/fields';
import type { HeaderChanges } from '../../../model/handling';
import { headerChanges } from '../../../reading/header-modifier';

/** A Service that a rule names. */
export interface Backend {
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
  readonly weight: number;
  readonly requestHeaders?: HeaderChanges;
  readonly responseHeaders?: HeaderChanges;
}

/** Nothing, where it is not understood, which is a finding then. */
export function backendRef(fields: Fields, home: string): Backend | undefined {
  const [group, kind, name, namespace] = ['group', 'kind', 'name', 'namespace'].map(field => fields.field(field).text());
  const port = fields.field('port').integer();
  const weight = fields.field('weight').integer() ?? 1;
  const filters = fields.field('filters').items().map(backendFilter);
  if ((group ?? '') !== '' || (kind ?? 'Service') !== 'Service') return fields.doubt('it is no Service, and implementations differ in what they take');
  if (name === undefined || port === undefined) return fields.doubt('it needs the name and the port of a Service');
  if (fields.doubts().length > 0) return undefined;
  return { name, namespace: namespace || home, port, weight, ...Object.assign({}, ...filters) };
}

function backendFilter(fields: Fields): Partial<Pick<Backend, 'requestHeaders' | 'responseHeaders'>> {
  const type = fields.field('type').text();
  switch (type) {
    case 'RequestHeaderModifier': return { requestHeaders: headerChanges(fields.field('requestHeaderModifier')) };
    case 'ResponseHeaderModifier': return { responseHeaders: headerChanges(fields.field('responseHeaderModifier')) };
    default:
      fields.doubt('this filter of a backend is not read here');
      return {};
  }
}

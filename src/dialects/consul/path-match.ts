import type { PlainPath } from '../../model/path';

/** A condition on the path, as permissions and routes of Consul write it. */
export interface PathMatch {
  readonly pathExact?: string;
  readonly pathPrefix?: string;
  readonly pathRegex?: string;
}

const FIELDS = { exact: 'pathExact', prefix: 'pathPrefix', regex: 'pathRegex' } as const;

export function pathMatch({ type, value }: PlainPath): PathMatch {
  return { [FIELDS[type]]: value };
}

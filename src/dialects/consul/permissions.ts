import type {
  ServiceIntentionsSpecSourcesPermissions, ServiceIntentionsSpecSourcesPermissionsHttp, ServiceIntentionsSpecSourcesPermissionsHttpHeader,
} from '../../../imports/consul/consul.hashicorp.com';
import { merged } from '../../model/fields';
import type { NamedCondition, RequestMatch } from '../../model/match';
import { matchKey } from '../../model/match';
import type { PathCondition } from '../../model/path';
import { pathRegex } from '../../model/path';
import type { Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';

type Permission = Plain<ServiceIntentionsSpecSourcesPermissions>;
type HttpPermission = Plain<ServiceIntentionsSpecSourcesPermissionsHttp>;

/** Allows these requests. The first permission that matches decides, so the last one denies all others. */
export function permissions(requests: readonly RequestMatch[]): Permission[] {
  const distinct = [...new Map(requests.map(request => [matchKey(request), request])).values()];
  return [
    ...distinct.flatMap(httpPermissions).map((http): Permission => ({ action: 'allow', http })),
    { action: 'deny', http: { pathPrefix: '/' } },
  ];
}

function httpPermissions(request: RequestMatch): HttpPermission[] {
  const conditions = besidePath(request);
  return request.path === undefined ? [conditions] : paths(request.path).map(path => ({ ...path, ...conditions }));
}

const besidePath = merged<Omit<RequestMatch, 'path'>, HttpPermission>({
  headers: headers => ({ header: headers.map(header) }),
  methods: methods => ({ methods: [...methods] }),
  query: refused,
  hosts: refused,
});

/** A prefix is a plain string here; with the `/` after it, and the path itself, it goes by elements. */
function paths(path: PathCondition): HttpPermission[] {
  switch (path.type) {
    case 'exact': return [{ pathExact: path.value }];
    case 'prefix': return [{ pathExact: path.value }, { pathPrefix: `${path.value}/` }];
    case 'below': return [{ pathPrefix: `${path.value}/` }];
    case 'template':
    case 'regex': return [{ pathRegex: pathRegex(path) }];
  }
}

function header({ name, type, value }: NamedCondition): Plain<ServiceIntentionsSpecSourcesPermissionsHttpHeader> {
  switch (type) {
    case 'exact': return { name, exact: value };
    case 'regex': return { name, regex: value };
    case 'present': return { name, present: true };
  }
}

import { pathMatch } from './path-match';
import type {
  ServiceIntentionsSpecSourcesPermissions, ServiceIntentionsSpecSourcesPermissionsHttp, ServiceIntentionsSpecSourcesPermissionsHttpHeader,
} from '../../../imports/consul/consul.hashicorp.com';
import { merged } from '../../model/fields';
import { distinctBy, flatMap } from '../../model/lists';
import type { NamedCondition, RequestMatch } from '../../model/match';
import { matchKey } from '../../model/match';
import { plainPaths } from '../../model/path';
import type { Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';

type Permission = Plain<ServiceIntentionsSpecSourcesPermissions>;
type HttpPermission = Plain<ServiceIntentionsSpecSourcesPermissionsHttp>;

/** Allows these requests. The first permission that matches decides, so the last one denies all others. */
export function permissions(requests: readonly RequestMatch[]): Permission[] {
  const distinct = distinctBy(requests, matchKey);
  return [
    ...flatMap(distinct, httpPermissions).map((http): Permission => ({ action: 'allow', http })),
    { action: 'deny', http: { pathPrefix: '/' } },
  ];
}

function httpPermissions(request: RequestMatch): HttpPermission[] {
  const conditions = besidePath(request);
  return request.path === undefined ? [conditions] : plainPaths(request.path).map(path => ({ ...pathMatch(path), ...conditions }));
}

const besidePath = merged<Omit<RequestMatch, 'path'>, HttpPermission>({
  headers: headers => ({ header: headers.map(header) }),
  methods: methods => ({ methods: [...methods] }),
  query: refused,
  hosts: refused,
});

function header({ name, type, value }: NamedCondition): Plain<ServiceIntentionsSpecSourcesPermissionsHttpHeader> {
  switch (type) {
    case 'exact': return { name, exact: value };
    case 'start': return { name, prefix: value };
    case 'end': return { name, suffix: value };
    case 'regex': return { name, regex: value };
    case 'present': return { name, present: true };
  }
}

import type { HttpRouteSpecRulesFilters } from '../../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import type { Fields } from '../../../model/fields';
import type { Cors } from '../../../model/handling';
import type { Plain } from '../../contract/manifest';

/** One filter: which pages of other origins may make requests. */
export function corsFilter(cors: Cors) {
  return { type: 'CORS' as const, cors: policy(cors) };
}

type Said = Fields<Cors, 'allowCredentials' | 'maxAge' | 'allowOrigins' | 'allowMethods' | 'allowHeaders' | 'exposeHeaders'>;

function policy({ allowCredentials, maxAge, ...names }: Said): Plain<HttpRouteSpecRulesFilters['cors']> {
  return {
    ...Object.fromEntries(Object.entries(names).filter(([, list]) => list.length > 0)),
    ...(allowCredentials && { allowCredentials }),
    ...(maxAge !== undefined && { maxAge }),
  };
}

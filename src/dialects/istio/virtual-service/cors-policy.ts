import type { VirtualServiceSpecHttpCorsPolicy } from '../../../../imports/istio/networking.istio.io';
import type { Fields } from '../../../model/fields';
import type { Cors } from '../../../model/handling';
import { escapeRegex } from '../../../model/regex';
import type { Plain } from '../../contract/manifest';

type Said = Fields<Cors, 'allowOrigins' | 'allowCredentials' | 'maxAge' | 'allowMethods' | 'allowHeaders' | 'exposeHeaders'>;

/** Which pages of other origins may make requests; as istiod makes it of Gateway API. */
export function corsPolicy({ allowOrigins, allowCredentials, maxAge, ...names }: Said): Plain<VirtualServiceSpecHttpCorsPolicy> {
  return {
    allowOrigins: allowOrigins.map(origin => origin.includes('*') ? { regex: origin.split('*').map(escapeRegex).join('.*') } : { exact: origin }),
    ...Object.fromEntries(Object.entries(names).filter(([, list]) => list.length > 0)),
    ...(allowCredentials && { allowCredentials }),
    ...(maxAge !== undefined && { maxAge: `${maxAge}s` }),
    unmatchedPreflights: 'IGNORE',
  };
}

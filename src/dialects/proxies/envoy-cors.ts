import type { Support } from '../contract/support';
import { none } from '../contract/support';

/** What Envoy cannot express of CORS: the origin is that of the request, and other names are what was written. */
export const ENVOY_CORS: { readonly CORSCredentialsOfAnyRequest: Support } = {
  CORSCredentialsOfAnyRequest: none('the proxy answers with `*` as it stands, which browsers take for a name where there are credentials'),
};

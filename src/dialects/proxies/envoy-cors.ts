import type { Support } from '../contract/support';
import { none } from '../contract/support';

/** What Envoy cannot express of CORS: the origin is that of the request, and other names are what was written. */
export const ENVOY_CORS: { readonly CORSCredentialsOfAnyRequest: Support } = {
  CORSCredentialsOfAnyRequest: none('the proxy answers with a literal `*`, and where there are credentials browsers read that as a name'),
};

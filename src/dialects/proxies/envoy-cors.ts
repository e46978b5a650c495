import type { Support } from '../contract/support';
import { none } from '../contract/support';

/** What Envoy cannot express of CORS: it answers with the origin of the request, and with all other names as they were written. */
export const ENVOY_CORS: { readonly CORSCredentialsOfAnyRequest: Support } = {
  CORSCredentialsOfAnyRequest: none('the proxy answers with a literal `*`, and where there are credentials browsers read that as a name'),
};

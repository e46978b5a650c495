import type { HttpRequest } from '../../../src/evaluators/routes/precedence';
import type { Protocol } from '../../../src/model/protocol';
import type { Sent } from '../../harness/wire';

/** A request as it is written, without other spellings. */
export function sentAs({ method, path, headers, query }: HttpRequest, protocol: Protocol): Sent {
  const parameters = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  return { protocol, method, target: [path, ...parameters.length > 0 ? [parameters.join('&')] : []].join('?'), headers: Object.entries(headers) };
}

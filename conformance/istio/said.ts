import type { Request } from '../../src/evaluators/access/request';
import type { AccessModel, AccessRule } from '../../src/model/access';
import { allowedByIntent } from '../../test/oracle/access/intent';
import { deniesSpellings } from '../../test/oracle/access/promises';
import { verdict } from '../harness/case';

/**
 * What a policy says of a request that is read once for each choice of one line per header: a condition holds if it holds for any of them. Where
 * a policy denies by paths, it may deny other spellings of their slashes as well, and has to, where a server takes them for the same.
 */
export function saidOf(model: AccessModel, readings: readonly Request[]): string | readonly string[] {
  const allowed = allows(model, readings);
  if (readings.some(one => deniesSpellings(model, one))) {
    return allowed && allows(model, readings.map(asServed)) ? ['allowed', 'denied'] : 'denied';
  }
  return allowed && readings.some(one => isInNoTemplate(model, one)) ? ['allowed', 'denied'] : verdict(allowed);
}

/** An element of a template stands for less than any text without a slash. */
function isInNoTemplate({ rules }: AccessModel, { path }: Request): boolean {
  return !/^[\w\-.~%!$&'()+,;:@=/]*$/.test(path) && rules.some(({ requests }) => requests.some(one => one.path?.type === 'template'));
}

function allows(model: AccessModel, readings: readonly Request[]): boolean {
  const rest: AccessModel = { ...model, rules: [], denials: [], healthProbes: [], leavesRest: false, audit: false };
  const isMeant = (rule: AccessRule) => readings.some(one => allowedByIntent({ ...rest, rules: [{ ...rule, exceptRequests: [] }] }, one))
    && (rule.exceptRequests.length === 0
      || readings.every(one => !allowedByIntent({ ...rest, rules: [{ ...rule, requests: rule.exceptRequests, exceptRequests: [] }] }, one)));
  return model.audit || (!model.denials.some(isMeant) && (model.leavesRest || model.rules.some(isMeant)));
}

function asServed(request: Request): Request {
  return { ...request, path: request.path.replace(/%2f/gi, '/').replace(/\/+/g, '/') };
}

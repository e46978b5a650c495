import { Duration } from 'cdk8s';
import type { RouteRetries, RouteTimeouts } from './request-handling';
import { GrpcStatus } from './request-handling';
import { misuse } from '../errors/misuse';
import { listed } from '../errors/words';
import { BOOLEAN, instanceOf, listOf, memberOf, NUMBER, optional as maybe, record } from '../input/shape';
import type { Fields } from '../model/fields';
import type * as model from '../model/handling';

export const DURATION = instanceOf(Duration, 'a Duration of cdk8s, such as `Duration.seconds(2)`');

export const TIMEOUTS = record<RouteTimeouts>({ request: maybe(DURATION), backendRequest: maybe(DURATION) });

export const RETRIES = record<RouteRetries>({
  attempts: NUMBER,
  statusCodes: maybe(listOf(NUMBER)),
  grpcStatuses: maybe(listOf(memberOf(GrpcStatus, 'GrpcStatus'))),
  connectionFailures: maybe(BOOLEAN),
  backoff: maybe(DURATION),
});

/** Timeouts in the words of the model. */
export function timeoutsOf(where: string, { request, backendRequest }: Fields<RouteTimeouts, 'request' | 'backendRequest'>): model.Timeouts {
  const timeouts = { ...optional('request', millis(where, request, 0)), ...optional('backendRequest', millis(where, backendRequest, 0)) };
  if (Object.keys(timeouts).length === 0) {
    throw misuse('MESH1401', where, 'there is no timeout', 'Give `request` or `backendRequest`, or leave it out');
  }
  if ((timeouts.backendRequest ?? 0) > (timeouts.request || Infinity)) {
    throw misuse('MESH1402', where, 'a try may take longer than the whole request', 'Let `backendRequest` be at most as long as `request`');
  }
  return timeouts;
}

/** Retries in the words of the model. */
export function retriesOf(
  where: string,
  { attempts, statusCodes, grpcStatuses, connectionFailures, backoff }: Fields<RouteRetries, 'attempts' | 'statusCodes' | 'grpcStatuses' | 'connectionFailures' | 'backoff'>,
): model.Retries {
  checkWhole(where, 'attempts', attempts, 0, 100);
  const said = Object.entries({ statusCodes, grpcStatuses, connectionFailures, backoff }).filter(([, value]) => value !== undefined).map(([name]) => `\`${name}\``);
  if (attempts === 0 && said.length > 0) {
    throw misuse('MESH1403', where, 'no request is retried', `Leave out ${listed(said)}, or give more \`attempts\` than 0`);
  }
  statusCodes?.forEach(code => checkWhole(where, 'statusCodes', code, 400, 599));
  const retries = {
    attempts,
    statusCodes: [...new Set(statusCodes)].sort((a, b) => a - b),
    grpcStatuses: [...new Set(grpcStatuses)].sort(),
    connectionFailures: connectionFailures ?? true,
    ...optional('backoff', millis(where, backoff)),
  };
  if (!retries.connectionFailures && retries.statusCodes.length + retries.grpcStatuses.length === 0) {
    throw misuse('MESH1403', where, 'no request is retried', 'Give `statusCodes` or `grpcStatuses`, or leave out `connectionFailures`');
  }
  return retries;
}

export function checkWhole(where: string, name: string, n: number, least: number, most: number): void {
  if (!Number.isInteger(n) || n < least || n > most) {
    throw misuse('MESH1011', where, `\`${name}\` is ${n}`, `Use a whole number from ${least} to ${most}`);
  }
}

export function millis(where: string, duration: Duration, least?: number): number;
export function millis(where: string, duration: Duration | undefined, least?: number): number | undefined;
export function millis(where: string, duration: Duration | undefined, least = 1): number | undefined {
  const time = duration?.toMilliseconds();
  if (time !== undefined && (!Number.isInteger(time) || time < least || time > 359_999_999_000)) {
    throw misuse('MESH1012', where, `a time is ${time} milliseconds`, `Use a whole number from ${least} to 359999999000, like Duration.seconds(2)`);
  }
  return time;
}

export function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : { [key]: value } as { readonly [P in K]?: V };
}

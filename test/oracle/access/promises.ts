import { allowedByIntent, resolved } from './intent';
import type { Request } from '../../../src/evaluators/access/request';
import type { AccessModel, AccessRule } from '../../../src/model/access';
import { tellsRequestsApart } from '../../../src/model/access';

/** Whether a target lets in less than was written, as a page in docs/traps says. */
export type Stricter = (model: AccessModel, request: Request) => boolean;

export function either(...all: readonly Stricter[]): Stricter {
  return (model, request) => all.some(one => one(model, request));
}

/** A policy without some of its rules, or with less in them. */
export function narrowed(model: AccessModel, narrow: (rule: AccessRule) => AccessRule): AccessModel {
  return { ...model, rules: model.rules.map(narrow) };
}

const withoutIpBlocks = (rule: AccessRule) => ({ ...rule, sources: rule.sources.filter(({ kind }) => kind !== 'ipBlock') });
const withoutRequests = (rule: AccessRule) => tellsRequestsApart(rule) ? { ...rule, ports: [] } : rule;

/** A policy that only reports allows nothing, where the namespace denies. */
export const auditsNothing: Stricter = ({ audit }) => audit;

/** Where paths are compared as they come, those with dots that a server may resolve are for nobody but who may ask for all. */
export const leadsElsewhere = ({ path }: Pick<Request, 'path'>) => path.includes('..') || path !== resolved(path);

/** Whether a policy denies, or excepts, requests by their paths: then a slash counts for one, however it is spelled. */
export function deniesSpellings({ denials, rules }: AccessModel, { path }: Pick<Request, 'path'>): boolean {
  const negated = [...denials.flatMap(({ requests }) => requests), ...rules.flatMap(({ exceptRequests }) => exceptRequests)];
  return /\/\/|%2F/i.test(path) && negated.some(one => one.path !== undefined);
}

/**
 * Methods beside the nine of HTTP, where a match is written once per method. SPIFFE ids are never those of pods, and who
 * has one is not among any authenticated clients.
 */
export const byLinkerd: Stricter = (model, request) => request.method === 'get' || leadsElsewhere(request) || !allowedByIntent(narrowed(model, rule => ({
  ...rule, sources: rule.sources.filter(({ kind }) => kind !== (request.client.trustDomain === undefined ? 'spiffeId' : 'anyAuthenticated')),
})), request);

/** Whether an IP block holds for pods differs from one network to the next. */
export const outsideOnly: Stricter = (model, request) => request.client.kind !== 'outside' && !allowedByIntent(narrowed(model, withoutIpBlocks), request);

/** IP blocks hold for addresses outside the cluster only; where requests are told apart, a path with `%2F` is redirected. */
export const byCilium: Stricter = (model, request) => outsideOnly(model, request)
  || (request.path.includes('%2F') && model.rules.some(rule => rule.requests.length > 0 && rule.ports.some(({ port }) => port === request.port)));

/**
 * Calls to the address of a pod are denied where requests are told apart; IP blocks let in only who comes past the waypoint.
 */
export const byWaypoint: Stricter = (model, request) =>
  !allowedByIntent(narrowed(model, request.client.meshed && request.entrance !== undefined ? withoutIpBlocks : withoutRequests), request);

/** Any authenticated client is any of the mesh itself. */
export const anyIsOwn: Stricter = ({ rules }, { client }) =>
  client.trustDomain !== undefined && rules.some(({ sources }) => sources.some(({ kind }) => kind === 'anyAuthenticated'));

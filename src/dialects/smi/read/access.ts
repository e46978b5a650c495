import { type AccessMeaning, type Allowance } from './allowances';
import type { Requests } from './requests';
import type { SmiObject, TrafficTarget } from './tree';
import { allOf, ALWAYS, anyOf, type Condition, noneOf, TRUST_DOMAIN } from '../../../meaning/condition';
import type { Branch, Decision, Source, Verdict } from '../../../meaning/decision';
import { exactly, regex } from '../../../meaning/text';
import type { Passage, PodPort } from '../../../meaning/world';
import { plainRegex } from '../../../model/regex-plain';

/** Whom TrafficTargets let in at a port of pods, as one mesh reads them. */
export function lettingIn(meaning: AccessMeaning, { pod, port, protocol }: PodPort): Decision<Passage> {
  const { namespace, serviceAccount: name } = pod;
  if (name === undefined) return { branches: [], otherwise: undecided('the ServiceAccount of the pods is not known') };
  const isOwn = (account: { readonly namespace: string; readonly name: string }) => account.namespace === namespace && account.name === name;
  const doubt = meaning.unknown.find(({ destination }) => destination === undefined || isOwn(destination));
  const otherwise: Verdict<Passage> = doubt === undefined ? { value: 'denied', why: 'no TrafficTarget allows it' } : undecided(doubt.message, doubt.target);
  const here = meaning.allowances.filter(({ destination }) => isOwn(destination));
  const all = here.filter(one => one.protocol === (protocol === 'UDP' ? 'UDP' : 'TCP') && (one.ports === 'all' || one.ports.includes(port)));
  const allowing = (when: Condition, { targets: [target] }: Allowance): Branch<Passage> => ({
    when, then: { value: 'allowed', why: 'a TrafficTarget allows it', source: sourceOf(target) }, source: sourceOf(target),
  });
  if (protocol !== 'HTTP' && protocol !== 'GRPC') {
    return { branches: all.filter(({ connections }) => connections).map(one => allowing(clientsOf(one), one)), otherwise };
  }
  const branches = all.map(one => allowing(allOf(clientsOf(one), anyOf(...one.requests.map(requestIs))), one));
  if (meaning.firstOf === undefined) return { branches, otherwise };
  // Of routes that match, any may decide: those of others, too.
  const [unsure] = conflicts(all, meaning.firstOf === 'matches' ? here : all);
  const why = 'it is not known which of the TrafficTargets decides';
  return {
    branches: branches.map(({ when, then, source }) => ({
      when,
      then: doubt !== undefined || unsure === undefined ? otherwise
        : { branches: [{ when: unsure, then: undecided(why), source }, { when: ALWAYS, then, source }], otherwise },
      source,
    })),
    otherwise,
  };
}

/** Whether a request matches a route that does not let its client in. */
function conflicts(own: readonly Allowance[], others: readonly Allowance[]): Condition[] {
  const routes = [...new Set(others.flatMap(({ requests }) => requests.map(({ route }) => route)))];
  const on = (some: readonly Allowance[], route: string, conditionOf: (one: Allowance, request: Condition) => Condition) =>
    anyOf(...some.flatMap(one => one.requests.filter(request => request.route === route).map(request => conditionOf(one, requestIs(request)))));
  return routes.length === 0 ? [] : [anyOf(...routes.map(route => allOf(
    on(others, route, (_, request) => request), noneOf(on(own, route, (one, request) => allOf(clientsOf(one), request))),
  )))];
}

function clientsOf({ sources }: Allowance): Condition {
  return sources === 'anyone' ? ALWAYS : anyOf(...sources.map(({ namespace, name }): Condition => (
    { type: 'certificate', trustDomain: exactly(TRUST_DOMAIN), namespace: exactly(namespace), serviceAccount: exactly(name) }
  )));
}

/** What requests have to be like. */
export function requestIs({ methods, path, headers }: Requests): Condition {
  return allOf(
    ...methods.length === 0 ? [] : [anyOf(...methods.map((method): Condition => ({ type: 'method', is: exactly(method) })))],
    ...path === undefined ? [] : [{ type: 'path', is: regex(plainRegex(path)) } as const],
    ...headers.map(({ name, value }): Condition => ({ type: 'header', name, is: regex(plainRegex(value)) })),
  );
}

export function undecided(why: string, target?: TrafficTarget): Verdict<Passage> {
  return { value: { unknown: why }, why, ...(target !== undefined && { source: sourceOf(target) }) };
}

export function sourceOf({ kind, name, namespace, place }: SmiObject & { readonly kind: string }): Source {
  return { kind, name, place, ...(namespace !== undefined && { namespace }) };
}

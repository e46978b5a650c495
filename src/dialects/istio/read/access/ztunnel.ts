import type { Policy, Rule } from './authorization-policy';
import { idCondition, serviceAccountCondition } from './identities';
import type { MeshConfig } from '../mesh-config';
import type { SubjectType, Term } from './term';
import { allOf, ALWAYS, anyOf, type Condition, type Doubt, NEVER, noneOf } from '../../../../meaning/condition';
import { ANYTHING, exactly, prefix, suffix, type Text } from '../../../../meaning/text';

/**
 * When a rule holds, as ztunnel is told of it, which sees connections only. A rule that asks for more allows nothing (istio/istio
 * `pilot/pkg/serviceregistry/ambient/authorization.go`). What is left of one that denies is asked; of nothing, nobody knows what becomes, as
 * istiod and ztunnel do not agree there (istio/ztunnel `src/rbac.rs`).
 */
export function ztunnelCondition({ from, to, when }: Rule, policy: Policy, port: number, config: MeshConfig): Condition {
  const all = [...(from ?? []).flat(), ...(to ?? []).flat()];
  const asksForMore = all.some(({ of }) => of.type !== 'unknown' && READINGS[of.type] === undefined) || when.some(({ of }) => !isInWhen(of.type));
  if (policy.action === 'ALLOW' && asksForMore) return NEVER;
  const part = (terms: readonly Term[], isSeen: (term: Term) => boolean): Condition => {
    const seen = terms.filter(isSeen);
    return seen.length === 0 ? nothingLeft(policy) : allOf(...seen.map(term => termCondition(term, policy, port, config)));
  };
  const isSeen = ({ of }: Term) => of.type === 'unknown' || READINGS[of.type] !== undefined;
  return allOf(
    from === undefined ? ALWAYS : anyOf(...from.map(terms => part(terms, isSeen))),
    to === undefined ? ALWAYS : anyOf(...to.map(terms => part(terms, isSeen))),
    ...when.map(term => part([term], ({ of }) => of.type === 'unknown' || isInWhen(of.type))),
  );
}

/** Of conditions of `when`, fewer are read than in `from` and `to`. */
function isInWhen(type: Term['of']['type']): boolean {
  return ['unknown', 'address', 'namespace', 'principal', 'destinationAddress', 'port'].includes(type);
}

function nothingLeft({ source: { place } }: Policy): Condition {
  return { type: 'unknown', why: 'ztunnel sees no requests, and its releases differ in what they make of a denial without them', place };
}

function termCondition({ of, values, notValues, place }: Term, policy: Policy, port: number, config: MeshConfig): Condition {
  if (of.type === 'unknown') return of;
  const reading = READINGS[of.type] ?? (() => NEVER);
  const conditions = (all: Term['values']) => all.map(value => typeof value === 'string'
    ? reading(value, { policy, port, config, doubt: { type: 'unknown', why: 'it is not known here', place } }) : value);
  return allOf(values.length === 0 ? ALWAYS : anyOf(...conditions(values)), notValues.length === 0 ? ALWAYS : noneOf(...conditions(notValues)));
}

interface At {
  readonly policy: Policy;
  readonly port: number;
  readonly config: MeshConfig;
  readonly doubt: Doubt;
}

/** Undefined for what it does not see. */
const READINGS: { readonly [Type in SubjectType]: ((value: string, at: At) => Condition) | undefined } = {
  principal: (value, { config, doubt }) => value === '*' ? { type: 'certificate' } : idCondition(value, config, doubt),
  namespace: value => ({ type: 'certificate', namespace: text(value) }),
  serviceAccount: (value, { policy }) => serviceAccountCondition(value, policy.namespace),
  // It passes over it, and takes whom the rest of the source takes.
  trustDomain: (_, { doubt }) => ({ ...doubt, why: 'ztunnel is told nothing of trust domains' }),
  address: value => ({ type: 'address', within: value, except: [] }),
  port: (value, { port }) => Number(value) === port ? ALWAYS : NEVER,
  destinationAddress: (_, { doubt }) => ({ ...doubt, why: 'the address of the pod is not known' }),
  remoteAddress: undefined,
  serverName: undefined,
  requestPrincipal: undefined,
  host: undefined,
  method: undefined,
  path: undefined,
  header: undefined,
  claim: undefined,
};

function text(value: string): Text {
  return value === '*' ? ANYTHING : value.startsWith('*') ? suffix(value.slice(1)) : value.endsWith('*') ? prefix(value.slice(0, -1)) : exactly(value);
}

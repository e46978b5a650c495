import { OWN } from './identities';
import { allOf, anyOf, type Condition, noneOf } from '../../../../meaning/condition';
import { exactly } from '../../../../meaning/text';
import type { Gate } from '../../../../meaning/world';
import type { MeshConfig } from '../mesh-config';

/**
 * Turns away clients of trust domains that the mesh does not trust, before any policy is asked (istio/istio
 * `pilot/pkg/networking/plugin/authn/util.go`). Where it is not known whom it trusts, clients are taken for those of whom it trusts.
 *
 * @param certificates When the proxy sees certificates of clients.
 */
export function trustGate({ trusted, trustedBySome, source }: MeshConfig, certificates: Condition): Gate[] {
  if (trusted === undefined || source === undefined) return [];
  const why = 'not every revision trusts the trust domain of the client';
  const perhaps = trustedBySome.filter(one => one !== OWN);
  const some = allOf(certificates, anyOf(...ofDomains(perhaps)));
  return [gateOf([
    ...perhaps.length === 0 ? [] : [{ when: some, then: { value: { unknown: why }, why, source }, source }],
    {
      when: allOf(certificates, { type: 'certificate' }, noneOf(...ofDomains([OWN, ...trusted, ...perhaps]))),
      then: { value: 'denied', why: 'the mesh does not trust the trust domain of the client', source },
      source,
    },
  ])];
}

/** ztunnel takes those of its own trust domain; newer ones take all that sidecars do (istio/ztunnel `src/tls/workload.rs`). */
export function ztunnelTrustGate({ trusted, trustedBySome, trustDomains: [own] = [], source }: MeshConfig, passesWaypoint: Condition): Gate[] {
  if (trusted === undefined || source === undefined) return [];
  const others = [...new Set([...trusted, ...trustedBySome])].filter(one => one !== OWN && one !== own);
  if (others.length === 0) return [];
  const why = 'releases of ztunnel differ in whether they take certificates of other trust domains';
  return [gateOf([{ when: allOf(anyOf(...ofDomains(others)), noneOf(passesWaypoint)), then: { value: { unknown: why }, why, source }, source }])];
}

function ofDomains(domains: readonly string[]): Condition[] {
  return [...new Set(domains)].map(one => ({ type: 'certificate', trustDomain: exactly(one) }));
}

function gateOf(branches: Gate['decision']['branches']): Gate {
  return { title: 'Trust domains of Istio', decision: { branches, otherwise: { value: 'allowed', why: 'the mesh trusts the client' } } };
}

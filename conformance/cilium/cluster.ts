import * as fc from 'fast-check';
import type { Case, Peer, Probe, Subject } from './case';
import { MeshImplementation, MeshTarget } from '../../src';
import { compile } from '../../src/targets/compile';
import { exchange, model } from '../../test/oracle/cluster/arbitraries';
import { passesByCilium } from '../../test/oracle/cluster/cilium';
import type { Exchange, Party, Said } from '../../test/oracle/cluster/exchange';
import { passesByIntent } from '../../test/oracle/cluster/intent';
import { stored, verdict } from '../harness/case';

const CILIUM = MeshTarget.gatewayApi({ id: 'cilium', mesh: MeshImplementation.CILIUM, ipProtocols: true });

/** Policies of the whole cluster, one or two at a time, and what passes between what they protect and others. */
export function clusterCases(seed: number, count: number): Case[] {
  const samples = fc.sample(fc.array(model, { minLength: 1, maxLength: 2 }).chain(models => fc.record({
    models: fc.constant(models), exchanges: fc.array(exchange(models), { minLength: 20, maxLength: 20 }),
  })), { seed, numRuns: count });
  return samples.flatMap(({ models, exchanges }, i) => {
    const compiled = models.map((one, n) => compile('clusterAccess', CILIUM, { ...one, name: `policy-${n}` }));
    if (compiled.some(({ errors }) => errors.length > 0)) return [];
    const manifests = compiled.flatMap(one => one.manifests);
    return [{
      name: `the whole cluster ${i}`,
      manifests: manifests.map(stored),
      probes: exchanges.flatMap(one => probes(one, {
        model: verdict(passesByIntent(models, one)), evaluator: verdict(passesByCilium(manifests, one)),
      })),
    }];
  });
}

function probes({ direction, subject, peer, says }: Exchange, answers: Probe['answers']): Probe[] {
  return spoken(says).map(on => ({ direction, pod: subjectOf(subject), peer: peerOf(peer), speaks: 'bytes', ...on, answers }));
}

/** The types of requests for an echo, in both versions of IP. */
function spoken(says: Said): readonly Pick<Probe, 'protocol' | 'port'>[] {
  if ('port' in says) return [says];
  return says.protocol === 'ping' ? [{ protocol: 'ICMP', port: 8 }, { protocol: 'ICMPv6', port: 128 }] : [{ protocol: says.protocol, port: 0 }];
}

function subjectOf(party: Party): Subject {
  switch (party.kind) {
    case 'pod': return pod(party);
    case 'node': return { kind: party.kind, labels: party.labels! };
    case 'health':
    case 'uninitialized': return { kind: party.kind };
    default: throw new Error(`no policy is for ${party.kind}`);
  }
}

function peerOf(party: Party): Peer {
  switch (party.kind) {
    case 'pod': return { kind: party.kind, ...pod(party), cluster: party.cluster };
    case 'outside':
    case 'API server': return { kind: party.kind, ip: party.ip };
    default: return { kind: party.kind };
  }
}

function pod({ namespace, namespaceLabels, labels }: Party) {
  return { namespace: namespace!, namespaceLabels, serviceAccount: 'default', labels: labels! };
}

import * as fc from 'fast-check';
import { isAdmitted, MESHES, meshOf, ofThisRun, onLoopback, PODS } from './cluster';
import { sentAs } from './sent';
import type { Known } from './share';
import { portOf, type Request, spiffeIdOf } from '../../../src/evaluators/access/request';
import { manifests } from '../../../test/dialects/istio/read/foreign';
import { PORTS, request } from '../../../test/dialects/istio/read/foreign-requests';
import { asked } from '../../../test/reading/asked';
import { reading } from '../../../test/reading/world';
import { address, type Case, podObject, type Probe, serviceObject } from '../case';
import { verdictOnTokens, withTokens, writtenAs } from '../signers';

/** Policies that somebody else wrote, for some of several pods, and requests to these. What the library says of them, their sidecars do. */
export function foreignAccess(seed: number, count: number): Known {
  const samples = fc.sample(fc.record({
    all: manifests,
    mesh: fc.constantFrom(...MESHES),
    requests: fc.array(fc.tuple(request, fc.constantFrom(...PODS)), { minLength: 30, maxLength: 30 }),
  }), { seed, numRuns: count });
  let unknown = 0;
  const cases = samples.map(({ all, mesh: { text, trustDomain: meshDomain, aliases = [] }, requests }, i): Case => {
    const mesh = meshOf(text);
    const policies = onLoopback(all.filter(isAdmitted)).map(ofThisRun);
    const world = reading([mesh, ...policies]);
    return {
      name: `foreign access ${i}`,
      manifests: [
        mesh,
        ...PODS.map((pod, n) => podObject({ ...pod, name: pod.service }, address(n, i))),
        ...PODS.map(({ service: name, namespace, labels: selector }, n) =>
          serviceObject({ name, namespace, selector, ports: PORTS }, address(20 + n, i))),
        ...policies,
      ],
      probes: requests.flatMap(([one, pod]) => {
        if (one.client.kind === 'kubelet' || (one.client.trustDomain !== undefined && !aliases.includes(one.client.trustDomain))) {
          return [];
        }
        const sent = { ...one, pod, client: onLoopback(one.client) };
        const answer = asked(world, sent)!;
        if (answer !== 'unknown') {
          const client = { ...sent.client, ...meshDomain !== undefined && { meshDomain } };
          return [probe({ ...sent, client }, address(PODS.indexOf(pod), i), answer === 'allowed')];
        }
        unknown++;
        return [];
      }),
    };
  });
  return { about: 'foreign policies', cases, unknown };
}

function probe(one: Request, ip: string, allowed: boolean): Probe {
  const { client, port, host = '' } = one;
  return withTokens({
    ...sentAs(one, portOf(one).protocol),
    client: spiffeIdOf(client),
    source: client.ip,
    namespace: client.namespace ?? 'shop',
    port,
    address: ip,
    host,
    answers: { library: verdictOnTokens(allowed) },
  }, (one.tokens ?? []).map(writtenAs));
}

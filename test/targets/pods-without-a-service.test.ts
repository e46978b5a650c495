import { App, Chart, Testing } from 'cdk8s';
import type { MeshWorkload } from '../../src';
import { Identity, MeshImplementation, MeshPods, MeshService, MeshTarget, MeshTargets, ServiceAccessPolicy, SmiImplementation } from '../../src';
import { ofKind } from '../setup';

/** Policies for pods without a Service, in Linkerd and SMI. */

const agent = MeshPods.of({ podSelector: { app: 'agent' }, serviceAccount: 'agent', ports: [{ port: 9100 }] });

function synth(target: MeshTarget, ...destinations: MeshWorkload[]): any[] {
  const chart = new Chart(new App(), 'shop', { namespace: 'shop' });
  MeshTargets.of(chart).add(target);
  destinations.forEach((destination, i) =>
    new ServiceAccessPolicy(chart, `policy-${i}`, { destination, allow: [{ sources: [Identity.serviceAccount('web')] }] }));
  return Testing.synth(chart);
}

const linkerd = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD });

test('in Linkerd they have a Server of their own, which is named after their labels', () => {
  const manifests = synth(linkerd(), agent);
  const [server, ...others] = ofKind(manifests, 'Server');

  expect(others).toEqual([]);
  expect(server).toMatchObject({ metadata: { name: expect.stringMatching(/^pods-9100-[0-9a-f]{8}$/) }, spec: { podSelector: { matchLabels: { app: 'agent' } }, port: 9100 } });
  expect(ofKind(manifests, 'AuthorizationPolicy').map(({ spec }) => spec.targetRef.name)).toEqual([server.metadata.name]);
});

test('in Linkerd other pods have another one', () => {
  const names = ofKind(synth(linkerd(), agent, MeshPods.of({ podSelector: { app: 'scraper' }, ports: [{ port: 9100 }] })), 'Server').map(({ metadata }) => metadata.name);

  expect(new Set(names).size).toBe(2);
});

test('in SMI they are known by their ServiceAccount', () => {
  expect(ofKind(synth(MeshTarget.smi(), agent), 'TrafficTarget').map(({ spec }) => spec.destination)).toEqual([{ kind: 'ServiceAccount', name: 'agent', namespace: 'shop' }]);
});

test.each([['Linkerd', linkerd], ['SMI', () => MeshTarget.smi()]] as const)('in %s they have no policy beside that of a Service for the same pods', (_, target) => {
  const service = MeshService.of('agent', { port: 9100, podSelector: { app: 'agent' }, serviceAccount: 'agent' });

  expect(() => synth(target(), service, agent)).toThrow('MESH3001');
});

test.each<[string, () => MeshTarget, MeshPods, string]>([
  ['Linkerd does not know their labels', linkerd, MeshPods.of({ serviceAccount: 'agent', ports: [{ port: 9100 }] }),
    "a policy for the pods of ServiceAccount 'agent': a Server selects the pods by their labels, which are unknown. Give the MeshPods its `podSelector`"],
  ['SMI does not know their ServiceAccount', () => MeshTarget.smi(), MeshPods.of({ podSelector: { app: 'agent' }, ports: [{ port: 9100 }] }),
    'a policy for the pods with app=agent: a TrafficTarget selects the pods by their ServiceAccount, which is unknown. Give the MeshPods its `serviceAccount`'],
  ['Open Service Mesh has no proxy that listens there', () => MeshTarget.smi({ implementation: SmiImplementation.OSM }), agent,
    'the proxies of Open Service Mesh know the ports that Services declare, and refuse the others'],
])('refused, where %s', (_, target, pods, message) => {
  expect(() => synth(target(), pods)).toThrow(message);
});

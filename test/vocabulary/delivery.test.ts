import { Delivery, MeshTarget, SmiImplementation } from '../../src';

const prometheus = 'http://prometheus.monitoring:9090';

test('commits move releases unless a controller does', () => {
  expect(Delivery.byCommit()._toModel()).toBeUndefined();
  expect(MeshTarget.gatewayApi({ delivery: Delivery.byCommit() })._dialects.movedBy).toBeUndefined();
  expect(MeshTarget.gatewayApi({ delivery: Delivery.flagger({ prometheus }) })._dialects.movedBy).toBe('Flagger');
  expect(MeshTarget.smi({ implementation: SmiImplementation.OSM, delivery: Delivery.argoRollouts({ prometheus }) })._dialects.movedBy)
    .toBe('Argo Rollouts');
  expect(MeshTarget.networkPolicy({ delivery: Delivery.flagger({ prometheus }) })._dialects.movedBy).toBe('Flagger');
});

test('how a controller is installed', () => {
  expect(Delivery.flagger({ prometheus: `${prometheus}/` })._toModel()).toEqual({
    by: 'flagger', options: { prometheus, selectorLabels: ['app', 'name', 'app.kubernetes.io/name'], revertOnDeletion: true },
  });
  const said = { selectorLabels: ['team.io/app'], gate: 'http://gate.test', revertOnDeletion: false };
  expect(Delivery.flagger({ prometheus, ...said })._toModel()).toEqual({ by: 'flagger', options: { prometheus, ...said } });
  expect(Delivery.argoRollouts({ prometheus })._toModel()).toEqual({ by: 'argoRollouts', options: { prometheus } });
});

test.each(['prometheus:9090', 'prometheus', '', 'ftp://prometheus', 'http://{{ name }}:9090'])("'%s' is no address", address => {
  expect(() => Delivery.flagger({ prometheus: address })).toThrow('MESH1318: `prometheus` is ');
  expect(() => Delivery.argoRollouts({ prometheus: address })).toThrow('MESH1318: `prometheus` is ');
  expect(() => Delivery.flagger({ prometheus, gate: address })).toThrow('MESH1318: `gate` is ');
});

test('labels that a selector cannot have are refused', () => {
  expect(() => Delivery.flagger({ prometheus, selectorLabels: ['a b'] })).toThrow("MESH1008: 'a b' is not the name of a label");
  expect(() => Delivery.flagger({ prometheus, selectorLabels: [] })).toThrow('MESH1004: `selectorLabels` is an empty list');
});

test('targets in which no controller moves anything say what to write', () => {
  const delivery = Delivery.flagger({ prometheus });

  expect(() => MeshTarget.kuma({ trustDomain: 'mesh', delivery } as any)).toThrow('use `MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA })`');
  expect(() => MeshTarget.consul({ delivery } as any)).toThrow('no controller moves the objects of Consul');
});

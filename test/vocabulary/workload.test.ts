import { ApiObject } from 'cdk8s';
import { Workload, WorkloadAutoscaler } from '../../src';
import { shop, TARGETS } from '../setup';

const deployment = (spec: object) => new ApiObject(shop(TARGETS.gatewayApi()), 'cart', {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart' }, spec,
});

test('a Deployment by its name', () => {
  expect(Workload.deployment('cart')._toModel()).toEqual({ name: 'cart' });
  expect(Workload.deployment('cart', { selector: { app: 'cart' }, replicas: 0 })._toModel()).toEqual({ name: 'cart', selector: { app: 'cart' }, replicas: 0 });
  expect(Workload.deployment('cart', { autoscaler: WorkloadAutoscaler.horizontal('cart') })._toModel())
    .toEqual({ name: 'cart', autoscaler: { kind: 'HorizontalPodAutoscaler', name: 'cart' } });
  expect(Workload.deployment('cart', { autoscaler: WorkloadAutoscaler.keda('cart') })._toModel())
    .toEqual({ name: 'cart', autoscaler: { kind: 'ScaledObject', name: 'cart' } });
});

test('a Deployment of the app is read', () => {
  const spec = { replicas: 3, selector: { matchLabels: { app: 'cart' } } };

  expect(Workload.fromKubeDeployment(deployment(spec))._toModel()).toEqual({ name: 'cart', selector: { app: 'cart' }, replicas: 3 });
  expect(Workload.fromKubeDeployment(deployment(spec), { replicas: 5 })._toModel().replicas).toBe(5);
  expect(Workload.fromKubeDeployment(deployment({ selector: spec.selector }), { replicas: 5 })._toModel().replicas).toBe(5);
  expect(Workload.fromKubeDeployment(deployment({}))._toModel()).toEqual({ name: 'cart' });
});

test('the labels of its pods and the ports of its containers are read', () => {
  const template = {
    metadata: { labels: { app: 'cart', part: 'shop' } },
    spec: { containers: [{ ports: [{ containerPort: 8080 }, { containerPort: 53, protocol: 'UDP' }] }, {}, { ports: [{ containerPort: 9090, protocol: 'TCP' }] }] },
  };

  expect(Workload.fromKubeDeployment(deployment({ selector: { matchLabels: { app: 'cart' } }, template }))._toModel())
    .toEqual({ name: 'cart', selector: { app: 'cart' }, podLabels: { app: 'cart', part: 'shop' }, ports: [8080, 9090] });
  expect(Workload.deployment('cart', { podLabels: { app: 'cart' }, ports: [8080] })._toModel()).toEqual({ name: 'cart', podLabels: { app: 'cart' }, ports: [8080] });
});

test('pods without a label by which they are selected are refused', () => {
  expect(() => Workload.deployment('cart', { selector: { app: 'cart' }, podLabels: { app: 'other' } }))
    .toThrow("MESH1008: the pods do not have the label 'app: cart', by which the Deployment selects them");
});

test('an autoscaler says how many pods there are, and not the Deployment', () => {
  const autoscaler = WorkloadAutoscaler.horizontal('cart');

  expect(Workload.fromKubeDeployment(deployment({ replicas: 3 }), { autoscaler })._toModel())
    .toEqual({ name: 'cart', autoscaler: { kind: 'HorizontalPodAutoscaler', name: 'cart' } });
  expect(() => Workload.deployment('cart', { replicas: 2, autoscaler })).toThrow('MESH1005: `replicas` and `autoscaler` exclude each other');
});

test.each([-1, 1.5, NaN, 2 ** 31])('%p pods are refused', replicas => {
  expect(() => Workload.deployment('cart', { replicas })).toThrow('MESH1011: `replicas` is ');
});

test('another object than a Deployment is refused', () => {
  const other = new ApiObject(shop(TARGETS.gatewayApi()), 'cart', { apiVersion: 'apps/v1', kind: 'StatefulSet' });

  expect(() => Workload.fromKubeDeployment(other)).toThrow('MESH1107: a Deployment is needed, and this is a StatefulSet');
});

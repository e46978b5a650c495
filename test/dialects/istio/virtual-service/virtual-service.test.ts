import { virtualService } from '../../../../src/dialects/istio/virtual-service/virtual-service';
import type { RouteModel } from '../../../../src/model/route';
import { expectValid } from '../../../schema';
import { routeModel, rule } from '../../route-models';

const faults = { faults: { abort: { percent: 50, statusCode: 503 } } };
const model: RouteModel = routeModel([rule({ handling: faults })]);
const consumer: RouteModel = { ...model, namespace: 'web', service: { name: 'cart', namespace: 'shop' } };

function rendered(one: RouteModel): any {
  const manifest = virtualService(one) as any;
  expectValid(manifest);
  return manifest;
}

test('it stands with the Service, and is for all clients', () => {
  expect(rendered(model)).toMatchObject({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'cart-route', namespace: 'shop' },
    spec: { hosts: ['cart'], exportTo: ['*'] },
  });
});

test('or it stands with clients, and is for these alone', () => {
  const { metadata, spec: { http: [{ route }], ...spec } } = rendered(consumer);

  expect(metadata).toEqual({ name: 'cart-route', namespace: 'web' });
  expect(spec).toEqual({ hosts: ['cart.shop.svc.cluster.local'], exportTo: ['.'] });
  expect(route).toEqual([{ destination: { host: 'cart-v1.shop.svc.cluster.local', port: { number: 80 } } }]);
});

test('names are short where the namespace is left open', () => {
  const { metadata, spec } = rendered({ ...model, namespace: undefined });

  expect(metadata.namespace).toBeUndefined();
  expect([...spec.hosts, spec.http[0].route[0].destination.host]).toEqual(['cart', 'cart-v1']);
});

test('each routed port has its rules there, and the others keep their traffic', () => {
  const [http] = model.ports;
  const { spec } = rendered({
    ...model,
    ports: [
      http,
      { port: 9090, protocol: 'GRPC', rules: [rule()] },
      { port: 9091, protocol: 'HTTP', rules: [] },
      {
        port: 6379,
        protocol: 'TCP',
        rules: [{ ...rule(), backends: [{ name: 'cart-v1', port: 6379, weight: 90 }, { name: 'cart-v2', port: 6380, weight: 10 }] }],
      },
      { port: 53, protocol: 'UDP', rules: [] },
    ],
  });

  expect(spec.http.map(({ match }: any) => match)).toEqual([[{ port: 80 }], [{ port: 9090 }]]);
  expect(spec.tcp).toEqual([{
    match: [{ port: 6379 }],
    route: [{ destination: { host: 'cart-v1', port: { number: 6379 } }, weight: 90 }, { destination: { host: 'cart-v2', port: { number: 6380 } }, weight: 10 }],
  }]);
});

import { Exposure, ExposureGateway, HttpMatch, MeshProtocol, MeshService, MeshTarget, StringMatch } from '../../src';
import type { ExposureProps, RequestMatch } from '../../src';
import { shop, synth } from '../setup';

const cart = MeshService.of('cart', { port: 8080 });
const web = MeshService.of('web', { port: 80 });
const gateway = ExposureGateway.shared('public', 'infra');
const gatewayApi = () => MeshTarget.gatewayApi();
const ingress = () => MeshTarget.ingress({ className: 'nginx' });

/** Two exposures on one host, and what becomes of them. */
function together(target: MeshTarget, one: Partial<ExposureProps>, other: Partial<ExposureProps>): () => any[] {
  const chart = shop(target);
  const shared = { hostnames: ['shop.example.com'], ...(target.id === 'gateway-api' && { gateway }) };
  new Exposure(chart, 'cart', { service: cart, ...shared, ...one });
  new Exposure(chart, 'web', { service: web, ...shared, ...other });
  return () => synth(chart);
}

const taking = (...matches: RequestMatch[]) => ({ rules: [{ matches, backends: [{ service: cart }] }] });
const path = (pathPrefix: string) => HttpMatch.of({ pathPrefix });

describe.each([['Gateway API', gatewayApi], ['Ingress', ingress]])('%s', (_, target) => {
  test('paths of one host are shared out', () => {
    expect(together(target(), taking(path('/cart')), {})()).toHaveLength(2);
    expect(together(target(), taking(path('/cart')), taking(path('/web'), HttpMatch.of({ path: '/cart' })))()).toHaveLength(2);
  });

  test('the same requests are refused, on the later one', () => {
    expect(together(target(), {}, {}))
      .toThrow(/\[shop\/web\] MESH3002: requests to 'shop\.example\.com'.* are also defined by 'shop\/cart'.*Give one of them other paths/);
    expect(together(target(), taking(path('/cart')), taking(path('/web'), path('/cart')))).toThrow(/\[shop\/web\] MESH3002: requests to/);
  });

  test('other hosts are others', () => {
    expect(together(target(), {}, { hostnames: ['web.example.com'] })()).toHaveLength(2);
  });
});

test('an Ingress says which path is there twice', () => {
  expect(together(ingress(), taking(path('/cart')), taking(path('/web'), path('/cart')))).toThrow(/both have the path prefix '\/cart'/);
});

describe('Gateway API', () => {
  test('what is narrower in one way and wider in another is refused', () => {
    expect(together(gatewayApi(), taking(path('/cart')), taking(HttpMatch.header('X-Beta', 'yes')))).toThrow(/neither is the narrower one/);
  });

  test('a header on the same path is narrower', () => {
    expect(together(gatewayApi(), taking(path('/cart')), taking(HttpMatch.of({ pathPrefix: '/cart', headers: { 'X-Beta': StringMatch.exact('yes') } })))())
      .toHaveLength(2);
  });

  test('what regular expressions hide is refused', () => {
    expect(together(gatewayApi(), taking(HttpMatch.of({ pathRegex: '/c.*' })), taking(HttpMatch.of({ pathRegex: '/.*t' }))))
      .toThrow(/which requests match both regular expressions cannot be decided/);
  });

  test('other gateways, and other listeners, are others', () => {
    expect(together(gatewayApi(), {}, { gateway: ExposureGateway.shared('public', 'web') })()).toHaveLength(2);
    const at = (sectionName: string) => ({ gateway: ExposureGateway.shared('public', 'infra', { sectionName }) });
    expect(together(gatewayApi(), at('internal'), at('external'))()).toHaveLength(2);
    expect(together(gatewayApi(), at('internal'), at('internal'))).toThrow(/older object would get them/);
    expect(together(gatewayApi(), at('internal'), {})).toThrow(/older object would get them/);
  });

  test('the namespace of a gateway may be left out where it is that of the exposure', () => {
    expect(together(gatewayApi(), { gateway: ExposureGateway.shared('public') }, { gateway: ExposureGateway.shared('public', 'shop') }))
      .toThrow(/also defined by/);
  });

  test('gateways of their own have addresses of their own', () => {
    const own = { gateway: ExposureGateway.own({ className: 'istio' }) };
    expect(together(gatewayApi(), own, own)()).toHaveLength(4);
  });

  test('one host has one listener for a protocol and a port', () => {
    const own = { gateway: ExposureGateway.listenerSet('public', 'infra') };
    expect(together(gatewayApi(), own, own))
      .toThrow(/the HTTP listener for 'shop\.example\.com' on port 80 of Gateway 'infra\/public' is also defined by 'shop\/cart'/);
    expect(together(gatewayApi(), own, { ...own, hostnames: ['web.example.com'] })()).toHaveLength(4);
  });

  test('HTTP and gRPC do not share a host', () => {
    const grpc = { service: MeshService.of('web', { port: 80, protocol: MeshProtocol.GRPC }) };
    expect(together(gatewayApi(), taking(path('/cart')), grpc)).toThrow(/a listener takes either GRPCRoutes or HTTPRoutes for a host/);
  });
});

import { App, Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import type { ExternalAuthorizationProps } from '../../../src';
import {
  ExternalAuthorization, GrpcMatch, HttpMatch, MeshImplementation, MeshPods, MeshProtocol, MeshService, MeshTarget, MeshTargets, StringMatch,
} from '../../../src';
import { istioExternalAuthorization } from '../../../src/dialects/istio/external-authorization';
import { allowedByIstio } from '../../../src/evaluators/access/istio';
import { isHttp } from '../../../src/evaluators/access/request';
import type { AccessModel } from '../../../src/model/access';
import type { ExternalAuthorizationModel } from '../../../src/model/external-authorization';
import * as generated from '../../oracle/access/arbitraries';
import { allowedByIntent, resolved } from '../../oracle/access/intent';
import { deniesSpellings } from '../../oracle/access/promises';
import { expectValid } from '../../schema';
import { ofKind } from '../../setup';

const cart = MeshService.of('cart', {
  ports: [{ port: 80, targetPort: 8080, name: 'http' }, { port: 81, targetPort: 8081, name: 'grpc', protocol: MeshProtocol.GRPC }, { port: 6379, name: 'tcp', protocol: MeshProtocol.TCP }],
  podSelector: { app: 'cart' },
});

function synth(...all: Partial<ExternalAuthorizationProps>[]): any[] {
  const chart = new Chart(new App(), 'shop', { namespace: 'shop' });
  MeshTargets.of(chart).add(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }));
  all.forEach((props, i) => new ExternalAuthorization(chart, `opa-${i}`, { workload: cart, authorizer: 'opa', ...props }));
  return Testing.synth(chart);
}

const specs = (manifests: readonly any[]) => ofKind([...manifests], 'AuthorizationPolicy').map(({ spec }) => spec);

test('a provider is asked about each request, and what is no request is denied', () => {
  const manifests = synth({});

  expectValid(...manifests);
  expect(specs(manifests)).toEqual([
    { selector: { matchLabels: { app: 'cart' } }, provider: { name: 'opa' }, action: 'CUSTOM', rules: [{ to: [{ operation: { ports: ['8080', '8081'] } }] }] },
    { selector: { matchLabels: { app: 'cart' } }, action: 'DENY', rules: [{ to: [{ operation: { ports: ['8080', '8081'], notMethods: ['*'] } }] }] },
  ]);
});

test('paths that it is asked about are so in other spellings too, and those that are excepted are not', () => {
  const [{ rules: [{ to }] }] = specs(synth({
    portNames: ['http'], requests: [HttpMatch.of({ pathPrefix: '/admin' })], exceptRequests: [HttpMatch.of({ path: '/admin/health' })],
  }));

  expect(to).toEqual([{ operation: { ports: ['8080'], paths: expect.arrayContaining(['/admin', '/admin/*', '//*', '/%2F*']), notPaths: ['/admin/health'] } }]);
});

test('pods without a Service have one, and several constructs may name the same', () => {
  const gateway = MeshPods.of({ podSelector: { istio: 'ingressgateway' }, ports: [{ port: 8080 }] });

  expect(specs(synth({ workload: gateway }))[0]).toMatchObject({ selector: { matchLabels: { istio: 'ingressgateway' } }, rules: [{ to: [{ operation: { ports: ['8080'] } }] }] });
  expect(specs(synth({ requests: [HttpMatch.of({ path: '/a' })] }, { requests: [HttpMatch.of({ path: '/b' })] }))).toHaveLength(4);
});

test.each<[string, Partial<ExternalAuthorizationProps>, string]>([
  ['of a template', { requests: [HttpMatch.of({ pathTemplate: '/carts/{id}' })] }, "path templates: the proxy takes no '[' for part of an element in braces"],
  ['of an end with a slash inside', { requests: [HttpMatch.of({ pathEndsWith: '/a/b' })] }, "an authorizer for paths that end with '/a/b': Istio compares slashes in a row as they are"],
  ['of the method of any service', { requests: [GrpcMatch.of({ method: 'Add' })] }, 'a proxy finds the method of any service by a template'],
  ['of a regular expression', { requests: [HttpMatch.of({ headers: { 'x-team': StringMatch.regex('a+') } })] }, 'the header values of an AuthorizationPolicy are exact, prefixes or suffixes'],
  ['of a name that Istio does not take', { authorizer: 'Opa' }, "an authorizer of the name 'Opa': Istio takes names of lower-case letters"],
  ['of a name in two lines', { authorizer: 'opa\n' }, 'an authorizer of the name'],
  ['of an unknown workload', { workload: MeshService.of('cart', { port: 8080 }) }, 'which are unknown'],
])('refused, where it is that %s', (_, props, message) => {
  expect(() => synth(props)).toThrow(message);
});

test('a workload has one', () => {
  expect(() => synth({ authorizer: 'opa' }, { authorizer: 'oauth2-proxy' })).toThrow(/MESH3001.*who decides on requests of the pods 'app=cart'/);
});

test('an opaque port has no requests', () => {
  expect(() => synth({ ports: [6379] })).toThrow('MESH1506');
});

describe('what a provider denies is denied as written, and what it lets pass is as without it', () => {
  const dialect = istioExternalAuthorization({});
  const { supports } = dialect;
  const can = (feature: string) => feature === 'LoneDenial' || feature === 'Denial' || feature === 'AnyoneSource' || feature.endsWith('Port')
    || (supports as any)[feature]?.level === 'full' || (supports as any)[feature]?.level === 'inherent';
  const HTTP = (ports: AccessModel['destination']['ports']) => ports.filter(({ protocol }) => protocol === 'HTTP' || protocol === 'GRPC');

  /** The rules of generated policies, of anyone: what a denial of them denies, a provider that denies everything does. */
  const cases = generated.policies(can as any, {}).chain(([model]) => fc.record({
    model: fc.constant(model),
    requests: fc.array(generated.request([model], { mesh: true }), { minLength: 10, maxLength: 10 }),
  }));

  test('for generated requests', () => {
    let [asked, passed] = [0, 0];
    fc.assert(fc.property(cases, ({ model: { name, namespace, destination, rules }, requests }) => {
      const [rule] = rules.filter(({ ports }) => HTTP(ports).length > 0);
      fc.pre(rule !== undefined && typeof rule.ports[0].port === 'number');
      const ports = HTTP(rule.ports);
      const { podSelector, service } = destination;
      const model: ExternalAuthorizationModel = {
        name, namespace, workload: { service, podSelector }, authorizer: 'opa', ports, requests: rule.requests, exceptRequests: rule.exceptRequests,
      };
      const uses = [...rule.requests, ...rule.exceptRequests].some(({ path }) => path?.type === 'template');
      const rendered = dialect.render(model);
      fc.pre(!uses && rendered.refusals.length === 0);
      expectValid(...rendered.manifests);
      const denial: AccessModel = {
        name,
        namespace,
        destination,
        denials: [{ ...rule, ports, sources: [{ kind: 'anyone' }], exceptSources: [], endUsers: [] }],
        rules: [],
        leavesRest: true,
        healthProbes: [],
        audit: false,
      };
      for (const sent of requests) {
        const one = { ...sent, path: resolved(sent.path) };
        if (one.client.kind === 'kubelet') continue;
        const governed = ports.some(({ port }) => port === one.port);
        const written = isHttp(one) ? allowedByIntent(denial, sent) : !governed;
        const denied = allowedByIstio(rendered.manifests, one, () => false);
        if (denied !== written && !(written && deniesSpellings(denial, one))) {
          throw new Error(`${denied ? 'LOOSER' : 'stricter'}: ${JSON.stringify({ one, model })}\n${JSON.stringify(rendered.manifests)}`);
        }
        expect(allowedByIstio(rendered.manifests, one, () => true)).toBe(isHttp(one) || !governed);
        if (denied) passed++;
        else asked++;
      }
    }), { numRuns: 300 });
    expect(Math.min(asked, passed)).toBeGreaterThan(100);
  });
});

import { coded } from '../../src/errors/coded';
import { spelledIn } from '../../src/errors/spelling';

const SENTENCE = "port 'webPort' is unknown. Write `HttpMatch.of({ pathPrefix: '/cartItems' })` with `podSelector`, or use "
  + '`MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO })`. `pathPrefix` goes by segments, and camelCase is no code';

test.each([
  ['Python/3.12.3', ' In Python: `path_prefix`, `pod_selector`, `MeshTarget.gateway_api`.'],
  ['go1.25.1/linux/amd64', ' In Go: `HttpMatch_Of`, `PathPrefix`, `PodSelector`, `MeshTarget_GatewayApi`.'],
  ['DotNet/8.0.1/.NETCoreApp,Version=v6.0/1.0.0.0', ' In C#: `HttpMatch.Of`, `PathPrefix`, `PodSelector`, `MeshTarget.GatewayApi`.'],
  ['Java/17.0.2', ''],
  [undefined, ''],
])('for %s, the names in a message are spelled as there', (agent, spelled) => {
  expect(spelledIn(agent, SENTENCE)).toBe(spelled);
});

test('a message whose names are the same has nothing to add', () => {
  expect(spelledIn('Python/3.12.3', "use `Identity.anyone()`, and write `name: 'textOfSomeone'` in spec.parentRefs")).toBe('');
});

describe('in a program in Python', () => {
  const before = process.env.JSII_AGENT;

  beforeEach(() => {
    process.env.JSII_AGENT = 'Python/3.12.3';
  });

  afterEach(() => {
    if (before === undefined) delete process.env.JSII_AGENT;
    else process.env.JSII_AGENT = before;
  });

  test('the names stand between the remedy and the address', () => {
    expect(coded({ code: 'MESH1108', sentence: 'the ServiceAccount is unknown. Give it `serviceAccount`' })).toBe('MESH1108: the ServiceAccount is unknown. '
      + 'Give it `serviceAccount`. In Python: `service_account`. See https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/errors.md#mesh1108');
  });
});

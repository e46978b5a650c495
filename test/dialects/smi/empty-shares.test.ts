import { SPLIT_V1ALPHA2, SPLIT_V1ALPHA4 } from '../../../src/dialects/smi/apis';
import { trafficSplitDialect } from '../../../src/dialects/smi/traffic-split';
import type { Protocol } from '../../../src/model/protocol';
import type { RouteModel } from '../../../src/model/route';
import { expectValid } from '../../schema';

const model = (...protocols: Protocol[]): RouteModel => ({
  name: 'cart',
  namespace: 'shop',
  service: { name: 'cart' },
  traffic: {},
  ports: protocols.map((protocol, n) => ({
    port: 80 + n,
    protocol,
    rules: [{ matches: [], handling: {}, backends: [{ name: 'v1', port: 80 + n, weight: 100 }, { name: 'v2', port: 80 + n, weight: 0 }] }],
  })),
});

test.each<[string, typeof SPLIT_V1ALPHA2, Protocol[], string[]]>([
  ['connections, in Open Service Mesh', SPLIT_V1ALPHA2, ['TCP'], ['v1']],
  ['requests and connections, in Open Service Mesh', SPLIT_V1ALPHA2, ['HTTP', 'TCP'], ['v1']],
  ['requests, in Open Service Mesh', SPLIT_V1ALPHA2, ['HTTP', 'GRPC'], ['v1', 'v2']],
  ['connections, as the specification has it', SPLIT_V1ALPHA4, ['TCP'], ['v1', 'v2']],
])('a backend without a share of %s', (_, api, protocols, names) => {
  const [split]: readonly any[] = trafficSplitDialect(api).render(model(...protocols)).manifests;

  expectValid(split);
  expect(split.spec.backends.map(({ service }: any) => service)).toEqual(names);
});

import { call, construct, constant, LeftOut, member, methodCall, type Program } from '../../../src/migrate/program';

/** The bookstore of Open Service Mesh, for a mesh without regular expressions. */
export function bookstore(): Program {
  const root = constant('bookstore', call('MeshService', 'of', 'bookstore', { port: 14001, podSelector: { app: 'bookstore' } }), { comment: 'Service bookstore, bookstore.yaml:92' });
  const v1 = constant('bookstore-v1', call('MeshService', 'of', 'bookstore-v1', {
    port: 14001, serviceAccount: 'bookstore', podSelector: { app: 'bookstore', version: 'v1' },
  }), { comment: 'Services behind it, bookstore.yaml:130', isNamed: true });
  const v2 = constant('bookstore-v2', methodCall(root, 'variant', 'bookstore-v2', { podSelector: { app: 'bookstore', version: 'v2' } }), {
    comment: 'Services behind it, bookstore.yaml:130', isNamed: true,
  });
  const warehouse = constant('bookwarehouse', call('MeshService', 'of', 'bookwarehouse', { port: 14001, protocol: member('MeshProtocol', 'TCP'), podSelector: { app: 'bookwarehouse' } }));
  const bookbuyer = constant('bookbuyer', call('Identity', 'serviceAccount', 'bookbuyer', 'bookbuyer'));
  const account = constant('bookstore', call('Identity', 'serviceAccount', 'bookstore'), { isNamed: true });
  const group = { comment: 'HTTPRouteGroup bookstore-service-routes, bookstore.yaml:385', isNamed: true };
  const booksBought = constant('books-bought', call('HttpMatch', 'of', {
    methods: ['GET'], path: '/books-bought', headers: { 'client-app': call('StringMatch', 'regex', 'bookbuyer|bookthief'), 'user-agent': call('StringMatch', 'regex', '.*-http-client/*.*') },
  }), group);
  const buyABook = constant('buy-a-book', call('HttpMatch', 'of', { methods: ['GET'], pathRegex: '.*a-book.*new' }), group);
  const updateBooks = constant('update-books-bought', call('HttpMatch', 'of', { methods: ['POST'], path: '/update-books-bought' }), group);
  return {
    comments: ['Migrated from SMI as Open Service Mesh reads it: cdk8s-mesh migrate --from osm --to istio bookstore.yaml'],
    targets: [call('MeshTarget', 'gatewayApi', { mesh: member('MeshImplementation', 'ISTIO') })],
    charts: [
      {
        id: 'bookstore',
        namespace: 'bookstore',
        statements: [
          construct('ServiceAccessPolicy', 'bookstore', {
            destination: v1,
            allow: [
              { sources: [bookbuyer], requests: [updateBooks] },
              new LeftOut('MESH2001 bookstore.yaml:399: Istio has no regular expression on paths, so this is left out and calls will be denied:', {
                sources: [bookbuyer], requests: [buyABook, booksBought],
              }),
            ],
          }, 'TrafficTarget bookstore, bookstore.yaml:364'),
          construct('CanaryRelease', 'bookstore-split', { service: root, stable: v1, canary: v2, weight: 50 }, 'TrafficSplit bookstore-split, bookstore.yaml:463'),
        ],
      },
      {
        id: '2-warehouses',
        namespace: 'bookwarehouse',
        statements: [
          construct('NamespaceAccessDefault', 'default', {}),
          construct('ServiceAccessPolicy', 'bookwarehouse', {
            destination: warehouse, allow: [{ sources: [account, bookbuyer], ports: [14001] }], healthProbes: [{ kind: member('HealthProbeKind', 'TCP'), port: 14001 }],
          }),
          {
            ...construct('ServiceAccessPolicy', 'mysql', { destination: warehouse, allow: [{ sources: [bookbuyer] }] }, 'TrafficTarget mysql, bookstore.yaml:500'),
            leftOut: 'MESH2001 bookstore.yaml:501: it is for UDP',
          },
        ],
      },
    ],
  };
}

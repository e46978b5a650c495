/** A mesh of so many Services, by twenty in a namespace, each of which three others call, and some of which call something outside. */
export function meshOf(services: number): string {
  const all = Array.from({ length: services }, (_, i) => ({ name: `service-${i}`, namespace: `team-${Math.floor(i / 20)}` }));
  return all.flatMap(({ name, namespace }, i) => {
    const callers = [1, 2, 21].map(step => all[(i + step) % services]);
    const metadata = { name, namespace };
    return [
      { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: {
          selector: { matchLabels: { app: name } },
          template: { metadata: { labels: { app: name } }, spec: { serviceAccountName: name, containers: [{ name: 'main', ports: [{ containerPort: 8080 }] }] } },
        },
      },
      {
        apiVersion: 'security.istio.io/v1',
        kind: 'AuthorizationPolicy',
        metadata,
        spec: {
          selector: { matchLabels: { app: name } },
          rules: [{
            from: [{ source: { principals: callers.map(caller => `cluster.local/ns/${caller.namespace}/sa/${caller.name}`) } }],
            to: [{ operation: { methods: ['GET'], paths: [`/${name}/*`] } }],
          }],
        },
      },
    ];
  }).map(manifest => JSON.stringify(manifest)).join('\n---\n');
}

/** A shop in which a tenth of the requests goes to a new version, and which calls a bank. */
export const SHOP = `
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { selector: { app: cart }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: cart-v1, namespace: shop }
spec: { selector: { app: cart, version: v1 }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: cart-v2, namespace: shop }
spec: { selector: { app: cart, version: v2 }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart-v1, namespace: shop }
spec:
  selector: { matchLabels: { app: cart, version: v1 } }
  template:
    metadata: { labels: { app: cart, version: v1 } }
    spec: { serviceAccountName: cart, containers: [{ name: main, ports: [{ containerPort: 8080 }] }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart-v2, namespace: shop }
spec:
  selector: { matchLabels: { app: cart, version: v2 } }
  template:
    metadata: { labels: { app: cart, version: v2 } }
    spec: { serviceAccountName: cart, containers: [{ name: main, ports: [{ containerPort: 8080 }] }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { serviceAccountName: web, containers: [{ name: main, ports: [{ containerPort: 8080 }] }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: cart, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: cart, port: 80 }]
  rules: [{ backendRefs: [{ name: cart-v1, port: 80, weight: 90 }, { name: cart-v2, port: 80, weight: 10 }] }]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: cart, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: cart } }
  ingress:
    - fromEndpoints: [{ matchLabels: { app: web } }]
      toPorts: [{ ports: [{ port: "8080", protocol: TCP }], rules: { http: [{ method: GET, path: "/cart" }] } }]
  egress:
    - toFQDNs: [{ matchName: api.bank.example }]
      toPorts: [{ ports: [{ port: "443", protocol: TCP }] }]
`;

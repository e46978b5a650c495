/** Which API says who gets in, and where requests go. */
export type Api = 'istio' | 'linkerd' | 'network-policy';

const NAMESPACES = 100;
/** Of so many Services, one lets in another client in the new version. */
const CHANGED_EVERY = 2_000;

/** Services with their Deployments, policies and routes, four objects each, in several namespaces. */
export function worldText(api: Api, services: number, isChanged = false): string {
  const namespaces = Array.from({ length: NAMESPACES }, (_, i) => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: team-${i}\n  labels:\n    team: team-${i}\n`);
  const objects = Array.from({ length: services }, (_, i) => objectsOf(api, i, isChanged && i % CHANGED_EVERY === CHANGED_EVERY - 1));
  return [...namespaces, ...objects].join('---\n');
}

/** What `explain` is asked. */
export function questionAbout(services: number): { readonly from: string; readonly to: string; readonly request: string } {
  const i = services / 2;
  return { from: `${namespaceOf(i)}/app-${clientOf(i)}`, to: `${namespaceOf(i)}/app-${i}:80`, request: `GET /items-${i}/a` };
}

function namespaceOf(i: number): string {
  return `team-${i % NAMESPACES}`;
}

/** Of the same namespace. */
function clientOf(i: number): number {
  return i < NAMESPACES ? i : i - NAMESPACES;
}

function objectsOf(api: Api, i: number, isChanged: boolean): string {
  const client = isChanged ? i : clientOf(i);
  return [service(i), deployment(i), ...POLICIES[api](i, client)].join('---\n');
}

function service(i: number): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: app-${i}
  namespace: ${namespaceOf(i)}
spec:
  selector:
    app: app-${i}
  ports:
  - name: http
    port: 80
    targetPort: 8080
`;
}

function deployment(i: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-${i}
  namespace: ${namespaceOf(i)}
spec:
  selector:
    matchLabels:
      app: app-${i}
  template:
    metadata:
      labels:
        app: app-${i}
    spec:
      serviceAccountName: app-${i}
      containers:
      - name: app
        image: registry.example/app-${i}:1.0.0
        ports:
        - name: http
          containerPort: 8080
`;
}

const POLICIES: { readonly [A in Api]: (i: number, client: number) => string[] } = {
  'istio': (i, client) => [`apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: app-${i}
  namespace: ${namespaceOf(i)}
spec:
  selector:
    matchLabels:
      app: app-${i}
  rules:
  - from:
    - source:
        principals:
        - cluster.local/ns/${namespaceOf(client)}/sa/app-${client}
    to:
    - operation:
        methods:
        - GET
        paths:
        - /items-${i}/*
`, `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: app-${i}
  namespace: ${namespaceOf(i)}
spec:
  hosts:
  - app-${i}.${namespaceOf(i)}.svc.cluster.local
  http:
  - route:
    - destination:
        host: app-${i}.${namespaceOf(i)}.svc.cluster.local
      weight: 100
    timeout: 3s
`],
  'linkerd': (i, client) => [`apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata:
  name: app-${i}
  namespace: ${namespaceOf(i)}
spec:
  podSelector:
    matchLabels:
      app: app-${i}
  port: 8080
  proxyProtocol: HTTP/1
`, `apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata:
  name: app-${i}
  namespace: ${namespaceOf(i)}
spec:
  targetRef:
    group: policy.linkerd.io
    kind: Server
    name: app-${i}
  requiredAuthenticationRefs:
  - kind: ServiceAccount
    name: app-${client}
    namespace: ${namespaceOf(client)}
`],
  'network-policy': (i, client) => [`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: app-${i}
  namespace: ${namespaceOf(i)}
spec:
  podSelector:
    matchLabels:
      app: app-${i}
  ingress:
  - from:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: ${namespaceOf(client)}
      podSelector:
        matchLabels:
          app: app-${client}
    ports:
    - port: 8080
`, `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: app-${i}
  namespace: ${namespaceOf(i)}
spec:
  parentRefs:
  - group: ""
    kind: Service
    name: app-${i}
    port: 80
  rules:
  - matches:
    - path:
        type: PathPrefix
        value: /items-${i}
    backendRefs:
    - name: app-${i}
      port: 80
`],
};

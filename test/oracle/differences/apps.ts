import type { Request } from '../../../src/evaluators/access/request';

/** The pods that are called, and those that call, as they stand beside the policies of both sides. */

export const CART = { app: 'cart', tier: 'front' };

export const PORTS = [
  { port: 8080, name: 'http', protocol: 'HTTP' as const }, { port: 6379, name: 'redis', protocol: 'TCP' as const },
  { port: 9090, name: 'tcp', protocol: 'TCP' as const }, { port: 9443, name: 'https', protocol: 'TLS' as const }, { port: 5353, name: 'dns', protocol: 'UDP' as const },
];

export const POD: Request['pod'] = { service: 'cart', namespace: 'shop', serviceAccount: 'cart', labels: CART, ports: PORTS };

interface ClientApp {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
}

export const CLIENTS: readonly ClientApp[] = [
  { namespace: 'shop', serviceAccount: 'web', labels: { app: 'web' } },
  { namespace: 'ops', serviceAccount: 'job', labels: { app: 'web', tier: 'front' } },
  { namespace: 'ops', serviceAccount: 'web', labels: { app: 'cart' } },
];

function workload(namespace: string, name: string, labels: object, ports: readonly object[], annotations: object = {}) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { template: { metadata: { labels, annotations }, spec: { serviceAccountName: name, containers: [{ ports }] } } },
  };
}

/** The workload that is called. */
export function cart(annotations?: object) {
  const ports = PORTS.map(({ port, name, protocol }) => ({ containerPort: port, name, ...(protocol === 'UDP' && { protocol }) }));
  return workload('shop', 'cart', CART, ports, annotations);
}

const APPS = [
  ...['shop', 'ops'].map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  ...CLIENTS.map(({ namespace, serviceAccount, labels }) => workload(namespace, serviceAccount, labels, [])),
  cart(),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: {
      selector: { app: 'cart' },
      ports: PORTS.map(({ port, name, protocol }) => ({ port, name, targetPort: name, ...(protocol === 'UDP' && { protocol }) })),
    },
  },
];

/** All of one side; what policies say of an app themselves stands in its place. */
export function withApps(manifests: readonly any[]): readonly any[] {
  const keyOf = ({ kind, metadata: { name, namespace = '' } = {} as any }: any) => `${kind} ${namespace}/${name}`;
  const said = new Set(manifests.map(keyOf));
  return [...APPS.filter(one => !said.has(keyOf(one))), ...manifests];
}

/** Whether it is one of them. */
export function isApp(manifest: unknown): boolean {
  return APPS.some(one => one === manifest);
}

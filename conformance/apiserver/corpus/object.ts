export const metadata = { name: 'cart', namespace: 'shop', labels: { 'app.kubernetes.io/name': 'cart' }, annotations: { team: 'shop' } };

export function object(apiVersion: string, kind: string, spec: any): any {
  return { apiVersion, kind, metadata, spec };
}

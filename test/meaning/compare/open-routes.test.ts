import { compared } from '../../oracle/differences/pairs';

/** Where nobody knows which of several routes goes first, one more of them may be the one. */

const SERVICE = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { ports: [{ name: 'main', port: 80 }] } };
const route = (kind: string, name: string, parent: object = { port: 80 }) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind,
  metadata: { name, namespace: 'shop' },
  spec: { parentRefs: [{ group: '', kind: 'Service', name: 'cart', ...parent }], rules: [{ backendRefs: [{ name, port: 80 }] }] },
});
const OLD = [SERVICE, route('HTTPRoute', 'a'), route('GRPCRoute', 'b')];

test.each(['istio', 'istio-ambient', 'cilium'] as const)('in %s', mesh => {
  const told = (...now: readonly object[]) => {
    const { differences, unsure } = compared({ manifests: OLD, mesh }, { manifests: now, mesh });
    return [differences.length > 0, unsure.length > 0];
  };

  expect(told(...OLD)).toEqual([false, false]);
  for (const other of [route('HTTPRoute', 'c'), route('GRPCRoute', 'c'), route('HTTPRoute', 'c', {})]) {
    const [differs, isUnsure] = told(...OLD, other);
    expect([other.kind, differs || isUnsure]).toEqual([other.kind, true]);
  }
});

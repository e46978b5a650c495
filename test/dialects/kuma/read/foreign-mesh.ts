import * as fc from 'fast-check';

const sometimes = <T>(...all: T[]) => fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(...all) });
const rules = (...tags: object[]) => tags.map(one => ({ tags: one }));

/** A Mesh as people write it, with what only releases before 3.0 follow. */
export const mesh = fc.record({
  meshServices: fc.oneof({ weight: 5, arbitrary: fc.constant({ mode: 'Exclusive' }) }, { weight: 1, arbitrary: fc.constantFrom<object | undefined>(undefined, { mode: 'Everywhere' }, { mode: 'Disabled' }) }),
  mtls: sometimes<object>(...['STRICT', 'PERMISSIVE', 'PERMISSIVE', undefined].map(mode => ({ enabledBackend: 'ca', backends: [{ name: 'other', type: 'builtin' }, { name: 'ca', type: 'builtin', mode }] })), { backends: [{ name: 'ca', type: 'builtin' }] }),
  networking: sometimes({ outbound: { passthrough: false } }, { outbound: { passthrough: true } }),
  constraints: sometimes(
    { dataplaneProxy: { requirements: rules({ app: 'cart' }, { app: 'web' }) } }, { dataplaneProxy: { requirements: rules({ app: '*' }), restrictions: rules({ app: 'job' }) } },
    { dataplaneProxy: { restrictions: rules({ app: 'web' }) } }, { dataplaneProxy: {} },
  ),
  skipCreatingInitialPolicies: sometimes(['*']),
}).map(spec => ({ apiVersion: 'kuma.io/v1alpha1', kind: 'Mesh', metadata: { name: 'default' }, spec: JSON.parse(JSON.stringify(spec)) }));

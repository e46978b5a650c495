/** The kinds of SMI, each with its group. */
export const KINDS = {
  TrafficTarget: 'access.smi-spec.io',
  IdentityBinding: 'access.smi-spec.io',
  HTTPRouteGroup: 'specs.smi-spec.io',
  TCPRoute: 'specs.smi-spec.io',
  UDPRoute: 'specs.smi-spec.io',
  TrafficSplit: 'split.smi-spec.io',
} as const;

export type SmiKind = keyof typeof KINDS;

export function isSmiKind(name: unknown): name is SmiKind {
  return typeof name === 'string' && Object.hasOwn(KINDS, name);
}

export const VERSIONS = ['v1alpha1', 'v1alpha2', 'v1alpha3', 'v1alpha4'] as const;

export type Version = typeof VERSIONS[number];

/** What came into a kind, or went from it, with a version. */
export type Form = 'itself' | 'flat' | 'spec' | 'specs' | 'rules' | 'port' | 'headers' | 'ports' | 'matches' | 'bindings';

/**
 * The versions that have each form. All are read in all versions: people mixed them, and clusters without a schema took it. That a
 * version has no such form is said.
 *
 * @see https://github.com/servicemeshinterface/smi-spec/tree/main/apis
 */
export const FORMS: { readonly [Kind in SmiKind]: { readonly [F in Form]?: readonly Version[] } } = {
  TrafficTarget: {
    itself: VERSIONS,
    flat: ['v1alpha1'],
    spec: ['v1alpha2', 'v1alpha3', 'v1alpha4'],
    specs: ['v1alpha1'],
    rules: ['v1alpha2', 'v1alpha3', 'v1alpha4'],
    port: ['v1alpha1', 'v1alpha2'],
    bindings: ['v1alpha4'],
  },
  IdentityBinding: { itself: ['v1alpha4'], spec: ['v1alpha4'] },
  HTTPRouteGroup: {
    itself: VERSIONS,
    flat: ['v1alpha1', 'v1alpha2'],
    spec: ['v1alpha3', 'v1alpha4'],
    headers: ['v1alpha2', 'v1alpha3', 'v1alpha4'],
  },
  TCPRoute: { itself: VERSIONS, spec: ['v1alpha3', 'v1alpha4'], ports: ['v1alpha4'] },
  UDPRoute: { itself: ['v1alpha4'], spec: ['v1alpha4'], ports: ['v1alpha4'] },
  TrafficSplit: { itself: VERSIONS, spec: VERSIONS, matches: ['v1alpha3', 'v1alpha4'] },
};

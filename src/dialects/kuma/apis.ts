/** Version of the policies of Kuma. */
export const KUMA_API_VERSION = 'kuma.io/v1alpha1';

// The module proxy does not serve Kuma, so the types cannot be generated: these are of what is rendered.

/** Which proxies a policy is for; in the namespace of the policy only. `Mesh` is all of them, and yields to `Dataplane`. */
export type TargetRef =
  | { readonly kind: 'Mesh' }
  | {
    readonly kind: 'Dataplane';
    readonly labels: Readonly<Record<string, string>>;
    /** An inbound: the name that the container gives its port, or the number if it gives none. */
    readonly sectionName?: string;
  };

export interface ClientMatch {
  readonly spiffeID: { readonly type: 'Exact' | 'Prefix'; readonly value: string };
}

export interface MeshTrafficPermissionSpec {
  readonly targetRef: TargetRef;
  readonly rules: readonly { readonly default: { readonly allow?: readonly ClientMatch[]; readonly deny?: readonly ClientMatch[] } }[];
}

export interface MeshTlsSpec {
  readonly targetRef: TargetRef;
  readonly rules: readonly { readonly default: { readonly mode: 'Strict' | 'Permissive' } }[];
}

export interface PassthroughMatch {
  readonly type: 'Domain' | 'CIDR';
  readonly value: string;
  readonly port: number;
  readonly protocol: 'http' | 'tls' | 'tcp';
}

export interface MeshPassthroughSpec {
  readonly targetRef: TargetRef;
  readonly default: { readonly passthroughMode: 'Matched' | 'None'; readonly appendMatch?: readonly PassthroughMatch[] };
}

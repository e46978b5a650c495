/**
 * What the plugin of Argo Rollouts for Gateway API leaves of the rules of an HTTPRoute, as its source says (pkg/plugin/httproute.go and plugin.go:
 * RemoveManagedRoutes, isHTTPManagedRule, isManagedRuleName).
 */
export function afterReconcile<R extends Rule>(rules: readonly R[], { useHeaderRoutes, managed, canaryService }: Config): readonly R[] {
  return useHeaderRoutes ? rules.filter(rule => !isNamed(rule, managed) && !isAlone(rule, canaryService)) : rules;
}

interface Rule {
  readonly name?: string;
  readonly backendRefs: readonly { readonly name: string }[];
}

interface Config {
  readonly useHeaderRoutes: boolean;
  readonly managed: readonly string[];
  readonly canaryService: string;
}

function isNamed({ name }: Rule, managed: readonly string[]): boolean {
  return managed.some(base => name === base || (name?.startsWith(`${base}-`) && Number.isInteger(Number(name.slice(base.length + 1) || 'x'))));
}

function isAlone({ backendRefs }: Rule, canaryService: string): boolean {
  return backendRefs.length === 1 && backendRefs[0].name === canaryService;
}

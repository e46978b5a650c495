import type { Use } from './use';
import type { AuthenticatedWorkload, AuthenticationModel, MutualTlsMode, PortMode } from '../authentication';
import type { Fields } from '../fields';
import { collected, nothing } from '../fields';

/** What mutual TLS can ask of a target. */
export const AUTHENTICATION_FEATURES = {
  NamespaceAuthentication: 'mutual TLS for a whole namespace',
  WorkloadAuthentication: 'mutual TLS for one workload',
  SubsetAuthentication: 'mutual TLS for some of the pods of a Service',
  PortAuthentication: 'mutual TLS that differs by port',
  StrictMutualTls: 'demanding mutual TLS',
  PermissiveMutualTls: 'taking plain text beside mutual TLS',
  DisabledMutualTls: 'taking plain text only',
} as const;

export type AuthenticationFeature = keyof typeof AUTHENTICATION_FEATURES;

const MODE_FEATURES = { strict: 'StrictMutualTls', permissive: 'PermissiveMutualTls', disabled: 'DisabledMutualTls' } as const;

/** Every feature that mutual TLS uses. */
export function authenticationUses(model: AuthenticationModel): Use<AuthenticationFeature>[] {
  const features = new Set<AuthenticationFeature>([
    ...(model.workload === undefined ? ['NamespaceAuthentication' as const] : []), ...modelFeatures(model, model),
  ]);
  return [...features].map(feature => ({ feature }));
}

const modelFeatures = collected<AuthenticationModel, AuthenticationFeature, [AuthenticationModel]>({
  name: nothing,
  namespace: nothing,
  workload: workload => ['WorkloadAuthentication', ...workloadFeatures(workload)],
  ports: () => ['PortAuthentication'],
  mode: (mode, { ports }) => [mode, ...ports.map(modeOf)].map(used => MODE_FEATURES[used]),
});

function modeOf({ mode }: Fields<PortMode, 'mode', 'port' | 'number' | 'name'>): MutualTlsMode {
  return mode;
}

const workloadFeatures = collected<AuthenticatedWorkload, AuthenticationFeature>({
  service: nothing, podSelector: nothing, subset: () => ['SubsetAuthentication'], facts: nothing, ports: nothing,
});

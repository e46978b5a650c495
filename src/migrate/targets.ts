import type { PlanOptions } from './plan';
import { call, member, type Node } from './program';
import type { ConsulNamespaces, GatewayApiChannel, MeshImplementation, MeshTarget } from '../index';
import { fieldsOf } from '../model/fields';

/** Where SMI can be migrated to, by the names that the command line knows. */
export type TargetName = 'istio' | 'istio-ambient' | 'linkerd' | 'consul' | 'kuma' | 'cilium' | 'gateway-api' | 'network-policy';

/** What some targets have to be told, or can be. */
export interface TargetSettings {
  /** Of the identities in policies. */
  readonly trustDomain?: string;
  readonly consulNamespaces?: keyof typeof ConsulNamespaces;
  /** What Consul does with calls that no intention names. */
  readonly consulDefault?: 'allow' | 'deny';
  readonly waypoint?: string;
  readonly channel?: keyof typeof GatewayApiChannel;
}

interface TargetKind {
  /** Its name in a sentence. */
  readonly title: string;
  readonly takes: readonly (keyof TargetSettings)[];
  /** What it cannot do without. */
  readonly needs?: keyof TargetSettings;
  /** The expression that makes it. */
  readonly of: (settings: TargetSettings) => Node<MeshTarget>;
}

/** What a plan has to know of targets, beside what they refuse. */
export function traitsOf(
  targets: readonly TargetName[], { consulNamespaces }: TargetSettings,
): Pick<PlanOptions, 'asksAtServices' | 'deniesUnasked' | 'followsRoutes' | 'knowsNamesOnly' | 'hasTemplates' | 'seesUdp' | 'saysAudiences'> {
  return {
    asksAtServices: targets.includes('istio-ambient'),
    deniesUnasked: targets.includes('consul') || targets.includes('kuma'),
    followsRoutes: targets.includes('consul'),
    saysAudiences: targets.every(target => target === 'consul'),
    seesUdp: targets.some(target => KNOWS_PODS.includes(target)),
    hasTemplates: targets.every(target => target === 'istio' || target === 'istio-ambient'),
    knowsNamesOnly: targets.includes('consul') && consulNamespaces === 'SINGLE',
  };
}

/** Those that know clients by what their pods are. */
export const KNOWS_PODS: readonly TargetName[] = ['cilium', 'network-policy'];

/** Each target, with an id that is its name. */
export const TARGETS: { readonly [Name in TargetName]: TargetKind } = {
  'istio': behindGatewayApi('istio', 'Istio', 'ISTIO', ['trustDomain', 'channel']),
  'istio-ambient': behindGatewayApi('istio-ambient', 'Istio in ambient mode', 'ISTIO_AMBIENT', ['trustDomain', 'waypoint', 'channel']),
  'linkerd': behindGatewayApi('linkerd', 'Linkerd', 'LINKERD', ['channel']),
  'consul': {
    title: 'Consul',
    takes: ['consulNamespaces', 'consulDefault'],
    ...needing('consulNamespaces', (namespaces, { consulDefault }) => call('MeshTarget', 'consul', {
      namespaces: member('ConsulNamespaces', namespaces), ...consulDefault === 'deny' && { deniesByDefault: true },
    })),
  },
  'kuma': {
    title: 'Kuma',
    takes: ['trustDomain'],
    ...needing('trustDomain', trustDomain => call('MeshTarget', 'kuma', { trustDomain })),
  },
  'cilium': behindGatewayApi('cilium', 'Cilium', 'CILIUM', ['channel']),
  'gateway-api': { title: 'Gateway API', takes: ['channel'], of: settings => call('MeshTarget', 'gatewayApi', ...optional(channelOf(settings))) },
  'network-policy': { title: 'NetworkPolicy', takes: [], of: () => call('MeshTarget', 'networkPolicy') },
};

export const TARGET_NAMES: readonly TargetName[] = fieldsOf(TARGETS);

function needing<Setting extends keyof TargetSettings>(
  needs: Setting, of: (value: NonNullable<TargetSettings[Setting]>, settings: TargetSettings) => Node<MeshTarget>,
): Pick<TargetKind, 'needs' | 'of'> {
  return {
    needs,
    of: settings => {
      const { [needs]: value } = settings;
      if (value === undefined) throw new Error(`the target needs its ${needs}`);
      return of(value, settings);
    },
  };
}

function behindGatewayApi(
  id: TargetName, title: string, mesh: keyof typeof MeshImplementation, takes: readonly (keyof TargetSettings)[],
): TargetKind {
  return {
    title,
    takes,
    of: settings => call('MeshTarget', 'gatewayApi', {
      id,
      mesh: member('MeshImplementation', mesh),
      ...takes.includes('trustDomain') && settings.trustDomain !== undefined && { trustDomain: settings.trustDomain },
      ...takes.includes('waypoint') && settings.waypoint !== undefined && { waypoint: settings.waypoint },
      ...channelOf(settings),
    }),
  };
}

function channelOf({ channel }: TargetSettings): { readonly channel?: Node<GatewayApiChannel> } {
  return channel === undefined ? {} : { channel: member('GatewayApiChannel', channel) };
}

/** Options, unless there are none. */
function optional<T extends object>(options: T): [] | [T] {
  return Object.keys(options).length === 0 ? [] : [options];
}

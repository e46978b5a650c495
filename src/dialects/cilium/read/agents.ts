import type { Client } from '../../../meaning/call';
import type { Doubt } from '../../../meaning/condition';
import type { Source } from '../../../meaning/decision';
import type { Cluster } from '../../../reading/cluster/cluster';
import { type ReadObject, sourceOf } from '../../../reading/objects';

const SAID = new Map([['true', true], ['false', false], ['', false]]);

/** What the agents run with, which is more than policies say. */
export function isAgentConfig({ group, kind, name }: Pick<ReadObject, 'group' | 'kind' | 'name'>): boolean {
  return group === '' && kind === 'ConfigMap' && name === 'cilium-config';
}

/** Whether agents know labels of nodes, by the ConfigMap of the installation; undefined where it is not in the files, or not understood. */
export function knowNodeLabels({ configMaps }: Cluster): boolean | undefined {
  const own = configMaps.filter(isAgentConfig);
  const [first, ...others] = own.map(({ fields }) => SAID.get(fields.field('data').field('enable-node-selector-labels').text() ?? ''));
  return others.every(one => one === first) ? first : undefined;
}

/** A setting by which policies mean something else, and what they do then, in a sentence. */
export interface Unusual {
  readonly source: Source;
  readonly why: string;
}

/** Whether nobody knows what calls become without a policy of Cilium, either. */
export function isUnusual(object: ReadObject): boolean {
  return isAgentConfig(object) && unusualIn({ configMaps: [object] }, ['enable-policy', 'policy-audit-mode', 'enable-k8s-networkpolicy', 'labels']) !== undefined;
}

/** The first of the settings by which nobody knows here what policies mean. */
export function unusualIn({ configMaps }: Pick<Cluster, 'configMaps'>, names: readonly string[] = Object.keys(USUAL)): Unusual | undefined {
  return configMaps.filter(isAgentConfig).flatMap(object => names.flatMap((name): Unusual[] => {
    const { usual, why } = USUAL[name];
    const field = object.fields.field('data').field(name);
    return usual.includes(field.text()?.trim().toLowerCase() ?? '') ? [] : [{ source: sourceOf(object, field), why: `\`${name}\` is '${field.text()}': ${why}` }];
  }))[0];
}

/** Who in the cluster is in blocks, too, by `policy-cidr-match-mode`; as nobody knows here which address such a client has to others, it is unknown. */
export interface InBlocks {
  readonly kinds: readonly Client['kind'][];
  readonly doubt: Doubt;
}

const MODES: Readonly<Record<string, readonly Client['kind'][]>> = { nodes: ['kubelet', 'node', 'apiServer'], pods: ['pod', 'gateway'] };

export function inBlocks({ configMaps }: Pick<Cluster, 'configMaps'>): InBlocks | undefined {
  const said = configMaps.filter(isAgentConfig).map(({ fields }) => fields.field('data').field('policy-cidr-match-mode'));
  const modes = said.flatMap(field => (field.text() ?? '').split(/[\s,]+/)).filter(mode => mode !== '');
  if (modes.length === 0) return undefined;
  const kinds = modes.flatMap(mode => Object.hasOwn(MODES, mode) ? MODES[mode] : Object.values(MODES).flat());
  return { kinds, doubt: { type: 'unknown', why: 'by `policy-cidr-match-mode`, blocks mean more than what is outside', place: said[0].place } };
}

const [ON, OFF] = [['true', ''], ['false', '']];

/** The values with which policies are read, and what others do (`pkg/option/config.go` and `pkg/policy` of cilium/cilium). */
const USUAL: Readonly<Record<string, { readonly usual: readonly string[]; readonly why: string }>> = {
  'enable-policy': { usual: ['default', ''], why: 'with another value, pods without a policy are closed, or policies do not apply' },
  'policy-audit-mode': { usual: OFF, why: 'what policies deny is only reported' },
  'enable-cilium-network-policy': { usual: ON, why: 'agents read no CiliumNetworkPolicy' },
  'enable-cilium-clusterwide-network-policy': { usual: ON, why: 'agents read no CiliumClusterwideNetworkPolicy' },
  'enable-k8s-networkpolicy': { usual: ON, why: 'agents read no NetworkPolicy' },
  'enable-l7-proxy': { usual: ON, why: 'agents refuse policies that tell requests apart' },
  'enable-non-default-deny-policies': { usual: ON, why: 'every policy isolates its pods' },
  'enable-remote-node-identity': { usual: ON, why: 'all nodes are the node of the pod' },
  'allow-localhost': { usual: ['auto', 'always', ''], why: 'policies hold for the node of a pod, too' },
  'labels': { usual: [''], why: 'policies select pods by some of their labels only' },
};

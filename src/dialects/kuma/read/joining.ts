import type { Fields } from '../../../manifests/fields';
import type { Pod } from '../../../meaning/call';
import { EVERYTHING, type Labels, type Requirement, selects } from '../../../meaning/selector';
import { all, any, not, type Truth, truthOf } from '../../../meaning/truth';
import { labels } from '../../../reading/cluster/object';

/** Which proxies may be in a mesh: those with all tags of one of the requirements, if there are any, and of none of the restrictions. */
export interface Joining {
  readonly requirements: readonly Labels[];
  readonly restrictions: readonly Labels[];
}

export function joiningOf(fields: Fields): Joining | undefined {
  const [requirements, restrictions] = ['requirements', 'restrictions'].map(name => fields.field(name).items().map(rules => {
    const tags = labels(rules.field('tags'));
    if (Object.values(tags).includes('')) rules.doubt('a tag without a value is no tag');
    return tags;
  }));
  return requirements.length + restrictions.length === 0 ? undefined : { requirements, restrictions };
}

export function joins(pod: Pod, { requirements, restrictions }: Joining): Truth {
  const carries = (tags: Labels) => all(Object.entries(tags).map(([key, value]) => isTagged(pod, key, value)));
  return all([requirements.length === 0 ? 'yes' : any(requirements.map(carries)), not(any(restrictions.map(carries)))]);
}

/** Labels of pods are tags, beside those of nodes, and of Kuma (`InboundTagsForService` in `pkg/plugins/runtime/k8s/controllers/inbound_converter.go`). */
function isTagged(pod: Pod, key: string, value: string): Truth {
  if (key === 'k8s.kuma.io/namespace') return truthOf(value === '*' || value === pod.namespace);
  if (/(?:kuma|kubernetes)\.io\//.test(key)) return 'unknown';
  const anything: readonly Requirement[] = [{ key, operator: 'Exists' }, { key, operator: 'NotIn', values: [''] }];
  return selects({ ...EVERYTHING, matchExpressions: value === '*' ? anything : [{ key, operator: 'In', values: [value] }] }, pod);
}

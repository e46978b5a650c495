import type { Fields } from '../../../../manifests/fields';
import type { Doubt } from '../../../../meaning/condition';
import type { Source } from '../../../../meaning/decision';
import type { Labels } from '../../../../meaning/selector';
import { DEFAULT_NAMESPACE } from '../../../../reading/cluster/cluster';
import { annotations, labels } from '../../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { doubtOf } from '../../../../reading/understood';

/** What a policy is for: some pods of its namespace, or what it names. */
export interface Attachment {
  readonly source: Source;
  readonly namespace: string;
  /** Absent for all pods of the namespace. */
  readonly selector?: Labels;
  /** With none, it is for pods. */
  readonly targets: readonly Target[];
  readonly annotations: Labels;
  /** Why nobody knows whether it is in force. */
  readonly doubt?: Doubt;
}

export interface Target {
  readonly kind: 'Service' | 'ServiceEntry' | 'Gateway' | 'GatewayClass';
  readonly name: string;
}

/** To be asked when everything else of the object has been, as what is not understood of it is in doubt. */
export function attachmentOf(object: ReadObject): Attachment {
  const { fields } = object;
  const spec = fields.field('spec');
  const metadata = fields.field('metadata');
  const selector = labels(spec.field('selector').field('matchLabels'));
  const targets = [...spec.field('targetRefs').items(), ...spec.field('targetRef').isSaid ? [spec.field('targetRef')] : []].map(targetOf);
  const own = { labels: labels(metadata.field('labels')), annotations: annotations(metadata.field('annotations')) };
  if (Object.keys(selector).length > 0 && targets.length > 0) spec.doubt('Istio refuses a policy with a selector and targets');
  const revision = own.labels['istio.io/rev'] === undefined ? undefined
    : { type: 'unknown' as const, why: 'only the control plane of its revision reads it', place: metadata.field('labels').field('istio.io/rev').place };
  const [finding] = fields.doubts();
  const doubt = finding === undefined ? revision : doubtOf(finding);
  return {
    source: sourceOf(object),
    namespace: object.namespace ?? DEFAULT_NAMESPACE,
    ...(Object.keys(selector).length > 0 && { selector }),
    targets: targets.filter(target => target !== undefined),
    annotations: own.annotations,
    ...(doubt !== undefined && { doubt }),
  };
}

const GROUPS: Readonly<Record<Target['kind'], readonly string[]>> = {
  Service: ['', 'core'],
  ServiceEntry: ['networking.istio.io'],
  Gateway: ['gateway.networking.k8s.io'],
  GatewayClass: ['gateway.networking.k8s.io'],
};

function targetOf(fields: Fields): Target | undefined {
  const [group = '', kind, name, namespace] = ['group', 'kind', 'name', 'namespace'].map(field => fields.field(field).text());
  if (kind === undefined || !Object.hasOwn(GROUPS, kind) || !GROUPS[kind as Target['kind']].includes(group) || name === undefined) {
    return fields.doubt('Istio knows no such target');
  }
  return namespace === undefined ? { kind: kind as Target['kind'], name } : fields.field('namespace').doubt('Istio takes targets of the same namespace only');
}

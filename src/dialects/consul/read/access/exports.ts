import { beside } from './beside';
import type { Service } from './intention';
import type { Doubt } from '../../../../meaning/condition';
import type { Source } from '../../../../meaning/decision';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { doubtOf } from '../../../../reading/understood';

/** A service that other partitions and peers may find: then their clients have certificates that its proxies know. */
export interface Export {
  readonly source: Source;
  /** Without a namespace, it is that of Consul by default, whichever of Kubernetes that is. */
  readonly service: Service;
  readonly doubt?: Doubt;
}

export function exportsOf(object: ReadObject): Export[] {
  const { fields } = object;
  const services = fields.field('spec').field('services').items().map(item => {
    const [name, namespace] = ['name', 'namespace'].map(field => item.field(field).text() || undefined);
    item.field('consumers').items().forEach(consumer => ['partition', 'peer', 'samenessGroup'].forEach(field => consumer.field(field).text()));
    return { source: sourceOf(object, item), service: { name: name ?? '*', ...(namespace !== undefined && { namespace }) } };
  });
  beside(fields);
  const [doubt] = fields.doubts();
  return doubt === undefined ? services : [{ source: sourceOf(object), service: { name: '*' }, doubt: doubtOf(doubt) }];
}

export function isExported({ service: { name, namespace } }: Export, service: Service): boolean {
  return (name === '*' || name === service.name) && (namespace === undefined || namespace === '*' || namespace === (service.namespace ?? namespace));
}

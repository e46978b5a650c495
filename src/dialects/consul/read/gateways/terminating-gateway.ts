import type { Source } from '../../../../meaning/decision';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import type { ServiceName } from '../routes/chain';

/** A service that a terminating gateway stands for, beside the pods that it may have. */
export interface Linked {
  readonly source: Source;
  /** `*` for all. */
  readonly name: string;
  /** Absent for that of the gateway, or for the only one. */
  readonly namespace?: string;
}

/** Clients send to the gateway a part of what is for such a service (`checkServiceNodesTxn` in hashicorp/consul `agent/consul/state/catalog.go`). */
export function linkedBy(object: ReadObject): Linked[] {
  return object.fields.field('spec').field('services').items().map(service => {
    const [name, namespace] = ['name', 'namespace'].map(field => service.field(field).text() || undefined);
    return { source: sourceOf(object, service), name: name ?? '*', ...(namespace !== undefined && { namespace }) };
  });
}

export function isLinked({ name, namespace }: Linked, to: ServiceName): boolean {
  return (name === '*' || name === to.service) && (namespace === undefined || namespace === to.namespace);
}

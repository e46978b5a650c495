import { identityIs, identityOf } from './identities';
import type { Fields } from '../../../manifests/fields';
import { isBlock } from '../../../meaning/address';
import { ALWAYS, anyOf, type Condition } from '../../../meaning/condition';
import { DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import type { ReadObject } from '../../../reading/objects';
import { doubtOf } from '../../../reading/understood';

/** Clients that a MeshTLSAuthentication, or a NetworkAuthentication, stands for. */
export function authenticated(object: ReadObject): Condition {
  const spec = object.fields.field('spec');
  const who = object.kind === 'NetworkAuthentication' ? networksOf(spec.field('networks')) : anyOf(
    ...spec.field('identities').items().map(identity => identityIs(identity.text() ?? '', identity)),
    ...spec.field('identityRefs').items().map(ref => identityOf(ref, object.namespace ?? DEFAULT_NAMESPACE)),
  );
  const [doubt] = object.fields.doubts();
  return doubt === undefined ? who : doubtOf(doubt);
}

/** Clients with an address in any of these networks. */
export function networksOf(networks: Fields): Condition {
  const blocks = networks.items().flatMap((network): Condition[] => {
    const cidr = network.field('cidr').text();
    const except = network.field('except').items().map(block => block.text());
    if (cidr === undefined || ![cidr, ...except].every(block => block !== undefined && isBlock(block))) {
      return network.doubt('it is not a block of addresses') ?? [];
    }
    return [{ type: 'address', within: cidr, except: except.filter(block => block !== undefined) }];
  });
  const isEvery = ['0.0.0.0/0', '::/0'].every(all => blocks.some(block => block.type === 'address' && block.within === all && block.except.length === 0));
  return isEvery ? ALWAYS : anyOf(...blocks);
}

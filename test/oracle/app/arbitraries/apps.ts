import * as fc from 'fast-check';
import { edge } from './edge';
import { egress } from './egress';
import { exposures, gatewayOf } from './exposures';
import { type AppOptions, canAny, canIn, constantsOf } from './options';
import { grantsIn, lettingIn, mutualTls, policies, tokens } from './policies';
import { type Stage, staged } from './stage';
import { HOME } from '../world';
import type { WrittenApp } from '../written';

/** Apps of all that a target can say. */
export function apps(options: AppOptions): fc.Arbitrary<WrittenApp> {
  const canLetIn = canIn(options.dialects.access.supports)('GatewaySource');
  return staged(options).chain(stage => fc.record({
    ...constantsOf(stage),
    opened: exposures(options, stage),
    guarded: edge(options),
    letsIn: fc.oneof(fc.constant([true, true, true, true]), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })),
    policies: policies(options, stage.world),
    grants: fc.array(fc.boolean(), { minLength: 16, maxLength: 16 }),
    believing: fc.boolean(),
    denying: fc.constantFrom(...(canAny(options.dialects.namespaceDefault.supports) ? [[], [], [HOME]] : [[]])),
    mutualTls: mutualTls(options, stage.world),
    egress: egress(options, stage.world),
    order: fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
  })).map(({ letsIn, opened, guarded, policies: all, grants, believing, ...app }): WrittenApp => {
    const gateway = gatewayOf(options, opened, opened.exposures[0]?.rules.namespace ?? HOME);
    return {
      ...app as Omit<typeof app, keyof Stage> & Stage,
      exposures: opened.exposures,
      gateway,
      ...(opened.exposures.length === 0 ? { edge: [] } : guarded),
      granted: grantsIn(options, all, grants),
      tokens: tokens(options, app.world as Stage['world'], all, believing),
      policies: opened.exposures.length > 0 && canLetIn ? lettingIn(gateway, opened.exposures[0], all, letsIn) : all,
    };
  });
}

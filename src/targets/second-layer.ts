import { isDeepStrictEqual } from 'util';
import type { Claim } from '../dialects/contract/claim';
import type { MeshTraffic } from '../dialects/contract/mesh-traffic';
import { together } from '../dialects/contract/rendering';
import type { TargetDialects } from '../dialects/contract/target-dialects';
import { networkPolicyAccess } from '../dialects/kubernetes/access';
import { secondLayer } from '../dialects/kubernetes/second-layer';

/** The same dialects, with a NetworkPolicy below each access policy. What they say and refuse stays theirs. */
export function withSecondLayer(dialects: TargetDialects, traffic: MeshTraffic): TargetDialects {
  const { access } = dialects;
  return {
    ...dialects,
    services: { ...dialects.services, byLabels: true },
    access: {
      renders: `${access.renders}; and a NetworkPolicy`,
      supports: access.supports,
      claims: model => distinct([...access.claims(model), ...networkPolicyAccess.claims(model)]),
      render: model => {
        const own = access.render(model);
        return own.refusals.length > 0 ? own : together(own, secondLayer(model, traffic));
      },
      ...(access.behind && { behind: access.behind }),
      ...(access.closes && { closes: access.closes }),
      ...(access.asksAtService && { asksAtService: access.asksAtService }),
      ...(access.letsIn && { letsIn: access.letsIn }),
    },
  };
}

function distinct(claims: readonly Claim[]): Claim[] {
  return claims.filter((claim, i) => claims.findIndex(other => isDeepStrictEqual(other, claim)) === i);
}

import type { Source, Verdict } from '../../../../meaning/decision';
import { PAST_THE_MESH } from '../../../../meaning/passage';
import type { Passage } from '../../../../meaning/world';
import type { OutboundMode } from '../mesh-config';

/** What becomes of calls to what the proxy does not know. */
export function unknownTo(mode: OutboundMode | undefined, source: Source | undefined, because: string): Verdict<Passage> {
  const by = source === undefined ? {} : { source };
  switch (mode) {
    case 'REGISTRY_ONLY': return { value: 'denied', why: `${because}, and what the proxy does not know it does not let pass (REGISTRY_ONLY)`, ...by };
    case 'ALLOW_ANY': return { value: PAST_THE_MESH, why: `${because}: the call goes on in plain text, without a certificate (ALLOW_ANY)`, ...by };
    case undefined: {
      const why = `${because}, and what becomes of such calls stands in the ConfigMap \`istio\`, which is not in the files (\`outboundTrafficPolicy\`)`;
      return { value: { unknown: why }, why, ...by };
    }
  }
}

import { linkerdSplitReserved } from '../dialects/linkerd/reserved';
import { linkerdSplitServices } from '../dialects/linkerd/service-reading';
import { linkerdSplitTelemetry } from '../dialects/linkerd/telemetry';
import { splitsOnly } from '../dialects/smi';

/** What the SMI extension of Linkerd reads. */
export const linkerdSplits = {
  title: 'SMI, Linkerd',
  inWords: 'SMI for Linkerd',
  dialects: splitsOnly('the SMI extension of Linkerd', linkerdSplitServices, linkerdSplitReserved, linkerdSplitTelemetry),
} as const;

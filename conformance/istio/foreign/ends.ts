import type { Way } from '../../../src/meaning/world';

/** What a backend does with a try: it answers, with a status of HTTP or of gRPC, it closes the connection, it is not there, or it takes its time. */
export type Step = number | { readonly grpc: number } | 'reset' | 'absent' | { readonly slow: number };

/** What becomes of each try; the last step is for all that follow. */
export type Script = readonly Step[];

/** What is said of retries: of conditions of Envoy, those on which something is tried again beside the others, or is not. */
interface Conditions extends Pick<NonNullable<Way['handling']['retries']>, 'attempts' | 'statusCodes' | 'connectionFailures' | 'backoff'> {
  readonly grpcStatuses: readonly string[];
  readonly others: readonly string[];
  readonly except?: readonly string[];
}

interface Again {
  readonly attempts: number;
  readonly backoff: number;
  readonly after: (step: Step | 'late') => boolean;
}

/** How much later than it should something happens at most, in milliseconds. */
const LATE = 120;

/** A mesh that is told nothing: `newRetryPolicy` in `pilot/pkg/networking/core/route/retry/retry.go` of istio/istio, and Envoy's time between tries. */
const OF_THE_MESH = { attempts: 2, statusCodes: [], grpcStatuses: ['cancelled', 'unavailable'], connectionFailures: false, others: ['connect-failure', 'refused-stream'] };
const BACKOFF = 25;
/** Between two tries there are at most so many times of it (`RetryStateImpl` of Envoy). */
const MOST_BACKOFF = 10;

const GRPC: Readonly<Record<number, string>> = { 1: 'cancelled', 4: 'deadline-exceeded', 8: 'resource-exhausted', 13: 'internal', 14: 'unavailable' };

const TRIED_ON = 'it tries again on ';
const NOT_TRIED_ON = 'it does not try again on ';

/** How a request may end that goes this way, by what is said of its timeouts and retries. Where times are close, there are several ends. */
export function endsOf({ handling: { timeouts = {}, retries }, besides, byMesh = [] }: Way, script: Script, protocol: 'HTTP' | 'GRPC'): readonly string[] {
  const behind = (start: string) => [...besides, ...byMesh].flatMap(text => text.startsWith(start) ? [text.slice(start.length)] : []);
  const again = againBy(retries === undefined ? OF_THE_MESH : { ...retries, others: behind(TRIED_ON), except: behind(NOT_TRIED_ON) });
  const [all, each] = [timeouts.request || Infinity, timeouts.backendRequest || Infinity];
  const ends = new Set<string>();
  const end = (step: Step | 'late', tries: number) => ends.add(`${wordsOf(step, protocol)} after tries: ${tries}`);
  const follow = (tries: number, from: number, to: number): void => {
    if (to >= all) end('late', tries);
    if (from >= all) return;
    const step = script[Math.min(tries, script.length) - 1];
    const time = typeof step === 'object' && 'slow' in step ? step.slow : 0;
    const results = [
      ...time < each + LATE ? [{ step, time }] : [],
      ...each < time + LATE ? [{ step: 'late' as const, time: each }] : [],
    ];
    for (const result of results) {
      const [first, last] = [from + result.time, to + result.time + LATE];
      if (last >= all) end('late', tries);
      if (first >= all) continue;
      if (!again.after(result.step) || tries > again.attempts) {
        end(result.step, tries);
      } else {
        follow(tries + 1, first, last + Math.min(again.backoff * 2 ** (tries - 1), again.backoff * MOST_BACKOFF));
      }
    }
  };
  follow(1, 0, 0);
  return [...ends];
}

function againBy({ attempts, statusCodes, grpcStatuses, connectionFailures, backoff = BACKOFF, others, except = [] }: Conditions): Again {
  return {
    attempts,
    backoff,
    after: step => {
      switch (step) {
        // Envoy counts a connection that is not made as a reset, too.
        case 'absent': return connectionFailures || others.includes('connect-failure') || others.includes('reset');
        // A try that takes too long is given up, and no answer came.
        case 'reset': case 'late': return (connectionFailures && !except.includes('reset')) || others.includes('reset');
      }
      if (typeof step === 'number') return statusCodes.includes(step) || (step === 409 && others.includes('retriable-4xx'));
      return 'grpc' in step && [...grpcStatuses, ...others].includes(GRPC[step.grpc]);
    },
  };
}

/** The answer of a backend, or of the proxy in its place. */
function wordsOf(step: Step | 'late', protocol: 'HTTP' | 'GRPC'): string {
  const byProxy = (status: number, grpc: number) => protocol === 'GRPC' ? `HTTP 200, gRPC "${grpc}"` : `HTTP ${status}, gRPC ""`;
  switch (step) {
    case 'late': return byProxy(504, 14);
    case 'reset': case 'absent': return byProxy(503, 14);
  }
  if (typeof step === 'number') return `HTTP ${step}, gRPC ""`;
  return 'grpc' in step ? `HTTP 200, gRPC "${step.grpc}"` : 'HTTP 200, gRPC ""';
}

import type { Outcome } from '../../../../../src/evaluators/routes/outcome';

/** An outcome as the gateway tells of it: the backends with their shares, and their path where it is another one; or the answer. */
export function said(outcome: Outcome, path: string): string {
  switch (outcome.kind) {
    case 'failed': return 'no route';
    case 'responded': return `HTTP ${outcome.status}`;
    case 'redirected': return `${outcome.status} ${outcome.location}`;
    case 'forwarded': {
      const shares = outcome.arrivals.map(({ service, share }): [string, number] => [service, shareOf(share)]).filter(([, share]) => share > 0);
      const rewritten = outcome.arrivals.find(({ request }) => request !== undefined && request.path !== path)?.request?.path;
      return [JSON.stringify(Object.fromEntries(shares.sort(([a], [b]) => a < b ? -1 : 1))), ...rewritten === undefined ? [] : [rewritten]].join(' ');
    }
  }
}

function shareOf(fraction: string): number {
  const [numerator, denominator = 1] = fraction.split('/').map(Number);
  return Math.round(numerator / denominator * 1e6) / 1e6;
}

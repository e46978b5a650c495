/** What happens to requests on their ways, and to all that is sent to a Service, is said as the model says it. */
export { type ByField, collected, type Fields } from '../model/fields';
export type {
  CircuitBreaking, Connections, Cors, FailoverTarget, Faults, HeaderChanges, Keepalive, LimitAnswer, LimitRule, Mirror, RateLimit, Redirect, Retries,
  RetryBudget, Rewrite, Stickiness, Timeouts,
} from '../model/handling';
export type { HashKey, LoadBalancing } from '../model/load-balancing';

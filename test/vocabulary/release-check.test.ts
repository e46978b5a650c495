import { Duration } from 'cdk8s';
import { ReleaseCheck } from '../../src';

test('what is measured', () => {
  expect(ReleaseCheck.successRate({ atLeast: 99.5 })._toModel()).toEqual({ kind: 'successRate', atLeast: 99.5 });
  expect(ReleaseCheck.successRate({ atLeast: 99, window: Duration.minutes(5) })._toModel()).toEqual({ kind: 'successRate', atLeast: 99, window: 300 });
  expect(ReleaseCheck.latency({ atMost: Duration.millis(500) })._toModel()).toEqual({ kind: 'latency', quantile: 0.99, atMost: 500 });
  expect(ReleaseCheck.latency({ quantile: 0.5, atMost: Duration.seconds(2), window: Duration.seconds(30) })._toModel())
    .toEqual({ kind: 'latency', quantile: 0.5, atMost: 2000, window: 30 });
  expect(ReleaseCheck.promql('errors', { query: 'sum(errors)', atLeast: 0, atMost: 1 })._toModel())
    .toEqual({ kind: 'promql', name: 'errors', query: 'sum(errors)', atLeast: 0, atMost: 1 });
});

test.each<[string, () => unknown]>([
  ['MESH1011: `atLeast` is 101', () => ReleaseCheck.successRate({ atLeast: 101 })],
  ['MESH1011: `quantile` is 1', () => ReleaseCheck.latency({ quantile: 1, atMost: Duration.millis(500) })],
  ['MESH1011: `quantile` is 0', () => ReleaseCheck.latency({ quantile: 0, atMost: Duration.millis(500) })],
  ['MESH1012: `atMost` is 0 milliseconds', () => ReleaseCheck.latency({ atMost: Duration.millis(0) })],
  ['MESH1012: `window` is 0.5 seconds', () => ReleaseCheck.successRate({ atLeast: 99, window: Duration.millis(500) })],
  ['MESH1401: the query is empty', () => ReleaseCheck.promql('errors', { query: ' ', atMost: 1 })],
  ['MESH1401: every value is good', () => ReleaseCheck.promql('errors', { query: 'sum(errors)' })],
  ['MESH1011: no value is at least 2 and at most 1', () => ReleaseCheck.promql('errors', { query: 'sum(errors)', atLeast: 2, atMost: 1 })],
  ['MESH1319: the query has `{{`', () => ReleaseCheck.promql('errors', { query: 'sum(errors{pod="{{target}}"})', atMost: 1 })],
  ["MESH1007: 'No Errors' is not a valid name of a check", () => ReleaseCheck.promql('No Errors', { query: 'sum(errors)', atMost: 1 })],
])('%s', (message, check) => {
  expect(check).toThrow(message);
});

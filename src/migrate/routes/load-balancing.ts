import { withDuration } from './durations';
import type { HashKey, LoadBalancing } from '../../index';
import { byKind } from '../../model/by-kind';
import type * as model from '../../model/load-balancing';
import { call, type Node } from '../program';

export const balancingWords = byKind<model.LoadBalancing, Node<LoadBalancing>>({
  roundRobin: ({ warmUp }) => call('LoadBalancing', 'roundRobin', ...warmUp === undefined ? [] : [withDuration('warmUp', warmUp)]),
  leastRequest: ({ choices, warmUp }) => call('LoadBalancing', 'leastRequest', ...choices === undefined && warmUp === undefined ? []
    : [{ ...choices !== undefined && { choices }, ...withDuration('warmUp', warmUp) }]),
  random: () => call('LoadBalancing', 'random'),
  ringHash: ({ key, minimumRingSize }) => call('LoadBalancing', 'ringHash', keyWords(key), ...minimumRingSize === undefined ? [] : [{ minimumRingSize }]),
  maglev: ({ key }) => call('LoadBalancing', 'maglev', keyWords(key)),
});

const keyWords = byKind<model.HashKey, Node<HashKey>>({
  header: ({ name }) => call('HashKey', 'header', name),
  cookie: ({ name }) => call('HashKey', 'cookie', name),
  queryParameter: ({ name }) => call('HashKey', 'queryParameter', name),
  sourceAddress: () => call('HashKey', 'sourceAddress'),
});

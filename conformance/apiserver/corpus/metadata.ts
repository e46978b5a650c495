import { type Case, named, NOTHING, type Path, replaced } from './case';

/** Mutations of what all kinds have in common: the root, `metadata`, and `status`. */

type Mutation = readonly [path: Path, what: string, value: unknown, valid?: boolean];

const VALID = true;
const INVALID = false;

const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart', uid: '0f2f1b9e-2d5c-4c1a-9a52-6e0f3c0f2b11' };
const subdomain = (length: number) => 'a'.repeat(61).concat('.').repeat(5).slice(0, length - 1).concat('z');

const NAME: Mutation[] = [
  [['metadata', 'name'], 'is left out', NOTHING, INVALID],
  [['metadata', 'name'], 'is empty', '', INVALID],
  [['metadata', 'name'], 'is null', null, INVALID],
  [['metadata', 'name'], 'is a number', 1, INVALID],
  [['metadata', 'name'], 'has a capital', 'Cart', INVALID],
  [['metadata', 'name'], 'has an underscore', 'cart_v1', INVALID],
  [['metadata', 'name'], 'has a space', 'cart v1', INVALID],
  [['metadata', 'name'], 'has a slash', 'cart/v1', INVALID],
  [['metadata', 'name'], 'has a percent sign', 'cart%20', INVALID],
  [['metadata', 'name'], 'starts with a dash', '-cart', INVALID],
  [['metadata', 'name'], 'ends with a dash', 'cart-', INVALID],
  [['metadata', 'name'], 'ends with a dot', 'cart.', INVALID],
  [['metadata', 'name'], 'has two dots in a row', 'cart..v1', INVALID],
  [['metadata', 'name'], 'has a dash beside a dot', 'cart.-v1', INVALID],
  [['metadata', 'name'], 'has a letter beyond ASCII', 'cärt', INVALID],
  [['metadata', 'name'], 'ends in a line break', 'cart\n', INVALID],
  [['metadata', 'name'], 'is too long', subdomain(254), INVALID],
  [['metadata', 'name'], 'is as long as can be', subdomain(253), VALID],
  [['metadata', 'name'], 'has one long label', 'a'.repeat(253), VALID],
  [['metadata', 'name'], 'is a digit', '1', VALID],
  [['metadata', 'name'], 'has dots and dashes', 'cart--v1.shop.0', VALID],
  [['metadata', 'generateName'], 'stands beside a name', 'cart-', VALID],
  [['metadata', 'generateName'], 'is a number', 1, INVALID],
];

const NAMESPACE: Mutation[] = [
  [['metadata', 'namespace'], 'is left out', NOTHING, VALID],
  [['metadata', 'namespace'], 'is empty', '', VALID],
  [['metadata', 'namespace'], 'has a dot', 'shop.eu', INVALID],
  [['metadata', 'namespace'], 'has a capital', 'Shop', INVALID],
  [['metadata', 'namespace'], 'is too long', 's'.repeat(64), INVALID],
  [['metadata', 'namespace'], 'is as long as can be', 's'.repeat(63), VALID],
  [['metadata', 'namespace'], 'is a digit', '1', VALID],
  [['metadata', 'namespace'], 'is a number', 1, INVALID],
];

const LABELS: Mutation[] = [
  [['metadata', 'labels'], 'is a list', ['app'], INVALID],
  [['metadata', 'labels'], 'is a string', 'app=cart', INVALID],
  [['metadata', 'labels'], 'is null', null, VALID],
  [['metadata', 'labels'], 'is empty', {}, VALID],
  [['metadata', 'labels'], 'has a number', { version: 1 }, INVALID],
  [['metadata', 'labels'], 'has a boolean', { canary: true }, INVALID],
  [['metadata', 'labels'], 'has null', { canary: null }],
  [['metadata', 'labels'], 'has an empty value', { app: '' }, VALID],
  [['metadata', 'labels'], 'has a value with a slash', { app: 'cart/v1' }, INVALID],
  [['metadata', 'labels'], 'has a value with a space', { app: 'the cart' }, INVALID],
  [['metadata', 'labels'], 'has a value that ends with a dash', { app: 'cart-' }, INVALID],
  [['metadata', 'labels'], 'has a value that ends in a line break', { app: 'cart\n' }, INVALID],
  [['metadata', 'labels'], 'has a value that is too long', { app: 'c'.repeat(64) }, INVALID],
  [['metadata', 'labels'], 'has a value as long as can be', { app: 'c'.repeat(63) }, VALID],
  [['metadata', 'labels'], 'has a value of every character', { app: 'Cart_v1.2-b' }, VALID],
  [['metadata', 'labels'], 'has an empty key', { '': 'cart' }, INVALID],
  [['metadata', 'labels'], 'has a key with a space', { 'the app': 'cart' }, INVALID],
  [['metadata', 'labels'], 'has a key with an empty prefix', { '/app': 'cart' }, INVALID],
  [['metadata', 'labels'], 'has a key of a prefix only', { 'example.com/': 'cart' }, INVALID],
  [['metadata', 'labels'], 'has a key with two slashes', { 'a/b/c': 'cart' }, INVALID],
  [['metadata', 'labels'], 'has a key with a capital in its prefix', { 'Example.com/app': 'cart' }, INVALID],
  [['metadata', 'labels'], 'has a key that is too long', { ['k'.repeat(64)]: 'cart' }, INVALID],
  [['metadata', 'labels'], 'has a key as long as can be', { [`${subdomain(253)}/${'k'.repeat(63)}`]: 'cart' }, VALID],
  [['metadata', 'labels'], 'has a key with a prefix that is too long', { [`${subdomain(254)}/app`]: 'cart' }, INVALID],
  [['metadata', 'labels'], 'has a key of every character', { App_v1: 'cart', 'example.com/a.B-c': 'cart' }, VALID],
];

const ANNOTATIONS: Mutation[] = [
  [['metadata', 'annotations'], 'is a list', [], INVALID],
  [['metadata', 'annotations'], 'is null', null, VALID],
  [['metadata', 'annotations'], 'has a number', { weight: 10 }, INVALID],
  [['metadata', 'annotations'], 'has an object', { weight: {} }, INVALID],
  [['metadata', 'annotations'], 'has null', { weight: null }],
  [['metadata', 'annotations'], 'has a key with an empty prefix', { '/app': 'cart' }, INVALID],
  [['metadata', 'annotations'], 'has a key with a space', { 'the app': 'cart' }, INVALID],
  [['metadata', 'annotations'], 'has a key that is too long', { ['k'.repeat(64)]: 'cart' }, INVALID],
  [['metadata', 'annotations'], 'has a key with a capital in its prefix', { 'Example.com/app': 'cart' }, VALID],
  [['metadata', 'annotations'], 'has a value of any character', { note: 'line 1\nline 2 – ✓' }, VALID],
  [['metadata', 'annotations'], 'is too big', { note: 'n'.repeat(256 * 1024) }, INVALID],
  [['metadata', 'annotations'], 'is as big as can be', { note: 'n'.repeat(256 * 1024 - 4) }, VALID],
  [['metadata', 'annotations'], 'is too big in bytes', { note: 'é'.repeat(128 * 1024) }, INVALID],
];

const OTHERS: Mutation[] = [
  [['metadata'], 'is left out', NOTHING, INVALID],
  [['metadata'], 'is null', null, INVALID],
  [['metadata'], 'is a list', [], INVALID],
  [['metadata', 'label'], 'is unknown', { app: 'cart' }, INVALID],
  [['metadata', 'creationTimestamp'], 'is null', null, VALID],
  [['metadata', 'creationTimestamp'], 'is a time', '2024-01-01T00:00:00Z', VALID],
  [['metadata', 'creationTimestamp'], 'is no time', 'yesterday', INVALID],
  [['metadata', 'finalizers'], 'is a list', ['example.com/cart'], VALID],
  [['metadata', 'finalizers'], 'has a space', ['the cart'], INVALID],
  [['metadata', 'finalizers'], 'is a string', 'example.com/cart', INVALID],
  [['metadata', 'ownerReferences'], 'names an owner', [owner], VALID],
  [['metadata', 'ownerReferences'], 'lacks a uid', [{ ...owner, uid: undefined }], INVALID],
  [['metadata', 'ownerReferences'], 'has an empty uid', [{ ...owner, uid: '' }], INVALID],
  [['metadata', 'ownerReferences'], 'lacks a name', [{ ...owner, name: undefined }], INVALID],
  [['metadata', 'ownerReferences'], 'lacks an apiVersion', [{ ...owner, apiVersion: undefined }], INVALID],
  [['metadata', 'ownerReferences'], 'has an unknown field', [{ ...owner, namespace: 'shop' }], INVALID],
  [['metadata', 'ownerReferences'], 'has two controllers', [{ ...owner, controller: true }, { ...owner, uid: 'b', controller: true }], INVALID],
  [['metadata', 'ownerReferences'], 'is an Event', [{ ...owner, apiVersion: 'v1', kind: 'Event' }], INVALID],
  [['metadata', 'generation'], 'is set', 7, VALID],
  [['metadata', 'generation'], 'is negative', -1],
  [['metadata', 'generation'], 'is a string', '7', INVALID],
  [['metadata', 'selfLink'], 'is set', '/apis', VALID],
  [['metadata', 'deletionGracePeriodSeconds'], 'is set', 5],
  [['metadata', 'uid'], 'is a number', 1, INVALID],
  [['noSuchField'], 'is unknown', {}, INVALID],
  [['specs'], 'is unknown', {}, INVALID],
  [['apiVersion'], 'is left out', NOTHING, INVALID],
  [['apiVersion'], 'is a number', 1, INVALID],
  [['apiVersion'], 'is of no group', 'v1', INVALID],
  [['apiVersion'], 'is of an unknown version', 'gateway.networking.k8s.io/v9', INVALID],
  [['apiVersion'], 'is of an unknown group', 'example.com/v1', INVALID],
  [['kind'], 'is left out', NOTHING, INVALID],
  [['kind'], 'is unknown', 'NoSuchKind', INVALID],
  [['kind'], 'is null', null, INVALID],
];

export function metadataCases(manifest: any): Case[] {
  return [...NAME, ...NAMESPACE, ...LABELS, ...ANNOTATIONS, ...OTHERS].map(([path, what, value, valid]) => ({
    name: named(manifest, path, what), manifest: replaced(manifest, path, value), valid,
  }));
}

/** What every kind is asked, whatever its schema says. */
export function rootCases(manifest: any): Case[] {
  const mutations: Mutation[] = [
    [['metadata', 'name'], 'has a capital', 'Cart', INVALID],
    [['metadata', 'labels'], 'has a number', { version: 1 }, INVALID],
    [['metadata', 'label'], 'is unknown', { app: 'cart' }, INVALID],
    [['noSuchField'], 'is unknown', {}, INVALID],
    [['apiVersion'], 'is of an unknown version', `${manifest.apiVersion}9`, INVALID],
    [['kind'], 'is in lower case', manifest.kind.toLowerCase(), INVALID],
    [['spec'], 'is left out', NOTHING],
    [['spec'], 'is null', null],
    [['spec'], 'is a list', [], INVALID],
    [['status'], 'is null', null],
    [['status'], 'is empty', {}],
    [['status'], 'is a string', 'ready'],
    [['status'], 'has an unknown field', { noSuchField: 1 }],
    [['status'], 'lacks most', { parents: [{}], conditions: [{}] }],
    [['status'], 'has a wrong type', { parents: 1, conditions: 1, observedGeneration: true }],
  ];
  return mutations.map(([path, what, value, valid]) => ({ name: named(manifest, path, what), manifest: replaced(manifest, path, value), valid }));
}

/** How the pod that gets a request is picked, among those of the Service to which it goes. */
export type LoadBalancing =
  /** One after the other. */
  | { readonly kind: 'roundRobin'; /** How long a new pod gets fewer requests, in milliseconds. */ readonly warmUp?: number }
  /** Of some pods that are drawn, the one with the fewest requests under way. */
  | { readonly kind: 'leastRequest'; /** How many are drawn. */ readonly choices?: number; readonly warmUp?: number }
  | { readonly kind: 'random' }
  | Hashing;

/** Requests with the same key go to the same pod, as long as the pods stay the same. */
export type Hashing =
  | { readonly kind: 'ringHash'; readonly key: HashKey; /** Entries in the ring, at least. */ readonly minimumRingSize?: number }
  | { readonly kind: 'maglev'; readonly key: HashKey };

/** What is hashed. Requests without it go to any pod. */
export type HashKey =
  | { readonly kind: 'header' | 'cookie' | 'queryParameter'; readonly name: string }
  /** The address from which the connection comes. */
  | { readonly kind: 'sourceAddress' };

export function isHashing(one: LoadBalancing): one is Hashing {
  return one.kind === 'ringHash' || one.kind === 'maglev';
}

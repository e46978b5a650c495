/**
 * The VirtualServices that a namespace sees, as istiod tries them (istio/istio `pilot/pkg/model/push_context.go`): its own that not all see,
 * those of others that it sees, and those that all see. Beside `~`, other names count for nothing.
 */
export function seenFrom(home: string, all: readonly any[]): any[] {
  const placeOf = ({ metadata: { namespace }, spec: { exportTo = ['*'] } }: any) => {
    if (exportTo.includes('*')) return 3;
    if (exportTo.includes('~') || !exportTo.some((one: string) => one === home || (one === '.' && namespace === home))) return 0;
    return namespace === home ? 1 : 2;
  };
  return [1, 2, 3].flatMap(place => all.filter(one => placeOf(one) === place));
}

/** From 400 on, those that have a text in Go's `net/http`, by which control planes written in Go know them. */
const NAMED: ReadonlySet<number> = new Set([
  400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418,
  421, 422, 423, 424, 425, 426, 428, 429, 431, 451,
  500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
]);

/** The status codes of errors that have no name in Go. */
export function unnamedStatusCodes(codes: readonly number[]): number[] {
  return codes.filter(code => !NAMED.has(code));
}

/** Those that have no name, in words: what follows upon another is a range. */
export function unnamedInWords(codes: readonly number[]): string {
  const starts = codes.filter(code => !codes.includes(code - 1));
  return starts.map(start => {
    let end = start;
    while (codes.includes(end + 1)) end++;
    return end === start ? String(start) : `${start} to ${end}`;
  }).join(', ');
}

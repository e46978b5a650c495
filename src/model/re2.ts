/** Loaded with the first expression: most apps have none. */
export function re2(): typeof import('re2js').RE2JS {
  return (require('re2js') as typeof import('re2js')).RE2JS;
}

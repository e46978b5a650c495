/** Of expressions on the path that take `..`: no mesh of SMI resolves it before it compares. */
export const UNCLOSED = {
  reason: "meshes of SMI compare paths as they come, and servers resolve '..': a request for '/public/../admin' would pass for one below '/public'",
  remedy: "Use `pathPrefix`, `pathBelow` or `pathTemplate`; or an expression that takes no '..', such as '/files/[a-z]+' or '/files/.*'",
} as const;

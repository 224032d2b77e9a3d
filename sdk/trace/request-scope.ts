/** What is known about the request a span belongs to. One object per request, owned by express.ts. */
export interface RequestScope {
  /** Named by `sdk.setTenant` once the caller is known; labels the request's metrics and span. */
  tenant: string | undefined
}

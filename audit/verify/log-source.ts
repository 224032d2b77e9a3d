/** Where a log's files come from: a folder, or a server that speaks tlog-tiles. Both may say anything. */
export interface LogSource {
  /**
   * Reads a file of the log, `checkpoint` or as `tilePath` names it; undefined where there is none.
   *
   * @param maxBytes more than that is no such file
   * @throws AuditError AUDIT_SOURCE_FAILED
   */
  readonly read: (path: string, maxBytes: number) => Buffer | undefined | Promise<Buffer | undefined>
}

/** Names a source in plain values, so that threads can open it each for itself. */
export type SourcePlace =
  | { readonly kind: 'folder'; readonly folder: string }
  /** `url` is the prefix of the log and ends in a slash; `token` is a bearer token. */
  | { readonly kind: 'url'; readonly url: string; readonly token?: string }

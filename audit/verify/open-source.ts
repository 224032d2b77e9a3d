/** Opens the source that a place names. */
import { FolderSource } from './folder-source.ts'
import type { LogSource, SourcePlace } from './log-source.ts'
import { UrlSource } from './url-source.ts'

/** @throws AuditError AUDIT_SOURCE_FAILED for an address that the token must not go to */
export function openSource(place: SourcePlace): LogSource {
  return place.kind === 'folder' ? new FolderSource(place.folder) : new UrlSource(place)
}

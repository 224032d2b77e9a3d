/** What reads one kind of file, one file at a time. Files that belong together by folder have their own way in `gather.ts`. */
import type { EvidenceSource } from '../../contracts/posture.ts'
import type { FileBytes } from './module/source.ts'
import type { Gathered } from './terraform.ts'

interface Recognised {
  readonly kind: EvidenceSource
  /** Files that may be of this kind, by their path with `/` between the folders. */
  readonly path: RegExp
  /** Tells by its text that a file is of this kind; absent where the path alone says so. Linear in the text. */
  readonly recognises?: (text: string) => boolean
  /**
   * True for a reader that looks through files of every kind: a file that only such readers take is counted by bounds
   * of its own, hides nothing but their kind when it cannot be read, and is left out without a fault when it is no text.
   */
  readonly isBroad?: true
  /** What all files together say, such as that one is not there: called once, after each file was read by itself. */
  readonly after?: (files: FileSet) => Gathered
}

/** Reads one file; never throws for what it holds. What one file alone says is remembered for as long as its bytes are. */
export type FileReader = Recognised &
  (
    | { readonly readsOthers?: never; readonly read: (file: FileBytes) => Gathered }
    | { readonly readsOthers: true; readonly read: (file: FileBytes, files: FileSet) => Gathered }
  )

/** The text files of a scan, for what one file says of others: `include` of nginx, `rule_files` of Prometheus. */
export interface FileSet {
  /** Paths as they were reached from the scanned path, in order. */
  readonly paths: readonly string[]
  /** The text of a file of the scan; undefined for any other. */
  readonly textOf: (path: string) => string | undefined
  /** Paths of all files a reader may take, in order; also of those that are no text. */
  readonly found?: readonly string[]
  /** Folders that were scanned, as they were given. */
  readonly roots?: readonly string[]
  /** Folders that hold `.git`: what git ignores in them is said nowhere above. */
  readonly repositories?: readonly string[]
}

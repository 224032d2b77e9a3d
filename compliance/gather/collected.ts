/** What one scan has read so far: every reader of it adds to the same lists. */
import type { EvidenceSource } from '../../contracts/posture.ts'
import { messageOf } from '../../lib/errors.ts'
import type { GatherFault, Resource } from '../evidence.ts'
import type { FileMemory } from './file-memory.ts'
import type { GatherLimits } from './gather-options.ts'
import type { FileBytes } from './module/source.ts'
import type { Gathered } from './terraform.ts'
import type { FoundFile } from './walk.ts'

export interface Collected {
  readonly resources: Resource[]
  readonly faults: GatherFault[]
  readonly sources: string[]
  /** Files of Terraform, kept until all are read: a module may stand in any folder. */
  readonly terraform: (FoundFile & FileBytes)[]
  readonly plans: (FoundFile & FileBytes)[]
  /** Every file that was read, for the readers of single files. */
  readonly texts: (FoundFile & FileBytes)[]
  /** Files that were read because others name them. */
  readonly beside: FileBytes[]
}

export interface Reading {
  readonly limits: GatherLimits
  readonly collected: Collected
  readonly memory?: FileMemory | undefined
}

/** What a reader was given. */
interface Given {
  /** Sources whose resources it reads: a fault of it hides those, where it does not say otherwise. */
  readonly kinds: readonly EvidenceSource[]
  readonly files: readonly (FileBytes | undefined)[]
}

/** Adds what a reader finds. A defect of a reader costs the files it was given and nothing else. */
export function add(collected: Collected, { kinds, files }: Given, read: () => Gathered): void {
  try {
    const { resources, faults } = read()
    for (const resource of resources) collected.resources.push(resource)
    for (const fault of faults) collected.faults.push({ hides: kinds, ...fault })
  } catch (error) {
    for (const { file } of files.filter((each) => each !== undefined)) {
      const message = `the reader failed: ${messageOf(error)}`
      const place = { file, startLine: 1, endLine: 1 }
      collected.faults.push({ code: 'GATHER_UNREADABLE', message, ...place, hides: kinds })
    }
  }
}

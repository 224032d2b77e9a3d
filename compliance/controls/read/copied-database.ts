/** Databases that are made from another one, a replica or a restored copy: much of what they are comes from there. */
import { childrenOf, type Attribute, type Evidence, type Resource } from '../../evidence.ts'
import type { Answer } from './certainty.ts'
import { givenAt } from './given.ts'
import { referredTo } from './referred.ts'
import { isSet } from './replica.ts'

const replicaPaths = ['replicate_source_db', 'replication_source_identifier'] as const
const copyPaths = ['snapshot_identifier', 'restore_to_point_in_time'] as const

/** Finds the attribute that says what a database is made from; undefined for one of its own. */
export function copiedFrom(database: Resource): Attribute | undefined {
  return [...replicaPaths, ...copyPaths]
    .map((path) => givenAt(database, path))
    .find((each) => each !== undefined)
}

/** Tells whether a database is made from another one. */
export function isCopy(database: Resource): Answer {
  const answers = [...replicaPaths, ...copyPaths].map((path) =>
    childrenOf(database, path).length > 0 ? 'yes' : isSet(database, path),
  )
  if (answers.includes('yes')) return 'yes'
  return answers.includes('maybe') ? 'maybe' : 'no'
}

/** Finds the database a replica follows, where it is part of the scan. */
export function replicaSource(database: Resource, evidence: Evidence): Resource | undefined {
  const sought = { types: [database.type], name: 'identifier' }
  return replicaPaths
    .map((path) => referredTo(database, path, evidence, sought))
    .find((each) => each !== undefined && each !== database)
}

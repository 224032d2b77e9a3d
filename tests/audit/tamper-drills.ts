/** Changes to a stored log of four batches of five entries, and what must be found. */
import { changedLeaf, flipBit, removeFile, rewriteHashes } from './stored-log.ts'
import { files, inBatch, inSide, sql, type Drill } from './tamper-changes.ts'

function swap<T>(list: T[], a: number, b: number): void {
  const [first, second] = [list[a] as T, list[b] as T]
  list[a] = second
  list[b] = first
}

const swappedSide = ['class', 'facts', 'salt', 'personal_commitment', 'subject', 'sealed']
  .map((column) => `${column} = array[${column}[1], ${column}[2], ${column}[4], ${column}[3], ${column}[5]]`)
  .join(', ')

export const leafDrills: readonly Drill[] = [
  {
    title: 'a leaf was changed',
    change: inBatch(5, ({ leaves }) => (leaves[2] = changedLeaf(leaves[2] as Buffer))),
    fault: 'leaf_hash_mismatch',
    index: 7,
    exported: ['LEAF_HASH_MISMATCH', 7],
  },
  {
    title: 'the time of a leaf was changed',
    change: inBatch(5, ({ leaves }) => {
      leaves[1] = Buffer.from(String(leaves[1]).replace(/"time":\d/, '"time":9'))
    }),
    fault: 'leaf_hash_mismatch',
    index: 6,
    exported: ['LEAF_HASH_MISMATCH', 6],
  },
  {
    title: 'a leaf hash was changed',
    change: inBatch(0, ({ hashes }) => (hashes[0] = Buffer.alloc(32, 1))),
    fault: 'leaf_hash_mismatch',
    index: 0,
    exported: ['LEAF_HASH_MISMATCH', 0],
  },
  {
    title: 'two leaves were swapped with their hashes',
    change: inBatch(5, ({ leaves, hashes }) => {
      swap(leaves, 2, 3)
      swap(hashes, 2, 3)
    }),
    fault: 'facts_mismatch',
    index: 7,
    exported: ['FACTS_MISMATCH', 7],
  },
  {
    title: 'two entries were swapped with everything that belongs to them',
    change: async (home, tenant) => {
      await inBatch(5, ({ leaves, hashes }) => {
        swap(leaves, 2, 3)
        swap(hashes, 2, 3)
      })(home, tenant)
      await inSide(swappedSide, 5)(home, tenant)
    },
    fault: 'root_mismatch',
    index: 5,
    exported: ['ROOT_MISMATCH', 0],
  },
  {
    title: 'a leaf was left out of its batch',
    change: inBatch(10, ({ leaves }) => leaves.splice(1, 1)),
    fault: 'entry_missing',
    index: 10,
  },
  {
    title: 'a batch in the middle was deleted',
    change: sql('delete from ledger.batch where tenant = $1 and previous_size = 10'),
    fault: 'entry_missing',
    index: 10,
    exported: ['INDEX_OUT_OF_ORDER', 10],
  },
  {
    title: 'the last batch was deleted',
    change: sql('delete from ledger.batch where tenant = $1 and previous_size = 15'),
    fault: 'entry_missing',
    index: 15,
    contradicts: 'audit_log_rolled_back',
  },
  {
    title: 'the log was taken back to an earlier size',
    change: sql(
      'delete from ledger.batch where tenant = $1 and previous_size >= 5',
      'delete from ledger.side where tenant = $1 and first >= 5',
      'delete from ledger.event_key where tenant = $1 and index >= 5',
      'delete from ledger.subject_entry where tenant = $1 and index >= 5',
    ),
    fault: 'entry_missing',
    index: 5,
    contradicts: 'audit_log_rolled_back',
  },
  {
    title: 'a backdated batch was inserted',
    change: sql(`insert into ledger.batch select tenant, 7, 12, root, frontier, last_time, synthetic, leaves,
      leaf_hashes, epoch from ledger.batch where tenant = $1 and previous_size = 5`),
    fault: 'batch_overlap',
    index: 7,
    exported: ['INDEX_OUT_OF_ORDER', 10],
  },
  {
    title: 'a stored root was changed',
    change: sql(`update ledger.batch set root = sha256('x') where tenant = $1 and previous_size = 10`),
    fault: 'root_mismatch',
    index: 10,
  },
  {
    title: 'a stored frontier was changed',
    change: sql('update ledger.batch set frontier = root where tenant = $1 and previous_size = 5'),
    fault: 'root_mismatch',
    index: 5,
  },
  {
    title: 'demo data were hidden or claimed',
    change: sql('update ledger.batch set synthetic = not synthetic where tenant = $1 and previous_size = 5'),
    fault: 'batch_mismatch',
    index: 5,
  },
  {
    title: 'facts were changed',
    change: inSide(`facts[4] = replace(facts[4], 'success', 'denied')`),
    fault: 'facts_mismatch',
    index: 3,
    exported: ['FACTS_MISMATCH', 3],
  },
  {
    title: 'a salt was changed',
    change: inSide(`salt[4] = sha256('x')`),
    fault: 'facts_mismatch',
    index: 3,
    exported: ['FACTS_MISMATCH', 3],
  },
  {
    title: 'the class of an entry was changed',
    change: inSide(`class[4] = 'admin'`),
    fault: 'facts_mismatch',
    index: 3,
  },
  {
    title: 'a commitment to personal data was changed',
    change: inSide(`personal_commitment[2] = sha256('x')`),
    fault: 'facts_mismatch',
    index: 1,
    exported: ['FACTS_MISMATCH', 1],
  },
  {
    title: 'sealed personal data were changed',
    change: inSide('sealed[5] = set_byte(sealed[5], 70, get_byte(sealed[5], 70) # 1)'),
    fault: 'personal_mismatch',
    index: 4,
  },
  {
    title: 'sealed personal data were exchanged',
    change: inSide('sealed[5] = sealed[4]'),
    fault: 'personal_mismatch',
    index: 4,
  },
  {
    title: 'an entry was made to be about nobody',
    change: inSide('subject[1] = null', 5),
    fault: 'personal_mismatch',
    index: 5,
  },
  {
    title: 'the side store of a batch was deleted',
    change: sql('delete from ledger.side where tenant = $1 and first = 15'),
    fault: 'side_missing',
    index: 15,
    exported: ['FACTS_WITHHELD', 15],
  },
  {
    title: 'the key of an event was deleted, so that it could be appended again',
    change: sql('delete from ledger.event_key where tenant = $1 and index = 13'),
    fault: 'key_mismatch',
    index: 13,
  },
  {
    title: 'the key of an event was made to name another entry',
    change: sql('update ledger.event_key set index = 2 where tenant = $1 and index = 13'),
    fault: 'key_mismatch',
    index: 13,
  },
  {
    title: 'a key was inserted, so that an event would be refused as known',
    change: sql(`insert into ledger.event_key select tenant, gen_random_uuid(), producer, index, digest
      from ledger.event_key where tenant = $1 and index = 3`),
    fault: 'key_mismatch',
    index: 3,
  },
  {
    title: 'an entry was taken from the list of its subject',
    change: sql('delete from ledger.subject_entry where tenant = $1 and index = 9'),
    fault: 'subject_mismatch',
    index: 9,
  },
  {
    title: 'a checkpoint was changed',
    change:
      sql(`update ledger.checkpoint set note = replace(note, chr(10) || '20' || chr(10), chr(10) || '19' || chr(10))
      where tenant = $1 and size = 20`),
    fault: 'checkpoint_invalid',
    index: 19,
    exported: ['CHECKPOINT_INVALID', 20],
  },
  {
    title: 'a checkpoint was moved to another size',
    change: sql('update ledger.checkpoint set size = 17 where tenant = $1 and size = 20'),
    fault: 'checkpoint_invalid',
    index: 16,
  },
  {
    title: 'a tile was changed',
    change: files(/^tile\/0\/000\.p\/20$/, (path) => flipBit(path, 32 * 11)),
    fault: 'tile_mismatch',
    index: 11,
  },
  {
    title: 'a tile was deleted',
    change: files(/^tile\/0\/000\.p\/20$/, removeFile),
    fault: 'tile_mismatch',
    index: 0,
  },
  {
    title: 'a bundle was changed',
    change: files(/^tile\/entries\/000\.p\/20$/, (path) => flipBit(path, 40)),
    fault: 'tile_mismatch',
    index: 0,
  },
  {
    title: 'a leaf was changed and everything computed anew',
    change: async (home, tenant) => {
      await inBatch(5, ({ leaves }) => (leaves[2] = changedLeaf(leaves[2] as Buffer)))(home, tenant)
      await rewriteHashes(home, tenant)
      await inSide('facts[3] = null, salt[3] = null, sealed[3] = null', 5)(home, tenant)
    },
    // Why its facts are gone nobody but the ledger can say.
    fault: 'gone_unexplained',
    index: 7,
    contradicts: 'audit_log_forked',
  },
]

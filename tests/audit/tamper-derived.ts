/** Changes to what is derived from a log, kept beside it or written down about it. */
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { files, inBatch, inSide, sql, type Drill } from './tamper-changes.ts'

/** Takes a note back to an earlier size; nobody can sign it anew. */
function shrink(path: string): void {
  writeFileSync(path, readFileSync(path, 'utf8').replace('\n20\n', '\n15\n'))
}

export const derivedDrills: readonly Drill[] = [
  {
    title: 'the digest of an event was changed, so that it would be refused as another one',
    change: sql(`update ledger.event_key set digest = sha256('x') where tenant = $1 and index = 13`),
    fault: 'key_mismatch',
    index: 13,
  },
  {
    title: 'the digests of two events were exchanged',
    change: sql(`update ledger.event_key k set digest = o.digest from ledger.event_key o
      where k.tenant = $1 and o.tenant = $1 and (k.index, o.index) in ((6, 8), (8, 6))`),
    fault: 'key_mismatch',
    index: 6,
  },
  {
    title: 'a key was kept free for an event to come',
    change: sql(`insert into ledger.event_key select tenant, gen_random_uuid(), producer, 4000, digest
      from ledger.event_key where tenant = $1 and index = 3`),
    fault: 'key_mismatch',
    index: 20,
  },
  {
    title: 'an entry was listed for somebody else too',
    change: sql(`insert into ledger.subject_entry select tenant, sha256('x'), index, id, class, time
      from ledger.subject_entry where tenant = $1 and index = 9`),
    fault: 'subject_mismatch',
    index: 9,
  },
  {
    title: 'an entry was listed under another class',
    change: sql(`update ledger.subject_entry set class = 'admin' where tenant = $1 and index = 4`),
    fault: 'subject_mismatch',
    index: 4,
  },
  {
    title: 'an entry was listed at another time',
    change: sql('update ledger.subject_entry set time = time - 1 where tenant = $1 and index = 17'),
    fault: 'subject_mismatch',
    index: 17,
  },
  {
    title: 'an entry that there is not was listed',
    change: sql(`insert into ledger.subject_entry select tenant, subject, 4000, id, class, time
      from ledger.subject_entry where tenant = $1 and index = 9`),
    fault: 'key_mismatch',
    index: 20,
  },
  {
    title: 'an entry was taken out of the search',
    change: sql(`update ledger.posting set places = array_remove(places, (11 - first)::smallint)
      where tenant = $1 and first between 0 and 11`),
    fault: 'search_mismatch',
    index: 11,
  },
  {
    title: 'a word of an entry was taken out of the search',
    change: sql(`update ledger.posting set places = array_remove(places, (2 - first)::smallint)
      where (tenant, first, token) = (
        select tenant, first, token from ledger.posting
        where tenant = $1 and first <= 2 and 2 - first = any (places) order by token limit 1)`),
    fault: 'search_mismatch',
    index: 2,
  },
  {
    title: 'an entry was made to be found by another word',
    change: sql(`insert into ledger.posting (tenant, token, first, places)
      select $1, substr(sha256('x'), 1, 16), max(first), array[(14 - max(first))::smallint]
      from ledger.posting where tenant = $1 and first <= 14`),
    fault: 'search_mismatch',
    index: 14,
  },
  {
    title: 'the personal data of two entries were exchanged',
    change: inSide('sealed = array[sealed[1], sealed[3], sealed[2], sealed[4], sealed[5]]', 10),
    fault: 'personal_mismatch',
    index: 11,
  },
  {
    title: 'the side store of a batch was moved',
    change: sql('update ledger.side set first = 11 where tenant = $1 and first = 10'),
    fault: 'side_missing',
    index: 10,
    exported: ['FACTS_MISMATCH', 11],
  },
  {
    title: 'the side store of an entry was emptied',
    change: inSide('facts[2] = null, salt[2] = null, sealed[2] = null, subject[2] = null', 15),
    fault: 'gone_unexplained',
    index: 16,
    exported: ['FACTS_WITHHELD', 16],
  },
  {
    title: 'the time of a batch was changed',
    change: sql('update ledger.batch set last_time = last_time + 1 where tenant = $1 and previous_size = 5'),
    fault: 'batch_mismatch',
    index: 5,
  },
  {
    title: 'a leaf was added to its batch',
    change: inBatch(10, ({ leaves }) => leaves.push(leaves[0] as Buffer)),
    fault: 'entry_missing',
    index: 10,
  },
  {
    title: 'a leaf stands twice in its batch',
    change: inBatch(10, ({ leaves, hashes }) => {
      leaves[3] = leaves[2] as Buffer
      hashes[3] = hashes[2] as Buffer
    }),
    fault: 'facts_mismatch',
    index: 13,
    exported: ['ENTRY_REPEATED', 13],
  },
  {
    title: 'a tile was cut',
    change: files(/^tile\/0\/000\.p\/20$/, (path) => truncateSync(path, 32 * 6)),
    fault: 'tile_mismatch',
    index: 6,
  },
  {
    title: 'something was added to a tile',
    change: files(/^tile\/0\/000\.p\/20$/, (path) => appendFileSync(path, Buffer.alloc(32))),
    fault: 'tile_mismatch',
    index: 0,
  },
  {
    title: 'an entry of a bundle was changed',
    change: files(/^tile\/entries\/000\.p\/20$/, (path) => {
      const text = gunzipSync(readFileSync(path)).toString('latin1')
      const at = text.lastIndexOf('"commitment":"') + 20
      const other = text[at] === 'A' ? 'B' : 'A'
      writeFileSync(path, gzipSync(Buffer.from(text.slice(0, at) + other + text.slice(at + 1), 'latin1')))
    }),
    fault: 'tile_mismatch',
    index: 19,
  },
  {
    title: 'the checkpoint beside the tiles was changed',
    change: files(/^checkpoint$/, shrink),
    fault: 'checkpoint_invalid',
    index: 19,
  },
  {
    title: 'the checkpoint beside the keys was changed',
    change: ({ folder }, tenant) => shrink(join(folder, `keystore/checkpoints/v2/${tenant}.note`)),
    fault: 'checkpoint_invalid',
    index: 19,
  },
]

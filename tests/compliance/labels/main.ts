/**
 * `npm run measure:labels`: how often our controls agree with labelled resources. `--folder PATH` names the folder of
 * the labels. The last line is JSON, adjudicated: precision, recall and the share that is unknown; an unknown is a
 * miss, and an item without a control is unknown.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureLabels } from './measure.ts'

const checkout = join(import.meta.dirname, '../../..')
const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: join(checkout, '../shared/fixtures/labelled') },
    relations: { type: 'string', default: join(checkout, 'tests/compliance/labels/relations.yaml') },
    adjudicated: { type: 'string', default: join(checkout, 'tests/compliance/labels/adjudicated.yaml') },
  },
})

if (!existsSync(join(values.folder, 'labels.json'))) {
  console.log(`skipped: there are no labels in ${values.folder}`)
  process.exit(0)
}
const { lines, isWithinLimit } = await measureLabels(values.folder, values.adjudicated, values.relations)
for (const line of lines) console.log(line)
if (!isWithinLimit) console.error('more labels are set right than may be')
process.exit(isWithinLimit ? 0 : 1)

/** Extension `file_storage`: where queues outlive a restart. */
import { defineComponent } from '../component.ts'
import { block, defaulted } from '../shape.ts'
import { flag, name } from '../values.ts'

export const fileStorage = defineComponent('extensions', 'file_storage', {
  says: 'Keeps the queues of exporters that name it in files, over restarts and crashes.',
  signals: [],
  body: block(
    {
      directory: defaulted(name, '/var/lib/otelcol/file_storage', 'The folder.'),
      create_directory: defaulted(flag, false, 'Creates the folder if there is none.'),
      fsync: defaulted(flag, false, 'Waits for the disk before it acknowledges.'),
      recreate: defaulted(
        flag,
        false,
        'For the reference engine: starts anew when its file is damaged. Here damage is always set aside and counted.',
      ),
    },
    {
      compaction: 'leave it out: files that are sent are deleted whole',
      timeout: 'leave it out: one process has the folder, so nothing waits for a lock',
      directory_permissions: 'leave it out: the folder has mode 0700',
    },
  ),
})

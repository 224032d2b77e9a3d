/** Exporter `nop`: an end for pipelines that need none. */
import { defineComponent } from '../component.ts'
import { block } from '../shape.ts'

export const nop = defineComponent('exporters', 'nop', {
  says: 'Sends nothing on. Traces and logs are in the local store all the same.',
  signals: ['traces', 'metrics', 'logs'],
  body: block({}),
})

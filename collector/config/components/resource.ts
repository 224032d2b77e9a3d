/** Processor `resource`: changes resource attributes. */
import { actions, checkActions } from '../blocks/actions.ts'
import { defineComponent } from '../component.ts'
import { block, required } from '../shape.ts'

export const resource = defineComponent('processors', 'resource', {
  says: 'Changes attributes of resources, action by action.',
  signals: ['traces', 'metrics', 'logs'],
  body: block({ attributes: required(actions, 'What is done, in order.') }),
  check: (settings, report) => checkActions(settings.attributes, 'attributes', report),
})

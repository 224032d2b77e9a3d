/** Processor `transform`: runs OTTL statements. */
import { errorMode, statements } from '../blocks/ottl.ts'
import { defineComponent } from '../component.ts'
import { block, defaulted } from '../shape.ts'

export const transform = defineComponent('processors', 'transform', {
  says: 'Changes items by OTTL statements.',
  signals: ['traces', 'metrics', 'logs'],
  body: block(
    {
      error_mode: defaulted(
        errorMode,
        'propagate',
        'What happens when a statement fails: `propagate` drops the payload.',
      ),
      trace_statements: defaulted(statements, [], 'Statements for traces: texts, or groups with a context.'),
      metric_statements: defaulted(statements, [], 'Statements for metrics.'),
      log_statements: defaulted(statements, [], 'Statements for logs.'),
    },
    {
      profile_statements: 'leave it out: profiles are not taken',
      flatten_data: 'leave it out: records keep their resource',
    },
  ),
})

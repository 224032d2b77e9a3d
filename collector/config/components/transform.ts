/** Processor `transform`: runs OTTL statements. */
import { signalContexts } from '../../process/statements.ts'
import { checkStatements, errorMode, statements } from '../blocks/ottl.ts'
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
  check: (settings, report) => {
    checkStatements(settings.traceStatements, signalContexts.traces, { at: 'trace_statements', report })
    checkStatements(settings.metricStatements, signalContexts.metrics, { at: 'metric_statements', report })
    checkStatements(settings.logStatements, signalContexts.logs, { at: 'log_statements', report })
  },
})

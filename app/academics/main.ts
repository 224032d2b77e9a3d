/** The academics process: grade point averages, rosters, grades and transcripts. */
import { environment } from '../../lib/config.ts'
import { runUntilSignal } from '../../lib/lifecycle.ts'
import { serviceSettings } from '../door/settings.ts'
import { startAcademics } from './start.ts'

process.exit(
  await runUntilSignal({
    name: 'academics',
    start: () => startAcademics(environment(serviceSettings('academics'))),
  }),
)

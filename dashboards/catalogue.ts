/** Every dashboard, in the order of the menu. */
import { activity } from './boards/activity.ts'
import { application } from './boards/application.ts'
import { infrastructure } from './boards/infrastructure.ts'
import { ledger } from './boards/ledger.ts'
import { platform } from './boards/platform.ts'
import { slo } from './boards/slo.ts'
import type { Dashboard } from './model.ts'

export const catalogue: readonly Dashboard[] = [application, slo, activity, infrastructure, ledger, platform]

/** The objectives of the repository and what is generated from them, for the tests of this room. */
import { join } from 'node:path'
import { defaultAlertmanagerOptions } from '../../rules/alertmanager/options.ts'
import { ruleFiles, testFiles } from '../../rules/generate.ts'
import { loadSlos } from '../../rules/load/load-slos.ts'
import { timing } from '../../rules/promql/timing.ts'

const root = join(import.meta.dirname, '../..')

export const { consoleUrl } = defaultAlertmanagerOptions
export const generatedFolder = join(root, 'compose/generated')
export const slosFolder = join(root, 'rules/slos')
export const slos = loadSlos(slosFolder)
export const files = ruleFiles(slos, { consoleUrl, timing: timing(1) })
export const tests = testFiles(slos, consoleUrl)

/** Rules and their tests as folders of files. */
import { join } from 'node:path'
import type { Slo } from '../../contracts/slo.ts'
import type { RuleOptions } from '../alerts/definition.ts'
import { ruleFiles, testFiles } from '../generate.ts'
import type { GeneratedFolder } from './generated-files.ts'
import { ruleYaml, testYaml } from './yaml.ts'

/** Builds `<folder>/rules`. */
export function rulesFolder(folder: string, slos: readonly Slo[], options: RuleOptions): GeneratedFolder {
  const files = ruleFiles(slos, options).map((file) => [`${file.name}.yaml`, ruleYaml(file)] as const)
  return { folder: join(folder, 'rules'), files: new Map(files) }
}

/** Builds `<folder>/rule-tests`, whose tests load the rules beside it. */
export function testsFolder(folder: string, slos: readonly Slo[], consoleUrl: string): GeneratedFolder {
  const files = testFiles(slos, consoleUrl).map(
    (test) => [`${test.name}.yaml`, testYaml(test, '../rules')] as const,
  )
  return { folder: join(folder, 'rule-tests'), files: new Map(files) }
}

/** Everything that is generated, from objectives and options to files, before they are written. */
import { alertAreas } from '../contracts/alerts.ts'
import type { Slo } from '../contracts/slo.ts'
import { areaFile, areas } from './alerts/areas.ts'
import type { RuleOptions } from './alerts/definition.ts'
import type { RuleFile } from './model.ts'
import { signalsFile, sloFile } from './slo/slo-file.ts'
import { absenceCases } from './trial/absence-cases.ts'
import { burnCases } from './trial/burn-cases.ts'
import { campusCases } from './trial/campus-cases.ts'
import { casesOf } from './trial/cases.ts'
import type { TestFile } from './trial/test-file.ts'

/** Builds every rule file. */
export function ruleFiles(slos: readonly Slo[], options: RuleOptions): RuleFile[] {
  return [
    ...alertAreas.map((area) => areaFile(area, options)),
    ...slos.map((slo) => sloFile(slo, options)),
    signalsFile(slos, options),
  ]
}

/** Builds the tests that prove the rules, for real timings. */
export function testFiles(slos: readonly Slo[], consoleUrl: string): TestFile[] {
  return [
    ...alertAreas.flatMap((area) =>
      areas[area].flatMap((definition) => casesOf(definition, area, consoleUrl)),
    ),
    ...slos.flatMap((slo) => burnCases(slo, consoleUrl)),
    ...absenceFiles(slos, consoleUrl),
    ...slos.filter(isPlain).slice(0, 1).flatMap(campusCases),
  ]
}

/** One service after the other, beside the one that follows. */
function absenceFiles(slos: readonly Slo[], consoleUrl: string): TestFile[] {
  const services = [...new Map(slos.map((slo) => [slo.service, slo])).values()]
  return services.flatMap((slo, at) => {
    const beside = services[(at + 1) % services.length] ?? slo
    return absenceCases(slo, beside, consoleUrl)
  })
}

/** The objective the days of a campus are reckoned for. */
function isPlain({ indicator, objective }: Slo): boolean {
  return indicator.kind === 'availability' && indicator.route === undefined && objective === 0.999
}
